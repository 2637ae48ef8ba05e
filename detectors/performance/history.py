"""The last posts of every creator and what they have drawn, by age. It judges nothing and knows no clock."""

from array import array
from bisect import bisect_left
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from detectors.counts.order import in_order, once, turns
from detectors.counts.scopes import Codes
from detectors.counts.table import Rows, Table
from detectors.performance.columns import ACTS, FIELDS, GONE, JUDGED, MEASURED, PAID, SENT, TOTALS, Flags
from detectors.performance.usual import NONE, Bools, Counts
from detectors.subjects.kinds import Keys

HOUR_S = 3600.0
AGES_S = (HOUR_S, 6 * HOUR_S, 24 * HOUR_S)
"""Ages at which posts are compared, seconds: while they spread, when most is known, after a whole day's hours."""

FOR_EVER = 1 << 40

PRUNE = 1 << 12
"""Posts that left after which pools forget them: not at every bucket."""


class PostHistory:
    """Posts in the order in which they counted; the oldest leave, and with them who was not seen for longest.

    A post has a count at an age if it is known there: single acts say it, a running total only from the age's second
    half. Without any, nothing is known of a post whose platform tells totals: missing is not zero. Nor of one whose
    totals fell below what they were when it was found: what it had before is not known.

    Args:
        bucket_s: seconds; divides an hour.
        capacity: posts that are kept, as of each `expire`.
    """

    def __init__(self, *, bucket_s: float, capacity: int) -> None:
        self.ages = np.array([round(age / bucket_s) for age in AGES_S])
        self.posts = Table(FIELDS, horizon=FOR_EVER, capacity=capacity)
        self._pools: dict[int, array[int]] = {}
        self._pruned = 0
        self._telling = np.zeros(256, np.bool_)  # platforms that tell totals, by code

    def append(self, author: npt.NDArray[np.uint32], post_id: Keys, made: Counts, scopes: Codes, paid: Bools) -> Counts:
        """Take new posts -> their numbers. Shapes: [n] each; made: event-time bucket."""
        numbers = np.zeros(len(author), np.int64)
        kind = scopes.astype(np.uint64) >> np.uint64(4) << np.uint64(33)
        parts = [author.astype(np.uint64), kind, paid.astype(np.uint64) << np.uint64(32)]
        series: Keys = np.bitwise_or.reduce(parts)  # the hash stands last: a table finds its place by the lowest bits
        turn = turns(series)
        flags = np.where(paid, PAID, np.uint16(0))
        for one in range(int(turn.max(initial=-1)) + 1):  # a table takes a key once
            mine = np.flatnonzero(turn == one)
            last = self.posts.find(series[mine], 0)
            before = np.where(last >= 0, self.posts.numbers(last) + 1, 0)
            numbers[mine] = self.posts.end + np.arange(len(mine))
            self.posts.put(
                series[mine],
                made[mine],
                post_id=post_id[mine],
                before=before,
                scopes=scopes[mine],
                flags=flags[mine],
            )
        self._pool(self.posts.numbered(np.sort(numbers)))
        return numbers

    def engage(self, numbers: Counts, bucket: Counts, amount: Counts) -> None:
        """These posts drew so much in these buckets. Shapes: i8[n] each."""
        rows = self.posts.numbered(numbers)
        age = np.searchsorted(self.ages, bucket - self.posts.column("bucket", rows), "right")
        mine = (rows >= 0) & (age < len(self.ages))
        self.posts.add("engaged", rows[mine], age[mine], amount[mine])

    def note_acts(self, numbers: Counts) -> Counts:
        """Single acts were told of these posts -> the numbers of those of which none were before. i8[n] -> i8[m]."""
        rows = self._kept(numbers)
        rows = once(rows[(self.posts.column("flags", rows) & ACTS) == 0])
        self.posts.change("flags", rows, self.posts.column("flags", rows) | ACTS)
        return self.posts.numbers(rows)

    def note_told(self, numbers: Counts) -> None:
        """Running totals were told of these posts, be it only a first one that says nothing. Shapes: i8[n]."""
        rows = self._kept(numbers)
        self._flag(rows, np.full(len(rows), TOTALS))
        self._telling[self.posts.column("scopes", rows) >> np.uint32(8)] = True

    def note_totals(self, numbers: Counts, bucket: Counts) -> Counts:
        """Posts have grown, or not, to totals of these buckets -> those kept. Shapes: i8[n] each -> i8[m]."""
        rows = self.posts.numbered(numbers)
        rows, bucket = rows[rows >= 0], bucket[rows >= 0]
        old = bucket - self.posts.column("bucket", rows)
        flags = np.full(len(rows), TOTALS)
        for age, flag in zip(self.ages.tolist(), MEASURED, strict=True):
            flags |= np.where((2 * old >= age) & (old < age), flag, np.uint16(0))
        self._flag(rows, flags)
        return self.posts.numbers(once(rows))

    def drop(self, numbers: Counts) -> Keys:
        """These are deleted: nothing is expected by them any more -> ids of those that were sent. Shapes: i8[n].

        One that was dropped before is not told again.
        """
        rows = self._kept(numbers)
        sent = (self.posts.column("flags", rows) & (SENT | GONE)) == SENT
        self._flag(rows, np.full(len(rows), GONE))
        ids: Keys = self.posts.column("post_id", rows[sent])
        return ids

    def due(self, rows: Rows, bucket: int) -> tuple[Rows, Counts]:
        """Those of these rows that can be compared at an age, now that a bucket is closed, and were not -> row, age.

        They are taken to be compared now. Shapes: i8[n] -> i8[m], i8[m].
        """
        age = np.repeat(np.arange(len(self.ages)), len(rows))
        row = np.tile(rows, len(self.ages))
        done = (self.posts.column("flags", row) & JUDGED[age]) != 0
        mine = self._known(row, age, bucket) & ~done
        row, age = row[mine], age[mine]
        self._flag(row, JUDGED[age])
        return row, age

    def reaching(self, rows: Rows, bucket: int) -> Bools:
        """Whether a post reaches an age when just this bucket is closed. Shapes: i8[n] -> bool[n]."""
        age = bucket + 1 - self.posts.column("bucket", rows)
        reached: Bools = np.logical_or.reduce([age == one for one in self.ages.tolist()])
        return reached

    def old(self, rows: Rows, bucket: int) -> Bools:
        """Whether a post has passed the last age when a bucket is closed. Shapes: i8[n] -> bool[n]."""
        passed: Bools = self.posts.column("bucket", rows) + self.ages[-1] - 1 <= bucket
        return passed

    def counts(self, row: Rows, age: Counts) -> Counts:
        """What posts had drawn up to an age; never below 0, whatever was corrected. Shapes: i8[n], i8[n] -> i8[n]."""
        return np.maximum(self._upto(row, age), 0)

    def own(self, row: Rows, age: Counts, most: int, bucket: int) -> Counts:
        """What the last posts of the same creator and format before these had drawn at the same age.

        Args:
            bucket: the last closed one.
        Shapes: i8[n], i8[n] -> i8[n, k]; NONE where not known.
        """
        hops = [self._before(row)]
        while len(hops) < most and (hops[-1] >= 0).any():
            hops.append(self._before(hops[-1]))
        return self._drawn(np.stack(hops, axis=1), age, bucket)

    def pools(self, row: Rows, age: Counts, most: int, bucket: int) -> Counts:
        """The same of the last posts of each one's pool, its own creator's among them. Shapes as `own`."""
        found = np.full((len(row), most), -1, np.int64)
        numbers = self.posts.numbers(row).tolist()
        for place, (pool, number) in enumerate(zip(self.pools_of(row).tolist(), numbers, strict=True)):
            members = self._pools[pool]
            end = bisect_left(members, number)
            last = members[max(0, end - most) : end]
            found[place, : len(last)] = self.posts.numbered(np.array(last, np.int64))
        return self._drawn(found, age, bucket)

    def expire(self, bucket: int) -> None:
        """Let the oldest posts leave where there are too many."""
        self.posts.expire(bucket)
        first = self.posts.end - len(self.posts)
        if first >= self._pruned + PRUNE:
            self._pruned = first
            kept = {pool: members[bisect_left(members, first) :] for pool, members in self._pools.items()}
            self._pools = {pool: members for pool, members in kept.items() if members}

    def sent(self, rows: Rows) -> None:
        """DECIDE is told of these: it wants to know if they are deleted."""
        self._flag(rows, np.full(len(rows), SENT))

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers, in parts."""
        return self.posts.snapshot() | {"telling": np.flatnonzero(self._telling).astype("<u2").tobytes()}

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot; call it on a fresh one."""
        self.posts.restore(parts)
        self._telling[np.frombuffer(parts["telling"], "<u2")] = True
        self._pool(self.posts.since(0))

    def _kept(self, numbers: Counts) -> Rows:
        rows = self.posts.numbered(numbers)
        return rows[rows >= 0]

    def _known(self, row: Rows, age: Counts, bucket: int) -> Bools:
        """Whether each has a count at an age. Shapes: i8[n], i8[n] -> bool[n]."""
        flags: Flags = self.posts.column("flags", row)
        over = self.posts.column("bucket", row) + self.ages[age] - 1 <= bucket
        telling = self._telling[self.posts.column("scopes", row) >> np.uint32(8)]
        by_acts = ((flags & TOTALS) == 0) & (((flags & ACTS) != 0) | ~telling)
        measured = over & ((flags & MEASURED[age]) != 0)
        measured[measured] = self._upto(row[measured], age[measured]) >= 0
        known: Bools = (measured | (over & by_acts)) & ((flags & GONE) == 0)
        return known

    def _upto(self, row: Rows, age: Counts) -> Counts:
        """What posts had drawn up to an age since they were found. Shapes: i8[n], i8[n] -> i8[n]."""
        upto: Counts = np.cumsum(self.posts.column("engaged", row), axis=1)[np.arange(len(row)), age]
        return upto

    def _before(self, rows: Rows) -> Rows:
        """The post of the same creator and format before each; -1: none. Shapes: i8[n] -> i8[n]."""
        before = np.where(rows >= 0, self.posts.column("before", rows), 0)
        return self.posts.numbered(before - 1)

    def _drawn(self, rows: Rows, age: Counts, bucket: int) -> Counts:
        """The counts of a matrix of posts at each line's age; NONE where there is none or it is not known."""
        flat, ages = rows.ravel(), np.repeat(age, rows.shape[1])
        known = (flat >= 0) & self._known(flat, ages, bucket)
        drawn = np.full(len(flat), NONE, np.int64)
        drawn[known] = self.counts(flat[known], ages[known])
        return drawn.reshape(rows.shape)

    def _pool(self, rows: Rows) -> None:
        """Put posts, in their order, into their pools."""
        pools = self.pools_of(rows)
        order = in_order(pools)
        pools, numbers = pools[order], self.posts.numbers(rows)[order]
        starts = np.flatnonzero(np.append(True, pools[1:] != pools[:-1])[: len(pools)])
        for pool, mine in zip(pools[starts].tolist(), np.split(numbers, starts[1:]), strict=False):
            self._pools.setdefault(pool, array("q")).extend(mine.tolist())

    def pools_of(self, rows: Rows) -> Counts:
        """Which posts are of one pool: same platform, format and tier, paid or not alike. Shapes: i8[n] -> i8[n]."""
        paid = (self.posts.column("flags", rows) & PAID) != 0
        pools: Counts = self.posts.column("scopes", rows).astype(np.int64) << 1 | paid
        return pools

    def _flag(self, rows: Rows, flags: Flags) -> None:
        order = np.argsort(rows, kind="stable")
        rows, flags = rows[order], flags[order]
        if len(rows):
            starts = np.flatnonzero(np.append(True, rows[1:] != rows[:-1]))
            one = rows[starts]
            merged = np.bitwise_or.reduceat(flags, starts)
            self.posts.change("flags", one, self.posts.column("flags", one) | merged)
