"""The usual range of a count of people, for the band of a picture: what the record gives of its last point, for all.

Without scipy, whose statistics take longer to import than all else that the page needs; a test holds both together.
"""

import math
from functools import lru_cache

TAIL = 0.025
"""Left out on either side: a 95 % range."""

LEAST_SHAPE = 0.05

TINY = 1e-290
"""Below it a sum from nothing upwards loses itself; so many people are spread like the normal distribution."""

LARGEST = 1e6
"""Nobody expects more people in a window; a sum over more terms would hold up the page."""


def band(expected: float, r_max: float) -> tuple[float, float]:
    """The usual range of a window in which so many people are expected.

    Args:
        r_max: `detection.r_max`, the cap of the shape.

    >>> band(1.344, 20.0), band(0.01, 20.0), band(0.0, 20.0)
    ((0.0, 6.0), (0.0, 0.0), (0.0, 0.0))
    """
    return _range(float(f"{min(max(expected, 0.0), LARGEST):.2g}"), r_max)


@lru_cache(4096)
def _range(mean: float, r_max: float) -> tuple[float, float]:
    """Quantiles of the negative binomial; two digits of its mean are enough for a picture, and make few ranges."""
    shape = min(max(mean, LEAST_SHAPE), r_max)
    miss = mean / (shape + mean)
    term = (1.0 - miss) ** shape
    if term < TINY:
        spread = 1.96 * math.sqrt(mean / (1.0 - miss))
        return float(max(0, round(mean - spread))), float(round(mean + spread))
    total, k, low = term, 0, -1
    while total < 1.0 - TAIL:
        if low < 0 and total >= TAIL:
            low = k
        term *= miss * (k + shape) / (k + 1)
        k += 1
        total += term
    return float(k if low < 0 else low), float(k)
