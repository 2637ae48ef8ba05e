"""READ, the engagements: joined with the posts of the same partition at a bucket's close, summed into series.

Posts and engagements are two logs whose interleaving is arbitrary. So a bucket of engagements closes once both clocks
have passed it, and an engagement knows a post only if that post counted no later than the engagement.
"""

import itertools
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.order import once
from detectors.counts.scopes import Codes, ScopeCodes
from detectors.counts.table import Table
from detectors.counts.watermark import Watermark
from detectors.model.engagements import Engagement
from detectors.stages import acts
from detectors.stages.acts import ACT, REDEFINED, Acts, PreparedActs
from detectors.stages.delayed import Delayed, DelayedState
from detectors.stages.saved import named, under
from detectors.stages.source import NO_BUCKET, Outgoing, Source, SourceState, series_destination
from detectors.stages.totals import Ledger

Reached = Callable[[], int | None]
"""The bucket up to which the posts of the partition are closed; None: there are none to wait for."""


class EngagementChunk(NamedTuple):
    """Consecutive readable engagements of one partition. Shapes as PostChunk."""

    engagements: Sequence[Engagement]
    offsets: npt.NDArray[np.int64]
    kafka_at: npt.NDArray[np.float64]


class _State(msgspec.Struct, frozen=True):
    source: SourceState
    passed: list[int]
    delayed: DelayedState


class EngagementReader:
    """Open buckets of one partition of engagements.

    An engagement that comes late, up to the memory of event ids, counts in the next bucket. The series have it one
    window after its own bucket, see `Delayed`, and not at all if it is older than a window: only figures do.

    Args:
        posts: what READ remembers of the posts of the same partition.
        posts_reached: see Reached.
        codes: scopes as numbers, as in `posts`.
        memory_buckets, memory_size: how long and how many event ids and running totals are remembered.
    """

    def __init__(
        self,
        *,
        partition: int,
        partitions: int,
        bucket_s: float,
        window_s: float,
        lateness_s: float,
        jump_s: float,
        posts: Table,
        posts_reached: Reached,
        codes: ScopeCodes,
        memory_buckets: int,
        memory_size: int,
    ) -> None:
        self._bucket_s = bucket_s
        self._memory = memory_buckets
        self._posts = posts
        self._posts_reached = posts_reached
        self._codes = codes
        self._pending: dict[int, list[Acts]] = {}
        self._passed: deque[int] = deque()  # by the engagements, not yet by the posts
        self._seen = Table([], horizon=memory_buckets, capacity=memory_size)
        self._ledger = Ledger(bucket_s=bucket_s, window_s=window_s, horizon=memory_buckets, capacity=memory_size)
        self._delayed = Delayed(window=round(window_s / bucket_s))
        clock = Watermark(bucket_s=bucket_s, lateness_s=lateness_s, jump_s=jump_s)
        self.source = Source("engagements", partition, partitions, clock)
        self.tally: Counter[str] = Counter()
        """Engagements by what became of them: read, late, too_late, duplicate; and unknown_post."""

    def step(self, chunk: EngagementChunk) -> list[Outgoing]:
        """Take a chunk; say what the buckets that it closes hold."""
        return self.take(self.prepare(chunk.engagements), chunk.kafka_at)

    def prepare(self, engagements: Sequence[Engagement]) -> PreparedActs:
        """Turn engagements into columns. It changes nothing: one that makes it raise can be left out."""
        return acts.prepare(engagements, self._codes)

    def take(self, prepared: PreparedActs, kafka_at: npt.NDArray[np.float64]) -> list[Outgoing]:
        """Take consecutive engagements; shapes as in EngagementChunk."""
        out = self.source.wake()
        before = self._reached
        steps = self.source.crossings(prepared.at, kafka_at, acts.speakers(prepared))
        closed = np.full(len(prepared.at), max(before, self._reached))
        for index, bucket in steps:
            closed[index:] = bucket
        self._store(prepared, closed)
        self._passed.extend(bucket for _, bucket in steps)
        return [*out, *self.release()]

    def release(self) -> list[Outgoing]:
        """Close what both clocks have passed, in the steps of the engagements: a run tells what their log says."""
        reached = self._posts_reached()
        out: list[Outgoing] = []
        while self._passed and (reached is None or self._passed[0] <= reached):
            out += self._close(self._passed.popleft())
        if reached is not None:
            alone = self.source.reached() in (None, NO_BUCKET)
            self._posts.expire(reached if alone else min(reached, self.source.closed))
        return out

    def idle(self, elapsed_s: float) -> list[Outgoing]:
        """Close what being without records for `elapsed_s` seconds allows; `source.beat` says that it is so."""
        rested = self.source.rest(elapsed_s, self._pending, self._bucket_s)
        if rested > self._reached:
            self._passed.append(rested)
        return self.release()

    def finish(self) -> list[Outgoing]:
        """Close everything: the input is at its end."""
        rested = self.source.rest(None, self._pending, self._bucket_s)
        steps = [*self._passed, rested]
        self._passed.clear()
        return [out for bucket in steps for out in self._close(bucket)]

    def snapshot(self) -> dict[str, bytes]:
        """What a restart needs besides the memory of posts."""
        state = _State(self.source.snapshot(), list(self._passed), self._delayed.snapshot())
        parts = {"state": msgspec.msgpack.encode(state)}
        for bucket, pending in self._pending.items():
            parts[f"pending/{bucket}"] = np.concatenate(pending).tobytes()
        for name, table in self._tables().items():
            parts |= named(name, table.snapshot())
        return parts

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        state = msgspec.msgpack.decode(parts["state"], type=_State)
        self.source.restore(state.source)
        self._passed = deque(state.passed)
        self._delayed.restore(state.delayed)
        for name, data in under(parts, "pending").items():
            self._pending[int(name)] = [np.frombuffer(data, ACT)]
        for name, table in self._tables().items():
            table.restore(under(parts, name))

    def _tables(self) -> dict[str, Table]:
        return {"seen": self._seen, **self._ledger.tables}

    @property
    def _reached(self) -> int:
        """The last bucket that the engagements have passed."""
        return self._passed[-1] if self._passed else self.source.closed

    def _store(self, prepared: PreparedActs, closed: npt.NDArray[np.int64]) -> None:
        bucket = np.floor_divide(prepared.at, self._bucket_s).astype(np.int64)
        too_late = bucket <= closed - self._memory
        known = self._seen.find(prepared.event_id, closed) >= 0
        fresh = acts.first_of(prepared.event_id, ~known & ~too_late)
        late = fresh & (bucket <= closed)
        counts_in = np.maximum(bucket, closed + 1)
        self._seen.put(prepared.event_id[fresh], counts_in[fresh])
        travels = np.where(fresh, counts_in, -1)[prepared.owner]
        for one in once(counts_in[fresh]).tolist():
            self._pending.setdefault(one, []).append(prepared.acts[travels == one])
        dropped = too_late & ~known
        self.tally += Counter(
            read=int((fresh & ~late).sum()),
            late=int(late.sum()),
            too_late=int(dropped.sum()),
            duplicate=int((~fresh & ~dropped).sum()),
        )

    def _close(self, bucket: int) -> list[Outgoing]:
        if bucket <= self.source.closed:
            return []
        out: list[Outgoing] = []
        while self.source.closed < bucket:  # what comes late in one may be told with the next
            due = [b for b in (*self._pending, *self._delayed.buckets) if b <= bucket]
            one = min(due, default=bucket)
            sums = self._sums(one)
            run = self.source.run(one)
            for partition in range(run.partitions):
                own = {name: n for name, n in sums.items() if series_destination(name, run.partitions) == partition}
                out.append(Outgoing(partition, msgspec.structs.replace(run, increments=own)))
        self._seen.expire(bucket)
        return out

    def _sums(self, bucket: int) -> Counter[str]:
        """What a bucket adds to the series."""
        pending = self._pending.pop(bucket, [])
        sums = self._counted(np.concatenate(pending), bucket) if pending else Counter()
        sums.update(self._delayed.due(bucket))
        return sums

    def _counted(self, told: Acts, bucket: int) -> Counter[str]:
        """What the acts of a bucket add to the series now; what is to be told later goes to `Delayed`."""
        scopes, began = self._joined(told, bucket)
        counted = self._ledger.counted(told, began, bucket)
        live, mine = counted.acts["live"], scopes[counted.source]
        own = np.floor_divide(counted.acts["at"], self._bucket_s).astype(np.int64)
        now = live & (own >= bucket)
        sums = acts.sums_of(counted.acts[now], mine[now], self._codes)
        if len(counted.redefined):
            sums.update(self._redefinitions(told[counted.redefined]))
        for late in once(own[live & ~now]).tolist():
            if self._delayed.takes(late, bucket):
                here = live & (own == late)
                self._delayed.add(late, acts.sums_of(counted.acts[here], mine[here], self._codes))
        return sums

    def _joined(self, told: Acts, bucket: int) -> tuple[Codes, npt.NDArray[np.float64]]:
        """The scopes of each act's post, else the platform alone, and when the post was made, else NaN.

        A post is known if it counted no later than this bucket.
        """
        row = self._posts.find(told["post_id"], bucket)
        known = row >= 0
        known[known] = self._posts.column("bucket", row[known]) <= bucket
        scopes: Codes = told["scopes"].copy()
        scopes[known] = self._posts.column("scopes", row[known])
        began = np.full(len(told), np.nan)
        began[known] = self._posts.column("at", row[known])
        self.tally["unknown_post"] += int((~known & (told["post_id"] != 0)).sum())
        return scopes, began

    def _redefinitions(self, totals: Acts) -> Iterator[str]:
        """One for each total that changed its meaning."""
        for names, value in itertools.islice(self._codes.dimensions(totals["scopes"]), 1):
            yield from (f"{REDEFINED}|{names[v]}" for v in value[value != 0].tolist())
