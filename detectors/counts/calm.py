"""Which subjects of a tick are drawn by lot, to learn from them how well posts hold together by chance."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.subjects.kinds import Keys, phrase_keys

GROUPS = 8
"""Calm subjects a tick names, and DECIDE learns from, at most."""

_DRAWN = 8 * GROUPS
"""Lots that are looked at: subjects may surprise, or have too few voices."""


class Lots(NamedTuple):
    """Subjects drawn. Shapes: keys u8[n], lots u8[n], ascending."""

    keys: Keys
    lots: npt.NDArray[np.uint64]


def drawn(keys: Keys, bucket: int) -> Lots:
    """Those of the subjects with the least lots in this bucket: the same, however subjects are divided.

    A lot is a hash of key and bucket, so a subject is as likely to be drawn as any other, and anew in each bucket.
    """
    lots = phrase_keys(keys, np.full(len(keys), bucket, np.uint64))
    lots = lots ^ (lots >> np.uint64(3))  # the low bits told the kind
    if len(lots) > _DRAWN:
        least = np.flatnonzero(lots <= np.partition(lots, _DRAWN - 1)[_DRAWN - 1])
        keys, lots = keys[least], lots[least]
    order = np.lexsort((keys, lots))[:_DRAWN]
    return Lots(keys[order], lots[order])
