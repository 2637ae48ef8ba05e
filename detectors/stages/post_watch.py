"""READ, posts against the usual: takes what a partition's posts drew at a bucket's close, says which stand out."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec
import numpy as np

from detectors.counts.order import once
from detectors.counts.scopes import ScopeCodes
from detectors.counts.table import Rows, Table
from detectors.performance.columns import SENT
from detectors.performance.history import AGES_S, PostHistory
from detectors.performance.judged import MOST, Day, Judged, Standout
from detectors.performance.score import SpreadBank, count_at, score
from detectors.performance.tails import EDGE, kind_sums
from detectors.performance.usual import FEW, LAST, Counts, Floats, expectations, kinds, middles
from detectors.stages.acts import ENGAGING, Acts
from detectors.stages.saved import named, under
from detectors.stages.totals import Counted
from detectors.subjects.kinds import Keys

LEAST_CHANGE = 10
"""Fewer engagements more than expected are nobody's news, however rare; as in `anomalies/judge.py`."""

LAST_AGE = len(AGES_S) - 1

USUAL = 1.96
"""Score within which 95 of 100 posts lie."""


class _Compared(NamedTuple):
    """Posts that reached an age; see Standout. Shapes: [n] each."""

    row: Rows
    age: Counts
    observed: Counts
    expected: Floats
    low: Floats
    high: Floats
    own: Counts
    pool: Counts
    kind: Counts
    score: Floats


class _State(msgspec.Struct, frozen=True):
    taken: int
    deleted: int
    young: int


class PostWatch:
    """The posts of one partition, each compared with those before it when it reaches an age.

    All of a creator's posts are of one partition, which has their engagements too: what is usual of them is known here.
    Whether a post is told of is DECIDE's to say, which sees all partitions.

    Args:
        partition: of the source.
        posts: what READ remembers of posts; their `place` is ours.
        deleted: ids of deleted posts, by the bucket as of which they are.
        codes: scopes as numbers, as in `posts`.
        bucket_s: seconds. capacity: see PostHistory.
    """

    def __init__(
        self, *, partition: int, posts: Table, deleted: Table, codes: ScopeCodes, bucket_s: float, capacity: int
    ) -> None:
        self._partition = partition
        self._posts, self._deleted, self._codes = posts, deleted, codes
        self._bucket_s = bucket_s
        self._history = PostHistory(bucket_s=bucket_s, capacity=capacity)
        self._spreads = SpreadBank(len(AGES_S) * (len(FEW) + 1), bucket_s=bucket_s)
        self._taken = self._gone = self._young = 0  # numbers of rows: of posts, deleted ones, and the history
        self._touched: list[Counts] = []  # numbers of posts that may have become known since the last close
        self._closed: int | None = None

    def admit(self, bucket: int) -> Rows:
        """Take the posts that count with this bucket or before and were not taken -> their rows."""
        rows = self._posts.since(self._taken)
        counts = self._posts.column("bucket", rows) <= bucket
        new: Rows = rows[counts & (self._posts.column("place", rows) == 0)]
        self._taken = _first_of(self._posts, rows[~counts])
        made = np.floor_divide(self._posts.column("at", new), self._bucket_s).astype(np.int64)
        of = {name: self._posts.column(name, new) for name in ("author", "key", "scopes", "paid")}
        numbers = self._history.append(of["author"], of["key"], made, of["scopes"], of["paid"])
        self._posts.change("place", new, numbers + 1)
        self._touched.append(numbers)
        return new

    def take(self, told: Acts, row: Rows, counted: Counted) -> None:
        """Take what the acts of a bucket are worth.

        Args:
            row: of each act's post in what READ remembers; -1: not known. Shape i8[m].
        """
        number = np.where(row >= 0, self._posts.column("place", row) - 1, -1)
        number[told["measure"] >= ENGAGING] = -1
        bucket = np.floor_divide(told["at"], self._bucket_s).astype(np.int64)
        source = counted.source
        self._history.engage(number[source], bucket[source], counted.acts["amount"])
        acted = self._history.note_acts(number[~told["is_total"]])
        self._touched.append(acted[acted >= self._young])
        if told["is_total"].any():
            self._history.note_told(number[told["is_total"]])
        if len(counted.measured):
            self._touched.append(self._history.note_totals(number[counted.measured], bucket[counted.measured]))

    def newly_deleted(self, bucket: int) -> Keys:
        """Ids of posts that are deleted as of this bucket or before and were not named; call it once a bucket."""
        rows = self._deleted.since(self._gone)
        due = self._deleted.column("bucket", rows) <= bucket
        self._gone = _first_of(self._deleted, rows[~due])
        ids: Keys = self._deleted.column("key", rows[due])
        return ids

    def close(self, bucket: int, gone: Keys) -> Judged:
        """What is to be told of a bucket that is closed.

        Args:
            gone: ids of posts that are deleted as of it.
        """
        told_before = self._history.drop(self._numbers_of(gone, bucket))
        row, age = self._due(bucket)
        found = Judged(gone=tuple(told_before.tolist()))
        if len(row):
            days = tuple(self._days(row[age == LAST_AGE]))  # of those that were sent before this bucket
            told = self._compared(row, age, bucket)
            sums, standouts = tuple(kind_sums(told.kind, told.score)), tuple(self._standouts(told, bucket))
            found = msgspec.structs.replace(found, kinds=sums, standouts=standouts, days=days)
        self._history.expire(bucket)
        return found

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers."""
        state = msgspec.msgpack.encode(_State(self._taken, self._gone, self._young))
        return {"state": state, "spreads": self._spreads.snapshot(), **named("history", self._history.snapshot())}

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        state = msgspec.msgpack.decode(parts["state"], type=_State)
        self._taken, self._gone, self._young = state.taken, state.deleted, state.young
        self._spreads.restore(parts["spreads"])
        self._history.restore(under(parts, "history"))

    def _numbers_of(self, post_ids: Keys, bucket: int) -> Counts:
        row = self._posts.find(post_ids, bucket)
        number: Counts = self._posts.column("place", row[row >= 0]) - 1
        return number

    def _due(self, bucket: int) -> tuple[Rows, Counts]:
        """What can be compared now: it reaches an age, or is known only now; of a restart, all young ones are asked."""
        posts = self._history.posts
        young = posts.since(self._young)
        reaching = young[self._history.reaching(young, bucket)] if self._closed == bucket - 1 else young
        touched = posts.numbered(np.concatenate([np.zeros(0, np.int64), *self._touched]))
        due = self._history.due(once(np.concatenate([reaching, touched[touched >= 0]])), bucket)
        self._touched, self._closed = [], bucket
        self._young = _first_of(self._history.posts, young[~self._history.old(young, bucket)])
        return due

    def _compared(self, row: Rows, age: Counts, bucket: int) -> _Compared:
        """Those of which something is expected; what they are teaches the next ones."""
        expected, n_own, n_pool = self._expected(row, age, bucket)
        mine = np.isfinite(expected)
        row, age, n_own, n_pool = row[mine], age[mine], n_own[mine], n_pool[mine]
        expected = expected[mine]
        kind, observed = kinds(age, n_own), self._history.counts(row, age)
        batch, spread = self._spreads.of(kind)
        scores = np.round(score(observed, expected, batch, spread), 4)
        low, high = (count_at(side * USUAL, expected, batch, spread) for side in (-1.0, 1.0))
        self._spreads.learn(kind, observed, expected, bucket)
        return _Compared(row, age, observed, expected, low, high, n_own, n_pool, kind, scores)

    def _expected(self, row: Rows, age: Counts, bucket: int) -> tuple[Floats, Counts, Counts]:
        """What is usual of posts at an age, and how many posts of the creator and the pool that stands on."""
        own, n_own = middles(self._history.own(row, age, LAST, bucket))
        pool, n_pool = self._pool(row, age, bucket)
        return expectations(own, n_own, pool, n_pool), n_own, n_pool

    def _days(self, row: Rows) -> Iterator[Day]:
        """What those of these posts that DECIDE was told of had drawn up to the last age."""
        posts = self._history.posts
        row = row[(posts.column("flags", row) & SENT) != 0]
        drawn = self._history.counts(row, np.full(len(row), LAST_AGE))
        known = posts.column("post_id", row), posts.column("bucket", row), drawn
        yield from map(Day, *(column.tolist() for column in known))

    def _after(self, row: Rows, age: Counts, expected: Floats, bucket: int) -> tuple[list[float | None], list[int]]:
        """What is usual of each after the last age, if it is not that old; what each drew up to the age before.

        Fewer earlier posts are that old, so their middle may be less than what is usual now; it cannot be.
        """
        usual = np.maximum(self._expected(row, np.full(len(row), LAST_AGE), bucket)[0], expected)
        known = np.isfinite(usual) & (age < LAST_AGE)
        day = [one if sure else None for one, sure in zip(np.round(usual, 1).tolist(), known.tolist(), strict=True)]
        before: Counts = np.where(age > 0, self._history.counts(row, np.maximum(age - 1, 0)), 0)
        return day, before.tolist()

    def _pool(self, row: Rows, age: Counts, bucket: int) -> tuple[Floats, Counts]:
        """The middle of each one's pool, one look for all of a pool: before the last of them."""
        group = self._history.pools_of(row) * len(AGES_S) + age
        order = np.lexsort((row, group))
        head = order[np.append(group[order][1:] != group[order][:-1], True)[: len(order)]]
        middle, n = middles(self._history.pools(row[head], age[head], LAST, bucket))
        place = np.searchsorted(group[head], group)
        return middle[place], n[place]

    def _standouts(self, told: _Compared, bucket: int) -> Iterator[Standout]:
        """Those that stand out most and that READ still knows the place of, to be sent."""
        able = np.flatnonzero((told.score > EDGE) & (told.observed - told.expected >= LEAST_CHANGE))
        first = able[np.lexsort((told.age[able], told.row[able], -told.score[able]))][:MOST]
        there = self._posts.find(self._history.posts.column("post_id", told.row[first]), bucket)
        first, there = first[there >= 0], there[there >= 0]
        if not len(first):
            return
        self._history.sent(told.row[first])
        names = [
            [names[v].partition(":")[2] for v in value.tolist()]
            for names, value in self._codes.dimensions(self._posts.column("scopes", there))
        ]
        known = [self._posts.column(name, there).tolist() for name in ("offset", "key", "author")]
        paid = self._posts.column("paid", there).tolist()
        made = self._history.posts.column("bucket", told.row[first]).tolist()
        numbers = [np.round(column[first], 1).tolist() for column in (told.expected, told.low, told.high)]
        rest = [column[first].tolist() for column in (told.own, told.pool, told.kind, told.score)]
        aged = told.age[first].tolist(), made, told.observed[first].tolist()
        after = self._after(told.row[first], told.age[first], told.expected[first], bucket)
        for values in zip(*known, *names, paid, *aged, *numbers, *rest, *after, strict=True):
            yield Standout(self._partition, *values)


def _first_of(table: Table, rows: Rows) -> int:
    """The number of the first of these rows; without any, of the next that will be put."""
    return int(table.numbers(rows[:1])[0]) if len(rows) else table.end
