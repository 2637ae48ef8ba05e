"""What is said of one figure at one tick. How it is found is in `detector.py`, `rates.py` and `shape.py`."""

import math
from typing import NamedTuple

STRANGE = 2.0
"""Decades of surprise from which an interval is worked out and a shift may be accepted."""
DIGITS = 4
"""Scores are rounded before anybody compares them: the last bits of exp and log differ between processors."""


class Verdict(NamedTuple):
    """What one series looked like at one tick: its most surprising sum, or the shape of its last window."""

    surprise: float
    observed: float
    expected: float
    interval: tuple[float, float] | None
    span: int
    """Buckets that `observed` adds up; hours of a shape."""
    shape: bool = False
    """Whether the numbers are of its shape: what was too much and too little in each part of the window, added up."""

    @property
    def change(self) -> float:
        """Log of observed over expected, 0.5 added to both: -0.7 is half, +0.7 is double."""
        return math.log((self.observed + 0.5) / (self.expected + 0.5))


def rounded(interval: tuple[float, float]) -> tuple[float, float]:
    """As alerts tell it: the last bits differ between processors."""
    return round(interval[0], 2), round(interval[1], 2)
