"""Made-up words of the chaos stream: eight lower-case letters each, none a stop word or the name of a format."""

from random import Random

SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]


def words(random: Random, count: int) -> list[str]:
    """Distinct words."""
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(random.choices(SYLLABLES, k=4))] = None
    return list(found)


def tag(word: str) -> str:
    """A hashtag as people write it.

    >>> tag("bakemoti")
    '#BakeMoti'
    """
    return f"#{word[:4].capitalize()}{word[4:].capitalize()}"
