"""The words of a language, ranked by how often they are used. Reads the files of `data/`; writes no sentence."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from streams.generator.names import invented
from streams.generator.ranked import Ranked

LANGUAGES = ("en", "fr")
COMMUNITIES = (
    "skincare",
    "makeup",
    "hair",
    "fashion",
    "second_hand",
    "food",
    "baking",
    "fitness",
    "running",
    "gaming",
    "home",
    "travel",
)
FORMAT_WEIGHTS = {
    "other": 70.0,
    "tutorial": 7.0,
    "review": 7.0,
    "haul": 4.0,
    "grwm": 4.0,
    "unboxing": 3.0,
    "before_after": 3.0,
    "challenge": 2.0,
}
VENUES = 700


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a language offers.

    `slots` fill the same everywhere; `nouns`, `tags` and `kinds` belong to a community; `sentences` carry their format.
    """

    language: str
    slots: dict[str, Ranked[str]]
    nouns: dict[str, Ranked[str]]
    tags: dict[str, Ranked[str]]
    kinds: dict[str, tuple[str, ...]]
    general_tags: Ranked[str]
    sentences: Ranked[tuple[str, str]]
    openers: Ranked[str]
    closers: Ranked[str]
    replies: Ranked[str]
    edits: Ranked[str]
    promo: Ranked[str]


def read(name: str) -> dict[str, Any]:
    """One file of `data/`, as its TOML says."""
    return tomllib.loads((files("streams.generator") / "data" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def lexicon(language: str) -> Lexicon:
    """The words of `language`, one of `LANGUAGES`."""
    raw = read(language)
    communities = raw["communities"]
    slots = {slot: Ranked(raw[f"{slot}s"]) for slot in ("moment", "adjective", "place", "name")}
    slots["n"] = Ranked([str(n) for n in (10, 3, 7, 5, 30, 2, 14, 4, 20, 21, 6, 15, 8, 100, 12, 9, 45, 60, 25, 40)])
    slots["venue"] = Ranked(invented("venues", VENUES))
    return Lexicon(
        language=language,
        slots=slots,
        nouns={name: Ranked(communities[name]["nouns"]) for name in COMMUNITIES},
        tags={name: _tags(communities[name]["tags"], raw["suffixes"], f"{language}/{name}") for name in COMMUNITIES},
        kinds={name: tuple(communities[name]["kinds"]) for name in COMMUNITIES},
        general_tags=Ranked(raw["general_tags"]),
        sentences=_sentences(raw["sentences"]),
        **{part: Ranked(raw[part]) for part in ("openers", "closers", "replies", "edits", "promo")},
    )


def _tags(roots: list[str], suffixes: list[str], purpose: str) -> Ranked[str]:
    """The roots first, then their compounds in an order of their own: no suffix is frequent everywhere."""
    compounds = [root + suffix for root in roots for suffix in suffixes]
    Random(purpose).shuffle(compounds)
    return Ranked([*roots, *compounds])


def _sentences(by_format: dict[str, list[str]]) -> Ranked[tuple[str, str]]:
    """(format, template) pairs: a format's weight is shared evenly by its templates."""
    pairs = [(name, template) for name, templates in by_format.items() for template in templates]
    return Ranked(pairs, [FORMAT_WEIGHTS[name] / len(by_format[name]) for name, _ in pairs])
