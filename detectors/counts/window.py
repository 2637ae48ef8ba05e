"""The posts of the last buckets, by subject, deletions included. It forgets what leaves the long window."""

from collections.abc import Sequence
from typing import NamedTuple

from detectors.counts.across import Across, across
from detectors.counts.blocks import merged
from detectors.counts.found import Found
from detectors.counts.order import Counts
from detectors.counts.runs import Columns
from detectors.counts.slices import NO_KEYS, Slice
from detectors.counts.slicing import slices_of
from detectors.subjects.kinds import Keys

MOST_SLICES = 3
"""Slices of one bucket: late posts make a further one in every tick, and each costs a look at all of it."""


class Left(NamedTuple):
    """Slices that are no longer in the short window, and those that are in neither."""

    short: list[Slice]
    long: list[Slice]


class Taken(NamedTuple):
    """By how much the authors of some keys change (<= 0), and whether in a slice of the short window."""

    keys: Keys
    change: Counts
    recent: bool


class Window:
    """The slices of the last `long` buckets, and which of them are in the last `short`.

    Args:
        short, long: lengths, in buckets. 1 <= short <= long. The long one begins where a block of `short` buckets does:
            it is shorter than `long` by up to `short` - 1.
        most: posts that are kept behind the short window at most. Where there are more, the long one is shorter.

    Attributes:
        floor: no bucket before it is in the long window any more.
    """

    def __init__(self, short: int, long: int | None = None, most: int = 2**62) -> None:
        self._short, self._long, self._most = short, long or short, most
        self._recent: list[Slice] = []
        self._older: list[Slice] = []
        self.floor = 0
        self._within: Across | None = None

    def __len__(self) -> int:
        return len(self._recent) + len(self._older)

    @property
    def recent(self) -> Sequence[Slice]:
        """The slices of the short window."""
        return self._recent

    def add(self, parts: Sequence[Columns]) -> list[Slice]:
        """Take the posts that arrived for a tick -> the slices they make, one an event-time bucket."""
        fresh = slices_of([part for part in parts if len(part.posts)])
        self._within = None if fresh else self._within
        self._recent += fresh
        for bucket in sorted({part.bucket for part in fresh}):
            self._join_late(bucket)
        return fresh

    def first(self, bucket: int) -> int:
        """The first bucket of the long window that ends with `bucket`: the beginning of a block."""
        block = -(-(bucket - self._long + 1) // self._short)
        return min(max(block * self._short, self.floor), bucket - self._short + 1)

    def expire(self, bucket: int) -> Left:
        """Let go of what is no longer in the windows that end with `bucket`."""
        short, long = bucket - self._short, self.first(bucket)
        left = Left([s for s in self._recent if s.bucket <= short], [s for s in self._older if s.bucket < long])
        self._within = None
        self._recent = [s for s in self._recent if s.bucket > short]
        self._older = [s for s in self._older if s.bucket >= long]
        for part in left.short:
            (self._older if part.bucket >= long else left.long).append(part)
        self._merge(short + 1)
        left.long.extend(self._shortened())
        return left

    def _shortened(self) -> list[Slice]:
        """The oldest blocks, as long as there are too many posts."""
        gone: list[Slice] = []
        while sum(len(part.posts.post_id) for part in self._older) > self._most:
            self.floor = (min(part.bucket for part in self._older) // self._short + 1) * self._short
            gone += [part for part in self._older if part.bucket < self.floor]
            self._older = [part for part in self._older if part.bucket >= self.floor]
        return gone

    def _join_late(self, bucket: int) -> None:
        """Make the slices of late posts one where a bucket has many.

        The greatest, of posts in time, is left alone, and so are those that posts were taken back of: while they are in
        the short window, what was deleted is told.
        """
        own = sorted((s for s in self._recent if s.bucket == bucket and s.whole), key=lambda s: len(s.posts.post_id))
        if len(own) > MOST_SLICES:
            late = {id(s) for s in own[:-1]}
            self._recent = [s for s in self._recent if id(s) not in late] + [merged(own[:-1], marked=True)]

    def _merge(self, before: int) -> None:
        """Make the slices of each block one, once all of its buckets have left the short window."""
        blocks: dict[int, list[Slice]] = {}
        for part in self._older:
            blocks.setdefault(part.bucket // self._short, []).append(part)
        done = [n for n, parts in blocks.items() if len(parts) > 1 and (n + 1) * self._short <= before]
        for n in done:
            blocks[n] = [merged(blocks[n])]
        self._older = [part for n in sorted(blocks) for part in blocks[n]] if done else self._older

    def delete(self, post_ids: Keys, replaced: Keys = NO_KEYS) -> list[Taken]:
        """Take posts back; see Slice.delete."""
        if not len(post_ids):
            return []
        self._within = None
        recent = [Taken(*s.delete(post_ids, replaced), recent=True) for s in self._recent]
        return recent + [Taken(*s.delete(post_ids, replaced), recent=False) for s in self._older]

    def find(self, keys: Keys) -> tuple[Found, Found]:
        """All living rows of the given keys in the short and in the long window."""
        long = Found(keys, self._all())
        return long.last(len(self._recent)), long

    def before(self, keys: Keys) -> Counts:
        """Voices of each key in the long window before the short one, bucket by bucket. Shapes: u8[n] -> i8[n]."""
        return self._all().voices(keys, len(self._older))

    def _all(self) -> Across:
        """Both windows, until they change."""
        if self._within is None:
            self._within = across([*self._older, *self._recent])
        return self._within

    def since(self, bucket: int) -> list[Slice]:
        """The slices of a bucket and of later ones; behind the short window, a block counts as of its last bucket."""
        return [s for s in (*self._older, *self._recent) if s.bucket >= bucket]

    def known(self) -> list[Keys]:
        """The keys of each slice of the short window."""
        return [s.keys for s in self._recent]
