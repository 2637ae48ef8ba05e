"""Exact distinct voices of any subject over the window, deletions included. It forgets what leaves the window."""

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from detectors.counts.runs import POST, Columns, Posts, group_by_key
from detectors.subjects.kinds import Keys

Counts = npt.NDArray[np.int64]

Scalar = TypeVar("Scalar", bound=np.generic)


def once(values: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
    """The distinct values, sorted. np.unique hashes before it sorts: 30 times as long for many (numpy 2.4).

    >>> once(np.array([3, 1, 3]))
    array([1, 3])
    """
    ordered = np.sort(values)
    found: npt.NDArray[Scalar] = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return found


def distinct(groups: Counts, values: npt.NDArray[np.uint32], n: int) -> Counts:
    """Distinct values of each group 0..n-1, by sorting. Shapes: i8[m], u4[m] -> i8[n]."""
    if not len(groups):
        return np.zeros(n, np.int64)
    packed = np.sort(groups.astype(np.uint64) << np.uint64(32) | values)
    first = np.append(True, packed[1:] != packed[:-1])
    return np.bincount((packed[first] >> np.uint64(32)).astype(np.int64), minlength=n)


def voices(groups: Counts, posts: Posts, n: int) -> Counts:
    """Voices of each group: distinct authors, but never more than distinct texts. Shapes: i8[m], POST[m] -> i8[n]."""
    return np.minimum(distinct(groups, posts["author"], n), distinct(groups, posts["signature"], n))


class Found(NamedTuple):
    """Living rows of some keys. Shapes: place i8[m], index into the keys asked for; posts POST[m]; source u2[m]."""

    place: Counts
    posts: Posts
    source: npt.NDArray[np.uint16]


class Slice:
    """The posts of one event-time bucket that arrived for one tick, by subject."""

    def __init__(self, bucket: int, columns: Columns) -> None:
        self.bucket = bucket
        self.columns = columns
        self._starts = np.concatenate([np.zeros(1, np.int64), columns.ends[:-1]]) if len(columns.ends) else columns.ends
        self._alive = np.ones(len(columns.posts), np.bool_)
        self._by_id = np.argsort(columns.posts["post_id"], kind="stable")
        self.authors, self.voices = self._count(np.arange(len(columns.keys)))

    def find(self, keys: Keys) -> Found:
        """The living rows of the given keys."""
        at = np.searchsorted(self.columns.keys, keys)
        at[at == len(self.columns.keys)] = 0
        known = np.flatnonzero(self.columns.keys[at] == keys) if len(self.columns.keys) else np.zeros(0, np.intp)
        place, rows = self._expand(at[known])
        return Found(known[place], self.columns.posts[rows], self.columns.source[rows])

    def delete(self, post_ids: npt.NDArray[np.uint64]) -> tuple[Keys, Counts]:
        """Take posts back -> the keys they touch, and by how much the authors of each change (<= 0)."""
        ids = self.columns.posts["post_id"][self._by_id]
        low, high = np.searchsorted(ids, post_ids, "left"), np.searchsorted(ids, post_ids, "right")
        hit = np.zeros(len(ids), np.bool_)
        for first, last in zip(low.tolist(), high.tolist(), strict=True):
            hit[self._by_id[first:last]] = True
        hit &= self._alive
        touched = once(np.searchsorted(self.columns.ends, np.flatnonzero(hit[self.columns.rows]), "right"))
        self._alive[hit] = False
        before = self.authors[touched]
        self.authors[touched], self.voices[touched] = self._count(touched)
        return self.columns.keys[touched], self.authors[touched] - before

    def _expand(self, at: Counts) -> tuple[Counts, Counts]:
        """Living rows of the keys at these places -> (index into `at`, post)."""
        lengths = self.columns.ends[at] - self._starts[at]
        place = np.repeat(np.arange(len(at)), lengths)
        offset = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        rows = self.columns.rows[np.repeat(self._starts[at], lengths) + offset]
        alive = self._alive[rows]
        return place[alive], rows[alive]

    def _count(self, at: Counts) -> tuple[Counts, Counts]:
        place, rows = self._expand(at)
        posts = self.columns.posts[rows]
        authors = distinct(place, posts["author"], len(at))
        return authors, np.minimum(authors, distinct(place, posts["signature"], len(at)))


class Window:
    """The slices of the last `buckets` buckets.

    Args:
        buckets: length of the window. >= 1.
    """

    def __init__(self, buckets: int) -> None:
        self._buckets = buckets
        self._slices: list[Slice] = []

    def __len__(self) -> int:
        return len(self._slices)

    def add(self, parts: Iterable[Columns]) -> list[Slice]:
        """Take the posts that arrived for a tick -> the slices they make, one an event-time bucket."""
        fresh = [Slice(bucket, columns) for bucket, columns in _by_bucket(list(parts))]
        self._slices += fresh
        return fresh

    def expire(self, bucket: int) -> list[Slice]:
        """Let go of what is no longer in the window that ends with `bucket`."""
        gone = [s for s in self._slices if s.bucket <= bucket - self._buckets]
        self._slices = [s for s in self._slices if s.bucket > bucket - self._buckets]
        return gone

    def delete(self, post_ids: npt.NDArray[np.uint64]) -> list[tuple[Keys, Counts]]:
        """Take posts back; see Slice.delete."""
        return [s.delete(post_ids) for s in self._slices] if len(post_ids) else []

    def find(self, keys: Keys) -> Found:
        """All living rows of the given keys in the window."""
        parts = [s.find(keys) for s in self._slices]
        if not parts:
            return Found(np.zeros(0, np.int64), _NO_POSTS, np.zeros(0, np.uint16))
        return Found(*(np.concatenate([part[i] for part in parts]) for i in range(3)))

    def keys(self) -> Keys:
        """Every key that the window holds, once."""
        return once(np.concatenate([s.columns.keys for s in self._slices])) if self._slices else np.zeros(0, np.uint64)


def _by_bucket(parts: list[Columns]) -> Iterable[tuple[int, Columns]]:
    if not parts:
        return
    posts = np.concatenate([p.posts for p in parts])
    source = np.concatenate([p.source for p in parts])
    shift = np.cumsum([0, *(len(p.posts) for p in parts[:-1])])
    row_post = np.concatenate([p.rows + s for p, s in zip(parts, shift, strict=True)])
    row_key = np.concatenate([np.repeat(p.keys, np.diff(p.ends, prepend=0)) for p in parts])
    for bucket in once(posts["bucket"]).tolist():
        mine = posts["bucket"] == bucket
        place = np.cumsum(mine) - 1
        rows = mine[row_post]
        keys, ends, grouped = group_by_key(place[row_post[rows]], row_key[rows])
        yield bucket, Columns(posts[mine], source[mine], keys, ends, grouped)


_NO_POSTS: Posts = np.empty(0, POST)
