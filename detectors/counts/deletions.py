"""How many voices of a candidate were taken back: what tells a trend that was deleted from one that has passed."""

import msgspec
import numpy as np

from detectors.counts.found import Found
from detectors.counts.ticks import Candidate
from detectors.counts.window import Window

Candidates = tuple[Candidate, ...]


def with_deleted(candidates: Candidates, window: Window) -> Candidates:
    """The candidates with the voices that each would have more, had nothing been taken back.

    An edit takes a post back and brings it again: where it still names the subject, no voice is missing.
    """
    touched = [s.touched for s in window.slices if len(s.touched)]
    if not touched:
        return candidates
    known = np.concatenate(touched)
    keys = np.array([c.key for c in candidates], np.uint64)
    some = np.flatnonzero(np.isin(keys, known)).tolist()
    voices = Found(keys[some], window.slices, whole=True).voices()
    changed = list(candidates)
    for i, n in zip(some, voices.tolist(), strict=True):
        changed[i] = msgspec.structs.replace(candidates[i], deleted=max(0, n - candidates[i].observed))
    return tuple(changed)
