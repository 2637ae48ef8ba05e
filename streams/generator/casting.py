"""Finds the creators of a planted trend: new voices every time, at first from one community, mostly small accounts."""

from collections.abc import Collection, Sequence
from random import Random

from streams.generator.world import Creator, World

SMALL_TIERS = ("nano", "micro")
SMALL_SHARE = 0.85
HOME_AT_FIRST = 0.92
HOME_AT_LAST = 0.45


def cast(rng: Random, world: World, count: int, language: str, home: str, platforms: Collection[str]) -> list[Creator]:
    """`count` different creators in their order of appearance, fewer if the world has no more.

    The first come from the community `home`; later ones ever more from elsewhere, as what spreads does.
    """
    able = [c for c in world.creators if c.language == language and c.platform in platforms]
    rng.shuffle(able)
    small = [c for c in able if c.tier in SMALL_TIERS]
    queues = {
        "home": [c for c in small if home in c.communities],
        "away": [c for c in small if home not in c.communities],
        "others": [c for c in able if c.tier not in SMALL_TIERS],
    }
    chosen: list[Creator] = []
    while len(chosen) < count and any(queues.values()):
        chosen.append(_next(queues, _preference(rng, len(chosen) / count)))
    return chosen


def _preference(rng: Random, progress: float) -> Sequence[str]:
    """Which queue to ask first, then the others, when `progress` (0 to 1) of the voices are there."""
    if rng.random() > SMALL_SHARE:
        return ("others", "home", "away")
    at_home = rng.random() < HOME_AT_FIRST + (HOME_AT_LAST - HOME_AT_FIRST) * progress
    return ("home", "away", "others") if at_home else ("away", "home", "others")


def _next(queues: dict[str, list[Creator]], preference: Sequence[str]) -> Creator:
    return next(queues[name] for name in preference if queues[name]).pop()
