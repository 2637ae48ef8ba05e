"""READ, how a platform delivers: what came late, and totals that are orders of magnitude off. It judges nothing."""

import itertools
from collections import Counter

import numpy as np
import numpy.typing as npt

from detectors.counts.scopes import Codes, ScopeCodes

LATE = "late"
"""What the series of a platform are told though it came before: no sign that the platform is there now."""

REDEFINED = "redefined"
"""Counts the totals that changed their definition, by platform: no series, for nobody expects a number of them."""

ARRIVED, OVERDUE = "arrived", "overdue"
"""Count the records that came with a bucket, by platform, and those of them that are of an earlier one: no series."""

COMPARED, JUMPED = "compared", "jumped"
"""Count the totals that could be compared with the one before, by platform, and those that jumped: no series.

The same of each measure, as `compared.views`: a platform may count one of them otherwise.
"""

MEASURED, BRIDGED = "measured", "bridged"
"""Count the totals whose growth is known, by platform, and those of them that bridge more than a window: no series."""

_NO_SERIES = (REDEFINED, ARRIVED, OVERDUE, COMPARED, JUMPED, MEASURED, BRIDGED)


def is_count(measure: str) -> bool:
    """Whether this is one of the counts above.

    >>> is_count("compared.views"), is_count("views")
    (True, False)
    """
    return measure.partition(".")[0] in _NO_SERIES


def delivered(scopes: Codes, own: npt.NDArray[np.int64], bucket: int, codes: ScopeCodes) -> Counter[str]:
    """What came with a bucket. Shapes: u4[n]; own i8[n], the bucket that each record is of."""
    return counted(ARRIVED, scopes, codes) + counted(OVERDUE, scopes[own < bucket], codes)


def counted(name: str, scopes: Codes, codes: ScopeCodes) -> Counter[str]:
    """How many there are, by platform. Shapes: u4[n]."""
    found: Counter[str] = Counter()
    if len(scopes):
        for names, value in itertools.islice(codes.dimensions(scopes), 1):
            numbers = np.bincount(value)
            numbers[0] = 0  # one platform too many
            found.update({f"{name}|{names[v]}": int(numbers[v]) for v in np.flatnonzero(numbers).tolist()})
    return found
