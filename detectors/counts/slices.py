"""The posts of one event-time bucket that arrived for one tick, by subject: what the window is made of."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.caps import Caps, estimate, joined
from detectors.counts.order import Counts, Numbers, Places, by_key, lasts, once, repeated, spread, surplus
from detectors.counts.runs import Columns
from detectors.subjects.kinds import Keys

Bools = npt.NDArray[np.bool_]
Known = npt.NDArray[np.int32]
Small = npt.NDArray[np.uint16] | Numbers

_SHORT = 1 << 16


class SlicePosts(NamedTuple):
    """Columns of n posts, 22 bytes each. `origin` says from which run of `origins`: its source and first offset.

    Shapes: post_id u8[n]; author, signature, after u4[n], `after` the first offset; origin u2[n].
    """

    post_id: npt.NDArray[np.uint64]
    author: Numbers
    signature: Numbers
    after: Numbers
    origin: npt.NDArray[np.uint16]
    origins: list[tuple[int, int]]

    def where(self, at: Numbers) -> tuple[Counts, Counts, Numbers]:
        """Source, offset and author of some posts. Shapes: u4[m] -> i8[m], i8[m], u4[m]."""
        origins = np.array(self.origins, np.int64)[self.origin[at]]
        return origins[:, 0], origins[:, 1] + self.after[at], self.author[at]

    def chosen(self, at: Places | Bools) -> "SlicePosts":
        """Some of the posts."""
        columns = (self.post_id[at], self.author[at], self.signature[at], self.after[at], self.origin[at])
        return SlicePosts(*columns, self.origins)


class Rows(NamedTuple):
    """Rows by key. Shapes: keys u8[k], sorted and distinct; ends u4[k]; posts u2[m] or u4[m], index into the posts."""

    keys: Keys
    ends: Numbers
    posts: Small


class Living(NamedTuple):
    """Living rows of some keys. Shapes: place u4[m], index into the keys asked for; post u4[m]."""

    place: Numbers
    post: Numbers


class Slice:
    """Living posts and rows of one event-time bucket, or of a block of them (see `blocks.py`).

    Args:
        counted: authors and voices of each key, where they are known.

    Attributes:
        author_again, signature_again: whether a post's may stand twice in the slice.
        authors, voices: of each key, as i4[k]; of a capped one an estimate.
    """

    def __init__(
        self, bucket: int, posts: SlicePosts, rows: Rows, caps: Caps, counted: tuple[Known, Known] | None = None
    ) -> None:
        self.bucket = bucket
        self.posts = posts
        self.keys, self._ends, self._rows = rows
        self._starts = np.concatenate([np.zeros(1, np.uint32), self._ends[:-1]])[: len(self._ends)]
        self.caps = caps
        self._dead: Bools | None = None
        self._by_id: Numbers | None = None
        self.author_again, self.signature_again = repeated(posts.author), repeated(posts.signature)
        self.authors, self.voices = counted or self._count_all()

    def find(self, keys: Keys) -> Living:
        """The living rows of the given keys."""
        known, at = self._places(keys)
        place, post = self._expand(at)
        return Living(known.astype(np.uint32)[place], post)

    def voices_of(self, keys: Keys) -> Counts:
        """Voices of the given keys. Shapes: u8[n] -> i8[n]."""
        found = np.zeros(len(keys), np.int64)
        known, at = self._places(keys)
        found[known] = self.voices[at]
        return found

    def living(self) -> tuple[SlicePosts, Rows]:
        """What is not taken back. A key may have no row left."""
        rows = Rows(self.keys, self._ends, self._rows)
        if self._dead is None:
            return self.posts, rows
        alive = ~self._dead[self._rows]
        kept = np.cumsum(alive, dtype=np.uint32)
        ends = np.where(self._ends > 0, kept[np.maximum(self._ends, 1) - 1], np.uint32(0))
        place = np.cumsum(~self._dead, dtype=np.uint32) - np.uint32(1)
        return self.posts.chosen(~self._dead), Rows(self.keys, ends.astype(np.uint32), place[self._rows[alive]])

    def _places(self, keys: Keys) -> tuple[Places, Places]:
        """Which of the given keys the slice has, and where."""
        if not len(self.keys):
            return np.zeros(0, np.intp), np.zeros(0, np.intp)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        known = np.flatnonzero(self.keys[at] == keys)
        return known, at[known]

    def delete(self, post_ids: npt.NDArray[np.uint64]) -> tuple[Keys, Counts]:
        """Take posts back -> the keys they touch, and by how much the authors of each change (<= 0)."""
        hit = self._living(post_ids)
        if not len(hit):
            return self.keys[:0], np.zeros(0, np.int64)
        if self._dead is None:
            self._dead = np.zeros(len(self.posts.post_id), np.bool_)
        fresh = np.zeros(len(self._dead), np.bool_)
        fresh[hit] = self._dead[hit] = True
        touched = once(np.searchsorted(self._ends, np.flatnonzero(fresh[self._rows]), "right"))
        before = self.authors[touched].astype(np.int64)
        self.authors[touched], self.voices[touched] = self._count(touched)
        return self.keys[touched], self.authors[touched] - before

    def _living(self, post_ids: npt.NDArray[np.uint64]) -> Places:
        """Living posts with these ids."""
        if self._by_id is None:  # most slices are never asked
            self._by_id = np.argsort(self.posts.post_id).astype(np.uint32)
        ids = self.posts.post_id[self._by_id]
        low, high = np.searchsorted(ids, post_ids, "left"), np.searchsorted(ids, post_ids, "right")
        hit = once(self._by_id[spread(low, high - low)]).astype(np.intp)
        return hit if self._dead is None else hit[~self._dead[hit]]

    def _expand(self, at: Places) -> tuple[Numbers, Numbers]:
        """Living rows of the keys at these places -> (index into `at`, post)."""
        starts = self._starts[at].astype(np.int64)
        lengths = self._ends[at] - starts
        place = np.repeat(np.arange(len(at), dtype=np.uint32), lengths)
        post = self._rows[spread(starts, lengths)].astype(np.uint32)
        if self._dead is None:
            return place, post
        alive = ~self._dead[post]
        return place[alive], post[alive]

    def _count(self, at: Places) -> tuple[Counts, Counts]:
        place, post = self._expand(at)
        limits = self.caps.of(self.keys[at])
        authors = estimate(place, self.posts.author[post], limits[:, 0])
        return authors, np.minimum(authors, estimate(place, self.posts.signature[post], limits[:, 1]))

    def _count_all(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """As `_count` of all keys: only the rows of posts whose author or text may stand twice are looked at."""
        lengths = (self._ends - self._starts).astype(np.int32)
        group = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)
        authors = lengths - self._surplus(group, self.posts.author, self.author_again)
        voices = np.minimum(authors, lengths - self._surplus(group, self.posts.signature, self.signature_again))
        if len(self.caps.keys):
            capped = np.flatnonzero(np.isin(self.keys, self.caps.keys))
            authors[capped], voices[capped] = self._count(capped)
        return authors, voices

    def _surplus(self, group: Numbers, values: Numbers, again: Bools) -> npt.NDArray[np.int32]:
        maybe = np.flatnonzero(again[self._rows])
        return surplus(group[maybe], values[self._rows[maybe]], len(self.keys)).astype(np.int32)


def slices_of(parts: Sequence[Columns]) -> list[Slice]:
    """The slices that some runs make, one an event-time bucket."""
    if not parts:
        return []
    posts, buckets = _posts(parts)
    rows, caps = _merged(parts), joined([part.caps for part in parts])
    found = once(buckets).tolist()
    if len(found) == 1:
        return [Slice(found[0], posts, compact(rows, len(buckets)), caps)]
    return [Slice(bucket, own, part, caps) for bucket, own, part in _by_bucket(found, buckets, posts, rows)]


def _posts(parts: Sequence[Columns]) -> tuple[SlicePosts, npt.NDArray[np.int64]]:
    """Columns of the posts of some runs, and the bucket of each. The posts of a run lie within 2^32 offsets."""
    origins = [(part.source, int(part.posts["offset"].min(initial=2**62))) for part in parts]
    own = [(part.posts["offset"] - first).astype(np.uint32) for part, (_, first) in zip(parts, origins, strict=True)]
    post_id, author, signature, bucket = (
        np.concatenate([part.posts[name] for part in parts]) for name in ("post_id", "author", "signature", "bucket")
    )
    origin = np.repeat(np.arange(len(parts), dtype=np.uint16), [len(part.posts) for part in parts])
    return SlicePosts(post_id, author, signature, np.concatenate(own), origin, origins), bucket


def _merged(parts: Sequence[Columns]) -> Rows:
    """Rows of some runs, whose posts are put one after the other, by key."""
    shift = np.cumsum([0, *(len(part.posts) for part in parts[:-1])]).tolist()
    posts = np.concatenate([part.rows + np.uint32(n) for part, n in zip(parts, shift, strict=True)])
    lengths = np.concatenate([np.diff(part.ends, prepend=0) for part in parts])
    order, keys = by_key(np.concatenate([part.keys for part in parts]))
    starts = np.cumsum(lengths) - lengths
    last = lasts(keys)
    ends = np.cumsum(lengths[order])[last].astype(np.uint32)
    return Rows(keys[last], ends, posts[spread(starts[order], lengths[order])])


def _by_bucket(
    found: list[int], buckets: npt.NDArray[np.int64], posts: SlicePosts, rows: Rows
) -> list[tuple[int, SlicePosts, Rows]]:
    """Divide posts and rows: one part for each bucket found."""
    number = np.searchsorted(found, buckets).astype(np.uint16)
    post_order = np.argsort(number, kind="stable")
    place = np.empty(len(number), np.uint32)
    place[post_order] = np.arange(len(number))
    row_order = np.argsort(number[rows.posts], kind="stable")
    key = np.repeat(np.arange(len(rows.keys)), np.diff(rows.ends, prepend=np.uint32(0)))[row_order]
    row_post = place[rows.posts[row_order]]
    post_cuts = np.searchsorted(number[post_order], np.arange(len(found) + 1)).tolist()
    row_cuts = np.searchsorted(number[rows.posts][row_order], np.arange(len(found) + 1)).tolist()
    parts = []
    for i, bucket in enumerate(found):
        mine = slice(row_cuts[i], row_cuts[i + 1])
        last = lasts(key[mine].astype(np.uint64))
        own = Rows(rows.keys[key[mine][last]], (last + 1).astype(np.uint32), row_post[mine] - np.uint32(post_cuts[i]))
        n = post_cuts[i + 1] - post_cuts[i]
        parts.append((bucket, posts.chosen(post_order[post_cuts[i] : post_cuts[i + 1]]), compact(own, n)))
    return parts


def compact(rows: Rows, posts: int) -> Rows:
    """The same in fewer bytes, where the posts are few enough."""
    return rows._replace(posts=rows.posts.astype(np.uint16)) if posts <= _SHORT else rows
