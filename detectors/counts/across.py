"""The posts of several slices, looked at together: slice by slice, or as one where they are few. It counts nothing.

A look at a slice costs the same dozen of calls whether it holds ten posts or ten thousand: in a sparse stream that is
all it costs. So the slices of a small window are joined, once for all looks of a tick.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from detectors.counts.blocks import joined_posts
from detectors.counts.order import Counts, Numbers, Places, spread
from detectors.counts.slices import NO_ROWS, Living, Slice
from detectors.subjects.kinds import Keys

MOST_JOINED = 20_000
"""Keys of all slices, each in each: up to so many it costs less to join them than to look at each."""


class Met(NamedTuple):
    """Living rows of some keys, slice by slice, in each by key.

    Shapes: place u4[m], index into the keys; part intp[m], which slice; post u4[m], of what found it.
    """

    place: Numbers
    part: Places
    post: Numbers

    def since(self, part: int) -> "Met":
        """The rows in this slice and later ones."""
        first = int(np.searchsorted(self.part, part))
        return Met(self.place[first:], self.part[first:], self.post[first:])


class Refs(NamedTuple):
    """Where posts stand, who wrote them, and for how long these are known: i8[m], i8[m], u4[m], u1[m]."""

    source: Counts
    offset: Counts
    author: Numbers
    known: npt.NDArray[np.uint8]


class Across(Protocol):
    """Some slices, in order."""

    slices: Sequence[Slice]

    def find(self, keys: Keys) -> Met:
        """The living rows of the given keys, which are distinct."""

    def voices(self, keys: Keys, parts: int) -> Counts:
        """Voices of each key in the first so many slices, slice by slice. Shapes: u8[n] -> i8[n]."""

    def column(self, name: str, met: Met) -> npt.NDArray[Any]:
        """A column of the posts of rows, which stand in order."""

    def refs(self, part: Places, post: Numbers) -> Refs:
        """Of posts in any order."""


def across(slices: Sequence[Slice]) -> Across:
    """Whichever costs less; what is found is the same."""
    few = sum(len(part.keys) for part in slices) <= MOST_JOINED
    return Joined(slices) if few and slices else BySlice(slices)


class BySlice:
    """One slice after the other."""

    def __init__(self, slices: Sequence[Slice]) -> None:
        self.slices = slices

    def find(self, keys: Keys) -> Met:
        """See Across."""
        return self.met([part.find(keys) for part in self.slices])

    def met(self, rows: Sequence[Living]) -> Met:
        """Rows that were found in each slice."""
        place, post = (np.concatenate(column) for column in zip(NO_ROWS, *rows, strict=True))
        return Met(place, np.repeat(np.arange(len(self.slices)), [len(own.place) for own in rows]), post)

    def voices(self, keys: Keys, parts: int) -> Counts:
        """See Across."""
        total = np.zeros(len(keys), np.int64)
        for part in self.slices[:parts]:
            total += part.voices_of(keys)
        return total

    def column(self, name: str, met: Met) -> npt.NDArray[Any]:
        """See Across."""
        cuts = np.searchsorted(met.part, np.arange(len(self.slices) + 1)).tolist()
        parts = zip(self.slices, cuts, cuts[1:], strict=False)
        columns = [getattr(part.posts, name)[met.post[start:end]] for part, start, end in parts if start < end]
        return np.concatenate(columns) if columns else np.zeros(0, np.uint32)

    def refs(self, part: Places, post: Numbers) -> Refs:
        """See Across."""
        n = len(post)
        refs = Refs(np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.uint32), np.zeros(n, np.uint8))
        order = np.argsort(part.astype(np.uint16), kind="stable")
        cuts = np.searchsorted(part[order], np.arange(len(self.slices) + 1)).tolist()
        for own, start, end in zip(self.slices, cuts, cuts[1:], strict=False):
            if start < end:
                mine = order[start:end]
                refs.source[mine], refs.offset[mine], refs.author[mine] = own.posts.where(post[mine])
                refs.known[mine] = own.posts.known[post[mine]]
        return refs


class Joined:
    """All slices as one. What is deleted afterwards is not known: join them anew."""

    def __init__(self, slices: Sequence[Slice]) -> None:
        self.slices = slices
        living = [part.living() for part in slices]
        self._posts = joined_posts([posts for posts, _ in living], marked=False)
        shift = np.cumsum([0, *(len(posts.post_id) for posts, _ in living[:-1])]).tolist()
        self._rows = np.concatenate([rows.posts + np.uint32(n) for (_, rows), n in zip(living, shift, strict=True)])
        lengths = np.concatenate([_lengths(rows.ends) for _, rows in living])
        keys = np.concatenate([part.keys for part in slices])
        order = np.argsort(keys, kind="stable")
        self._keys, self._lengths = keys[order], lengths[order]
        self._starts = (np.cumsum(lengths) - lengths)[order]
        self._part = np.repeat(np.arange(len(slices), dtype=np.uint16), [len(part.keys) for part in slices])[order]
        self._voices = np.concatenate([part.voices for part in slices])[order]

    def find(self, keys: Keys) -> Met:
        """See Across."""
        place, at = self._places(keys)
        order = np.argsort(self._part[at], kind="stable")
        place, at = place[order], at[order]
        lengths = self._lengths[at]
        post = self._rows[spread(self._starts[at], lengths)]
        return Met(place.repeat(lengths), self._part[at].astype(np.intp).repeat(lengths), post)

    def voices(self, keys: Keys, parts: int) -> Counts:
        """See Across."""
        place, at = self._places(keys)
        early = self._part[at] < parts
        return np.bincount(place[early], self._voices[at[early]], len(keys)).astype(np.int64)

    def column(self, name: str, met: Met) -> npt.NDArray[Any]:
        """See Across."""
        column: npt.NDArray[Any] = getattr(self._posts, name)[met.post]
        return column

    def refs(self, part: Places, post: Numbers) -> Refs:  # noqa: ARG002 - of one
        """See Across."""
        return Refs(*self._posts.where(post), self._posts.known[post])

    def _places(self, keys: Keys) -> tuple[Numbers, Places]:
        """Every slice's entry of the keys: index into the keys, index into ours; by key, then slice."""
        first = self._keys.searchsorted(keys)
        lengths = self._keys.searchsorted(keys, "right") - first
        return np.arange(len(keys), dtype=np.uint32).repeat(lengths), spread(first, lengths)


def _lengths(ends: Numbers) -> Counts:
    lengths = ends.astype(np.int64)
    lengths[1:] -= lengths[:-1].copy()
    return lengths
