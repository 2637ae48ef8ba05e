"""READ, creators against the usual: a day of each is compared once, when it is over; which stray is said."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.scopes import ScopeCodes
from detectors.counts.table import Rows, Table
from detectors.creators.comparing import Compared, Comparer
from detectors.creators.days import DAY_S, DRAWN, POSTS, UNTOLD, CreatorDays, Days, Who
from detectors.creators.told import MOST, CreatorsTold, OddDay
from detectors.performance.tails import EDGE, kind_sums
from detectors.performance.usual import Bools, Floats
from detectors.stages.acts import COMMENTS, FOLLOWS, Acts
from detectors.stages.saved import named, under
from detectors.stages.totals import Counted
from detectors.subjects.kinds import Keys

LEAST_CHANGE = 10
"""Fewer posts, reactions or people more or less than expected are nobody's news; as in `post_watch.py`."""

NAMING_S = 48 * 3600.0
"""A creator's name is known from the record of a post; an older one may be gone, seconds."""

SHOWN = 5
"""Posts that are named, the latest first."""


class _Nameable(NamedTuple):
    """Posts whose records are likely to be there, the latest first. Shapes: [n] each."""

    rows: Rows
    author: npt.NDArray[np.uint32]
    platform: npt.NDArray[np.uint32]
    at: Floats


class CreatorWatch:
    """The creators of one partition, each day of theirs compared with those before it and with creators alike.

    All posts and engagements of a creator are of one partition. Whether a creator is told of is DECIDE's to say.

    Args:
        partition: of the source.
        posts: what READ remembers of posts.
        deleted: ids of deleted posts, by the bucket as of which they are.
        codes: scopes as numbers, as in `posts`.
        bucket_s: seconds. capacity: see CreatorDays.
    """

    def __init__(
        self, *, partition: int, posts: Table, deleted: Table, codes: ScopeCodes, bucket_s: float, capacity: int
    ) -> None:
        self._partition, self._posts, self._deleted, self._codes = partition, posts, deleted, codes
        self._bucket_s = bucket_s
        self._days = CreatorDays(bucket_s=bucket_s, capacity=capacity)
        self._comparer = Comparer(bucket_s=bucket_s)

    def admit(self, rows: Rows, bucket: int) -> None:
        """Take posts that count now, by their rows in what READ remembers."""
        if len(rows):
            tiered = (self._posts.column("scopes", rows) & np.uint32(15)) != 0  # where followers are told
            followers = np.where(tiered, self._posts.column("followers", rows), UNTOLD)
            self._days.post(self._who(rows, self._posts.column("at", rows)), followers, bucket)

    def take(self, told: Acts, row: Rows, counted: Counted, bucket: int) -> None:
        """Take what the acts of a bucket are worth.

        Args:
            row: of each act's post in what READ remembers; -1: not known. Shape i8[m].
        """
        stands = (row >= 0) & ~self._are_deleted(told["post_id"], bucket)
        worth, of = counted.acts, row[counted.source]
        mine = stands[counted.source] & (worth["measure"] < DRAWN)
        if mine.any():
            measure = worth["measure"][mine].astype(np.int64)
            self._days.draw(self._who(of[mine], worth["at"][mine]), measure, worth["amount"][mine], bucket)
        said = np.flatnonzero(stands & (told["actor"] != 0) & (told["measure"] == COMMENTS))
        if len(said):
            who = self._who(row[said], told["at"][said])
            self._days.comment(who, told["actor"][said], told["amount"][said], bucket)
        followed = told[(told["measure"] == FOLLOWS) & told["is_total"]]
        if len(followed):
            author = (followed["actor"] >> np.uint64(32)).astype(np.uint32)
            day = np.floor_divide(followed["at"], DAY_S).astype(np.int64)
            self._days.follow(Who(author, followed["scopes"], day), followed["amount"], bucket)

    def close(self, bucket: int, gone: Keys) -> CreatorsTold:
        """What is to be told of a bucket that is closed.

        Args:
            gone: ids of posts that are deleted as of it.
        """
        row = self._posts.find(gone, bucket)
        row = row[row >= 0]
        if len(row):
            self._days.withdraw(self._who(row, self._posts.column("at", row)), bucket)
        due = self._days.due(bucket)
        found = CreatorsTold()
        if len(due):
            days = self._days.with_past(due, bucket)
            compared = self._comparer.compare(days, bucket)
            sums = tuple(kind_sums(compared.kind, compared.score))
            found = CreatorsTold(sums, tuple(self._odd(due, days, compared, bucket)))
        self._days.expire(bucket)
        return found

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers."""
        return self._comparer.snapshot() | named("days", self._days.snapshot())

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        self._comparer.restore(parts)
        self._days.restore(under(parts, "days"))

    def _who(self, rows: Rows, at: Floats) -> Who:
        author, scopes = self._posts.column("author", rows), self._posts.column("scopes", rows)
        return Who(author, scopes, np.floor_divide(at, DAY_S).astype(np.int64))

    def _are_deleted(self, post_id: Keys, bucket: int) -> Bools:
        if not len(self._deleted):
            return np.zeros(len(post_id), np.bool_)
        row = self._deleted.find(post_id, bucket)
        found: Bools = (row >= 0) & (self._deleted.column("bucket", row) <= bucket)
        return found

    def _odd(self, due: Rows, days: Days, c: Compared, bucket: int) -> Iterator[OddDay]:
        """Those that stray most and that can be named, to be sent."""
        able = np.flatnonzero((c.score > EDGE) & (np.abs(c.observed - c.expected) >= LEAST_CHANGE))
        first = able[np.lexsort((c.look[able], c.place[able], -c.score[able]))][:MOST]
        if not len(first):
            return
        row, place = due[c.place[first]], c.place[first]
        author, day = (self._days.table.column(name, row) for name in ("author", "day"))
        scopes = days.scopes[place]
        platform, _, tier = (
            [names[v].partition(":")[2] for v in value.tolist()] for names, value in self._codes.dimensions(scopes)
        )
        posts = self._nameable(bucket)
        whose = zip(author.tolist(), scopes.tolist(), day.tolist(), strict=True)
        shown = [self._shown(posts, *one, bucket) for one in whose]
        who = shown, author.tolist(), platform, tier, c.look[first].tolist(), day.tolist(), c.observed[first].tolist()
        numbers = [np.round(column[first], 1).tolist() for column in (c.expected, c.low, c.high)]
        stands_on = [column[first].tolist() for column in (c.of, c.own, c.similar)]
        usually = np.nan_to_num(np.round(c.usual_views[first], 1), nan=-1.0)
        context = days.followers[place, 0].tolist(), c.views[first].tolist(), usually.tolist()
        rest = c.by_views[first].tolist(), days.sums[place, 0, POSTS].tolist()
        sure = c.kind[first].tolist(), c.score[first].tolist()
        for values in zip(*who, *numbers, *stands_on, *context, *rest, *sure, strict=True):
            if values[0]:
                yield OddDay(self._partition, *values)

    def _nameable(self, bucket: int) -> _Nameable:
        rows = self._posts.since(0)
        at = self._posts.column("at", rows)
        young = (at >= (bucket + 1) * self._bucket_s - NAMING_S) & (self._posts.column("bucket", rows) <= bucket)
        rows, at = rows[young][::-1], at[young][::-1]
        platform = self._posts.column("scopes", rows) >> np.uint32(8)
        return _Nameable(rows, self._posts.column("author", rows), platform, at)

    def _shown(self, posts: _Nameable, author: int, scopes: int, day: int, bucket: int) -> tuple[tuple[int, int], ...]:
        """The latest posts of a creator up to the end of a day, offset and id; none: nobody knows the name any more."""
        mine = (posts.author == author) & (posts.platform == scopes >> 8) & (posts.at < (day + 1) * DAY_S)
        rows = posts.rows[mine]
        rows = rows[~self._are_deleted(self._posts.column("key", rows), bucket)][:SHOWN]
        refs = zip(self._posts.column("offset", rows).tolist(), self._posts.column("key", rows).tolist(), strict=True)
        return tuple(refs)
