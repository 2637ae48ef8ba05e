"""The posts of one event-time bucket that arrived for one tick, by subject: what the window is made of."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.caps import Caps, estimate
from detectors.counts.order import Counts, Numbers, Places, has, once, repeated, spread, surplus
from detectors.counts.segment_table import Marks
from detectors.subjects.kinds import Keys

Bools = npt.NDArray[np.bool_]
Known = npt.NDArray[np.int32]
Small = npt.NDArray[np.uint16] | Numbers


class SlicePosts(NamedTuple):
    """Columns of n posts, 28 bytes each. `origin` says from which run of `origins`: its source and first offset.

    Shapes: post_id u8[n]; author, signature, after u4[n], `after` the first offset; origin u2[n]; known u1[n], see
    known.py; deleted u1[n], whether it was deleted before it was told; origins i8[o, 2]; mark u2[n] or u4[n], its row
    in `marks`, see segment_table.py.
    """

    post_id: npt.NDArray[np.uint64]
    author: Numbers
    signature: Numbers
    after: Numbers
    origin: npt.NDArray[np.uint16]
    known: npt.NDArray[np.uint8]
    deleted: npt.NDArray[np.uint8]
    origins: Counts
    mark: Small
    marks: Marks

    def where(self, at: Numbers) -> tuple[Counts, Counts, Numbers]:
        """Source, offset and author of some posts. Shapes: u4[m] -> i8[m], i8[m], u4[m]."""
        origins = self.origins[self.origin[at]]
        return origins[:, 0], origins[:, 1] + self.after[at], self.author[at]

    def chosen(self, at: Places | Bools) -> "SlicePosts":
        """Some of the posts."""
        posts, people = (self.post_id[at], self.author[at], self.signature[at]), (self.known[at], self.deleted[at])
        return SlicePosts(*posts, self.after[at], self.origin[at], *people, self.origins, self.mark[at], self.marks)


class Rows(NamedTuple):
    """Rows by key. Shapes: keys u8[k], sorted and distinct; ends u4[k]; posts u2[m] or u4[m], index into the posts."""

    keys: Keys
    ends: Numbers
    posts: Small


class Living(NamedTuple):
    """Living rows of some keys. Shapes: place u4[m], index into the keys asked for; post u4[m]."""

    place: Numbers
    post: Numbers


NO_KEYS: Keys = np.zeros(0, np.uint64)
NO_ROWS = Living(np.zeros(0, np.uint32), np.zeros(0, np.uint32))


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
        self._deleted: Bools | None = None
        self._by_id: Numbers | None = None
        self.author_again, self.signature_again = repeated(posts.author), repeated(posts.signature)
        self.authors, self.voices = counted or self._count_all()
        if posts.deleted.any():  # they came too late to be a voice, but what was deleted is told
            self._take(np.flatnonzero(posts.deleted), deleted=True)

    @property
    def whole(self) -> bool:
        """Whether none of its posts was taken back."""
        return self._dead is None

    def find(self, keys: Keys) -> Living:
        """The living rows of the given keys."""
        return self._rows_of(keys, self._dead, dead=False)

    def rows_at(self, at: Places) -> Living:
        """The living rows of the keys at these places; places of rows are indices into `at`."""
        return Living(*self._expand(at, self._dead))

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

    def deleted(self, keys: Keys) -> Living:
        """The rows of the given keys whose posts their authors deleted; those with a new version are not among them."""
        return NO_ROWS if self._deleted is None else self._rows_of(keys, self._deleted, dead=True)

    def delete(self, post_ids: Keys, replaced: Keys = NO_KEYS) -> tuple[Keys, Counts]:
        """Take posts back -> the keys they touch, and by how much the authors of each change (<= 0).

        Args:
            replaced: those of them that have a new version.
        """
        hit = self._living(post_ids)
        if not len(hit):
            return self.keys[:0], np.zeros(0, np.int64)
        old = has(np.sort(replaced), self.posts.post_id[hit])
        if old.any():
            touched, change = self._take(hit[old], deleted=False)
            if old.all():
                return touched, change
            more, change_of_more = self._take(hit[~old], deleted=True)
            return np.concatenate([touched, more]), np.concatenate([change, change_of_more])
        return self._take(hit, deleted=True)

    def _take(self, hit: Places, *, deleted: bool) -> tuple[Keys, Counts]:
        if self._dead is None:
            self._dead = np.zeros(len(self.posts.post_id), np.bool_)
        if deleted and self._deleted is None:
            self._deleted = np.zeros(len(self.posts.post_id), np.bool_)
        if deleted and self._deleted is not None:
            self._deleted[hit] = True
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
        if not len(self._by_id):
            return np.zeros(0, np.intp)
        ids, order = self.posts.post_id, self._by_id
        low = np.searchsorted(ids, post_ids, "left", sorter=order)
        if not (ids[order.take(low, mode="clip")] == post_ids).any():  # as in nearly all slices of a window
            return np.zeros(0, np.intp)
        high = np.searchsorted(ids, post_ids, "right", sorter=order)
        hit = once(self._by_id[spread(low, high - low)]).astype(np.intp)
        return hit if self._dead is None else hit[~self._dead[hit]]

    def _rows_of(self, keys: Keys, marks: Bools | None, *, dead: bool) -> Living:
        """Rows of the given keys whose posts have this mark, or have it not."""
        known, at = self._places(keys)
        place, post = self._expand(at, marks, dead=dead)
        return Living(known.astype(np.uint32)[place], post)

    def _expand(self, at: Places, marks: Bools | None, *, dead: bool = False) -> tuple[Numbers, Numbers]:
        """Rows of the keys at these places whose mark is `dead` -> (index into `at`, post)."""
        starts = self._starts[at].astype(np.int64)
        lengths = self._ends[at] - starts
        place = np.repeat(np.arange(len(at), dtype=np.uint32), lengths)
        post = self._rows[spread(starts, lengths)].astype(np.uint32)
        if marks is None:
            return place, post
        chosen = marks[post] if dead else ~marks[post]
        return place[chosen], post[chosen]

    def _count(self, at: Places) -> tuple[Counts, Counts]:
        place, post = self._expand(at, self._dead)
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
            capped = np.flatnonzero(has(self.caps.keys, self.keys))
            authors[capped], voices[capped] = self._count(capped)
        return authors, voices

    def _surplus(self, group: Numbers, values: Numbers, again: Bools) -> npt.NDArray[np.int32]:
        maybe = np.flatnonzero(again[self._rows])
        return surplus(group[maybe], values[self._rows[maybe]], len(self.keys)).astype(np.int32)
