"""The posts that a tick shows of each candidate: those with the smallest hashed ids, so that subjects share them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.found import Found
from detectors.counts.order import Counts, Numbers, Places, by_key
from detectors.counts.slices import Bools
from detectors.counts.ticks import PostRef

Ids = npt.NDArray[np.uint64]

_MARGIN = 2
"""Ids are uniform: under a limit made for so many times as many as are wanted there are nearly always enough."""

_ALL = 2**64 - 1


class _Rows(NamedTuple):
    """m rows. Shapes: place u4[m], index into the keys; post_id u8[m]; part intp[m] and post u4[m], see `Met`."""

    place: Numbers
    post_id: Ids
    part: Places
    post: Numbers

    def chosen(self, at: Places | Bools) -> "_Rows":
        return _Rows(self.place[at], self.post_id[at], self.part[at], self.post[at])


def samples(found: Found, told: Places, size: int) -> list[tuple[PostRef, ...]]:
    """Up to `size` posts of each key told (indices into the keys that were sought), by id."""
    if not len(told):
        return []
    totals = found.rows_of_each
    wanted = np.zeros(len(totals), np.bool_)
    wanted[told] = True
    rows = _least(_under(found, np.where(wanted, _likely(totals, size), 0)), size, len(totals))
    short = wanted & (np.bincount(rows.place, minlength=len(totals)) < np.minimum(totals, size))
    if short.any():  # ids that are not uniform, or copies of one post
        rest = _under(found, np.where(short, np.uint64(_ALL), np.uint64(0)))
        rows = _least(_joined([rows.chosen(~short[rows.place]), rest]), size, len(totals))
    refs = _refs(found, rows)
    starts, ends = np.searchsorted(rows.place, told), np.searchsorted(rows.place, told, "right")
    return [tuple(refs[start:end]) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def _likely(totals: Counts, size: int) -> Ids:
    """An id under which each key's smallest ids lie in all likelihood."""
    share = _MARGIN * size / np.maximum(totals, 1)
    likely = np.full(len(totals), _ALL, np.uint64)
    likely[share < 1] = (share[share < 1] * 2.0**64).astype(np.uint64)
    return likely


def _under(found: Found, limits: Ids) -> _Rows:
    """Rows whose ids are under the limit of their key. Shapes: u8[n]."""
    return _Rows(found.place, found.ids, found.part, found.post).chosen(found.ids < limits[found.place])


def _joined(parts: list[_Rows]) -> _Rows:
    return _Rows(
        np.concatenate([part.place for part in parts]),
        np.concatenate([part.post_id for part in parts]),
        np.concatenate([part.part for part in parts]),
        np.concatenate([part.post for part in parts]),
    )


def _least(rows: _Rows, size: int, n: int) -> _Rows:
    """The `size` smallest ids of each of n keys, each once, by key and id."""
    order, _ = by_key(rows.post_id)
    place = rows.place[order]
    rows = rows.chosen(order[np.argsort(place.astype(np.uint16) if n <= 1 << 16 else place, kind="stable")])
    same = (rows.place[1:] == rows.place[:-1]) & (rows.post_id[1:] == rows.post_id[:-1])
    rows = rows.chosen(np.append(True, ~same)[: len(rows.place)])
    return rows.chosen(np.arange(len(rows.place)) - np.searchsorted(rows.place, rows.place) < size)


def _refs(found: Found, rows: _Rows) -> list[PostRef]:
    source, offset, author, known = found.within.refs(rows.part, rows.post)
    columns = (source, offset, rows.post_id, author, known)
    return list(map(PostRef, *(column.tolist() for column in columns)))
