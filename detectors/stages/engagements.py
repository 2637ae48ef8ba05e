"""READ, the engagements: joined with the posts of the same partition at a bucket's close, summed into series.

Posts and engagements are two logs whose interleaving is arbitrary. So a bucket of engagements closes once both clocks
have passed it, and an engagement knows a post only if that post counted no later than the engagement.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.order import once
from detectors.counts.scopes import ScopeCodes
from detectors.counts.table import Table
from detectors.counts.watermark import Watermark
from detectors.figures.groups import Groups
from detectors.model.engagements import Engagement
from detectors.stages import acts
from detectors.stages.acts import PreparedActs, Waiting, waiting
from detectors.stages.closing import Closing
from detectors.stages.creator_watch import CreatorWatch
from detectors.stages.post_watch import PostWatch
from detectors.stages.saved import named, under
from detectors.stages.source import NO_BUCKET, Outgoing, Source, SourceState, series_destination

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


class EngagementReader:
    """Open buckets of one partition of engagements.

    An engagement that comes late, up to the memory of event ids, counts in the next bucket. The series have it one
    window after its own bucket, see `closing.py`, and not at all if it is older than a window: only figures do.

    Args:
        posts: what READ remembers of the posts of the same partition.
        posts_reached: see Reached.
        codes, groups: scopes as numbers, as in `posts`.
        memory_buckets, memory_size: how long and how many event ids and running totals are remembered.
        watch: compares posts with those before them; creators: their creators' days.
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
        groups: Groups,
        memory_buckets: int,
        memory_size: int,
        watch: PostWatch,
        creators: CreatorWatch,
    ) -> None:
        self._bucket_s = bucket_s
        self._memory = memory_buckets
        self._posts = posts
        self._posts_reached = posts_reached
        self._codes, self._groups = codes, groups
        self._pending: dict[int, Waiting] = {}
        self._passed: deque[int] = deque()  # by the engagements, not yet by the posts
        self._seen = Table([], horizon=memory_buckets, capacity=memory_size)
        clock = Watermark(bucket_s=bucket_s, lateness_s=lateness_s, jump_s=jump_s)
        self.source = Source("engagements", partition, partitions, clock)
        self.tally: Counter[str] = Counter()
        """Engagements by what became of them: read, late, too_late, duplicate; and unknown_post."""
        self._closing = Closing(
            posts=posts,
            codes=codes,
            groups=groups,
            bucket_s=bucket_s,
            window_s=window_s,
            horizon=memory_buckets,
            capacity=memory_size,
            watch=watch,
            creators=creators,
            tally=self.tally,
        )

    def step(self, chunk: EngagementChunk) -> list[Outgoing]:
        """Take a chunk; say what the buckets that it closes hold."""
        return self.take(self.prepare(chunk.engagements), chunk.kafka_at)

    def prepare(self, engagements: Sequence[Engagement]) -> PreparedActs:
        """Turn engagements into columns. It changes nothing: one that makes it raise can be left out."""
        return acts.prepare(engagements, self._codes, self._groups)

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
            over = reached if alone else min(reached, self.source.closed)
            self._posts.expire(over)
            self._groups.expire(over)
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
        state = _State(self.source.snapshot(), list(self._passed))
        parts = {"state": msgspec.msgpack.encode(state)}
        for bucket, pending in self._pending.items():
            parts[f"pending/{bucket}"] = pending.encoded()
        return parts | named("seen", self._seen.snapshot()) | named("closing", self._closing.snapshot())

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        state = msgspec.msgpack.decode(parts["state"], type=_State)
        self.source.restore(state.source)
        self._passed = deque(state.passed)
        for name, data in under(parts, "pending").items():
            self._pending[int(name)] = waiting(data)
        self._seen.restore(under(parts, "seen"))
        self._closing.restore(under(parts, "closing"))

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
        travels = np.where(fresh, counts_in, -1)
        of_acts, of_sales = travels[prepared.owner], travels[prepared.seller]
        for one in once(counts_in[fresh]).tolist():
            pending = self._pending.setdefault(one, Waiting())
            pending.acts.append(prepared.acts[of_acts == one])
            if len(of_sales):
                pending.sales.append(prepared.sales[of_sales == one])
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
            due = [b for b in (*self._pending, *self._closing.buckets) if b <= bucket]
            one = min(due, default=bucket)
            closed = self._closing.close(*self._pending.pop(one, Waiting()).joined(), one, self.source.partitions)
            run = self.source.run(one)
            for partition, figures in enumerate(closed.figures):
                own = {n: v for n, v in closed.series.items() if series_destination(n, run.partitions) == partition}
                told = msgspec.structs.replace(run, increments=own, figures=figures)
                told = msgspec.structs.replace(told, judged=closed.judged) if partition == run.source else told
                first, *rest = [
                    msgspec.structs.replace(run, piece=n, pieces=len(closed.drawn), drawn=drawn)
                    for n, drawn in enumerate(closed.drawn)
                ]
                whole = msgspec.structs.replace(told, pieces=first.pieces, drawn=first.drawn)
                out += [Outgoing(partition, piece) for piece in (whole, *rest)]
        self._seen.expire(bucket)
        return out
