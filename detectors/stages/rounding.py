"""How much of a total's growth its rounding may hide, read off the total's zeros. It remembers nothing."""

import numpy as np
import numpy.typing as npt

from detectors.counts.order import Counts

DIGITS = 2
"""Platforms that round leave at least so many digits."""

FIRST, LAST = 1, 17
"""Zeros that are looked for: a total has at most 18 digits."""


def units(totals: Counts) -> npt.NDArray[np.int64]:
    """What each total may be rounded to: the greatest power of ten that divides it and leaves two digits. [n] -> [n].

    An exact total ends in k zeros once in 10^k times, so its unit is small beside it nearly always.

    >>> units(np.array([24_190_000_000, 11_466_000, 1_237, 900, 0])).tolist()
    [10000000, 1000, 1, 10, 1]
    """
    found = np.ones(len(totals), np.int64)
    for zeros in range(FIRST, LAST):
        unit = 10**zeros
        rounded = (totals % unit == 0) & (totals >= unit * 10 ** (DIGITS - 1))
        if not rounded.any():
            break
        found[rounded] = unit
    return found


def unsure(before: Counts, after: Counts) -> npt.NDArray[np.int64]:
    """How much of the growth between two totals may have come before the first of them: half a unit of each.

    >>> unsure(np.array([24_190_000_000, 1000, 7]), np.array([24_200_000_000, 5000, 9])).tolist()
    [10000000, 100, 0]
    """
    half: npt.NDArray[np.int64] = (units(before) + units(after)) // 2
    return np.where(half > 1, np.clip(after - before, 0, half), 0)
