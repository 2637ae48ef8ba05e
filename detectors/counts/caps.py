"""A subject that everyone uses fills no partition: beyond so many authors, a sample of them stands for all.

Hashes are uniform, so those up to a limit are a fair sample, the same in every run: limits of several runs are made one
by taking the least. Source: k minimum values (Bar-Yossef et al., RANDOM 2002; Beyer et al., SIGMOD 2007).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.order import Counts, Numbers, distinct, once
from detectors.subjects.kinds import Keys

SAMPLE = 2_000
"""Authors of a subject in a run that are kept at least; up to so many the count is exact. Error: 2 % (one sigma)."""

NO_LIMIT = 2**32 - 1

_HASHES = 2.0**32


class Caps(NamedTuple):
    """Subjects of which a sample was kept. Shapes: keys u8[c], sorted; limits u4[c, 2].

    Rows of authors up to the first limit were kept, and for each text signature up to the second one row.
    """

    keys: Keys
    limits: Numbers

    def of(self, keys: Keys) -> Numbers:
        """The limits of any keys, NO_LIMIT where all is kept. Shapes: u8[n] -> u4[n, 2]."""
        limits = np.full((len(keys), 2), NO_LIMIT, np.uint32)
        if len(self.keys):
            at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
            mine = self.keys[at] == keys
            limits[mine] = self.limits[at[mine]]
        return limits


NO_CAPS = Caps(np.zeros(0, np.uint64), np.zeros((0, 2), np.uint32))


def joined(parts: list[Caps]) -> Caps:
    """The caps of several samples together: the least limits."""
    parts = [part for part in parts if len(part.keys)]
    if not parts:
        return NO_CAPS
    keys = np.concatenate([part.keys for part in parts])
    known = once(keys)
    limits = np.full((len(known), 2), NO_LIMIT, np.uint32)
    np.minimum.at(limits, np.searchsorted(known, keys), np.concatenate([part.limits for part in parts]))
    return Caps(known, limits)


def cap(keys: Keys, ends: Counts, authors: Numbers, signatures: Numbers) -> tuple[npt.NDArray[np.bool_], Caps]:
    """Which rows to keep, and the caps. Shapes: keys u8[k], ends i8[k], authors u4[m], signatures u4[m] -> bool[m]."""
    keep = np.ones(len(authors), np.bool_)
    lengths = np.diff(ends, prepend=0)
    capped, limits = list[int](), list[tuple[int, int]]()
    for i in np.flatnonzero(lengths > SAMPLE).tolist():
        mine = slice(ends[i] - lengths[i], ends[i])
        limit, text_limit = _limit(authors[mine]), _limit(signatures[mine])
        if limit < NO_LIMIT:
            keep[mine] = (authors[mine] <= limit) | _first(signatures[mine], authors[mine], text_limit)
            capped.append(i)
            limits.append((limit, text_limit))
    return keep, Caps(keys[capped], np.array(limits, np.uint32).reshape(-1, 2))


def _limit(values: Numbers) -> int:
    known = once(values)
    return int(known[SAMPLE - 1]) if len(known) > SAMPLE else NO_LIMIT


def _first(signatures: Numbers, authors: Numbers, limit: int) -> npt.NDArray[np.bool_]:
    """For each signature up to the limit its row with the least author: likely to be kept anyway."""
    order = np.argsort(signatures.astype(np.uint64) << np.uint64(32) | authors)
    ordered = signatures[order]
    first = np.append(True, ordered[1:] != ordered[:-1]) & (ordered <= limit)
    chosen = np.zeros(len(order), np.bool_)
    chosen[order[first]] = True
    return chosen


def estimate(groups: Numbers, values: Numbers, limits: Numbers) -> Counts:
    """Distinct values of each group, scaled where a sample stands for all. Shapes: u4[m], u4[m], u4[n] -> i8[n]."""
    n = len(limits)
    if (limits == NO_LIMIT).all():
        return distinct(groups, values, n)
    under = values <= limits[groups]
    return scaled(distinct(groups[under], values[under], n), limits)


def scaled(counts: Counts, limits: Numbers) -> Counts:
    """What counts of a sample say of the whole. Shapes: i8[n], u4[n] -> i8[n]."""
    return np.rint(counts * (_HASHES / (limits + 1.0))).astype(np.int64)
