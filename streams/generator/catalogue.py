"""What is for sale and for listening: brands, products, sounds. The same in every run; who posts about it is not."""

from dataclasses import dataclass
from functools import cache
from random import Random

from streams.generator.lexicon import COMMUNITIES, Lexicon, lexicon
from streams.generator.names import invented
from streams.generator.ranked import Ranked

BRANDS_PER_COMMUNITY = 25
PRODUCTS_PER_COMMUNITY = 80
SOUNDS = 600


@dataclass(frozen=True, slots=True)
class Product:
    """A product; `kind` is the position of what it is ("serum") in every language's list of its community."""

    brand: str
    name: str
    kind: int

    def called(self, words: Lexicon, community: str) -> str:
        """How people of a language write it in a sentence."""
        kind = words.kinds[community][self.kind]
        return f"{kind} {self.name}" if words.language == "fr" else f"{self.name} {kind}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Products by community, and sounds, by rank."""

    products: dict[str, Ranked[Product]]
    sounds: Ranked[str]


@cache
def catalogue() -> Catalogue:
    """The one catalogue."""
    rng = Random("catalogue")
    brands = invented("brands", BRANDS_PER_COMMUNITY * len(COMMUNITIES))
    lines = invented("product lines", PRODUCTS_PER_COMMUNITY * len(COMMUNITIES))
    kinds = lexicon("en").kinds
    products = {}
    for place, community in enumerate(COMMUNITIES):
        own = Ranked(brands[place * BRANDS_PER_COMMUNITY : (place + 1) * BRANDS_PER_COMMUNITY])
        made = []
        for line in lines[place * PRODUCTS_PER_COMMUNITY : (place + 1) * PRODUCTS_PER_COMMUNITY]:
            brand = own.pick(rng)
            made.append(Product(brand, f"{brand} {line}", rng.randrange(len(kinds[community]))))
        products[community] = Ranked(made)
    return Catalogue(products, Ranked(_sounds(rng)))


def _sounds(rng: Random) -> list[str]:
    """Titles such as "Velora - Night Train"; many are by the same musician."""
    musicians = Ranked(invented("musicians", 150))
    first = (
        "Night",
        "Blue",
        "Slow",
        "Electric",
        "Paper",
        "Golden",
        "Silent",
        "Summer",
        "Neon",
        "Velvet",
        "Wild",
        "Lost",
    )
    second = (
        "Train",
        "Hour",
        "Letters",
        "Garden",
        "Static",
        "Harbour",
        "Mirror",
        "Signal",
        "Avenue",
        "Weather",
        "Tape",
    )
    titles: dict[str, None] = {}
    while len(titles) < SOUNDS:
        titles[f"{musicians.pick(rng)} - {rng.choice(first)} {rng.choice(second)}"] = None
    return list(titles)
