"""Invented names for brands, product lines, places to go out and musicians: pronounceable, and nobody's."""

from functools import cache
from random import Random

STARTS = (
    "Lu",
    "Ve",
    "Sa",
    "Mi",
    "Ko",
    "Ri",
    "Na",
    "Be",
    "Or",
    "Fe",
    "Ta",
    "Jo",
    "Ely",
    "Ca",
    "Du",
    "Pa",
    "Zi",
    "Hal",
    "Gre",
    "Sol",
)
MIDDLES = ("me", "lo", "ri", "va", "ne", "sti", "la", "do", "mi", "ra", "be", "nu", "co", "ta", "li", "ve", "so", "ga")
ENDS = (
    "ra",
    "nia",
    "lle",
    "ro",
    "na",
    "tis",
    "va",
    "lia",
    "mo",
    "dine",
    "sca",
    "nne",
    "ka",
    "vio",
    "ren",
    "lume",
    "dor",
    "pi",
)


@cache
def invented(purpose: str, count: int) -> tuple[str, ...]:
    """`count` different names; the same purpose gives the same names in every run, whatever its seed.

    Raises: ValueError if `count` is above what the syllables can make (3000 leaves room).

    >>> invented("brands", 2) == invented("brands", 2)
    True
    """
    if count > 3000:
        raise ValueError(f"count is {count}: allowed are 0 to 3000")
    rng = Random(purpose)
    names: dict[str, None] = {}  # a dictionary keeps the order, a set would not repeat
    while len(names) < count:
        middle = rng.choice(MIDDLES) if rng.random() < 0.7 else ""
        names[rng.choice(STARTS) + middle + rng.choice(ENDS)] = None
    return tuple(names)
