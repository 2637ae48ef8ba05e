"""Series with a day, noise and rounding, and one thing that happens to them."""

import math
import random
from collections.abc import Callable

import pytest

DAY = 96
"""Points a day: buckets of a quarter of an hour."""

Make = Callable[..., list[float]]


def made(*, days: int = 14, seed: int = 1, noise: float = 1.0, high: float = 10.0) -> list[float]:
    """A daily hump of that height on 20, and noise."""
    numbers = random.Random(seed)
    hump = [high * max(0.0, math.sin(2 * math.pi * i / DAY)) for i in range(DAY)]
    return [20.0 + hump[i % DAY] + numbers.gauss(0, noise) for i in range(days * DAY)]


@pytest.fixture(name="series")
def _series() -> Make:
    return made
