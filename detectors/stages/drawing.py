"""READ, what posts of the window draw: the acts of a bucket as COUNT is told them. It counts nothing by subject."""

import numpy as np

from detectors.counts.draws import DrawRows, draws_of
from detectors.counts.table import Rows
from detectors.stages.acts import COMMENTS, ENGAGING, SHARES, Acts
from detectors.stages.totals import Counted, Floats


def drawn_by(told: Acts, counted: Counted, row: Rows, began: Floats, bucket_s: float, since: int) -> DrawRows:
    """A row for each post that drew anything, and one for each person who commented on it or shared it.

    Args:
        row, began: of each act's post in what READ remembers, -1: not known; when it was made. Shapes: i8[m], f8[m].
        since: posts of earlier buckets are left out.
    """
    made = np.floor_divide(np.where(row >= 0, began, -bucket_s), bucket_s).astype(np.int64)
    young = made >= max(since, 0)
    measure, source = told["measure"], counted.source
    drew = np.flatnonzero(young[source] & (counted.acts["measure"] < ENGAGING))
    said = np.flatnonzero(young & (told["actor"] != 0) & ((measure == COMMENTS) | (measure == SHARES)))
    whose = np.concatenate([source[drew], said])
    actor = (told["actor"][said] >> np.uint64(32)).astype(np.uint32)
    return draws_of(
        told["post_id"][whose],
        np.concatenate([np.zeros(len(drew), np.uint32), actor]),
        made[whose],
        np.concatenate([counted.acts["amount"][drew], told["amount"][said]]),
    )
