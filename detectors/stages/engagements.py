"""READ, the engagements: joined with the posts of the same partition at a bucket's close, summed into series.

Posts and engagements are two logs whose interleaving is arbitrary. So a bucket of engagements closes once both clocks
have passed it, and an engagement knows a post only if that post counted no later than the engagement.
"""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.memory import Memory, Remembered
from detectors.counts.scopes import Scopes
from detectors.counts.watermark import Watermark
from detectors.model.engagements import Engagement
from detectors.stages.source import Outgoing, Source, series_destination
from detectors.subjects.columns import hash64, post_hash

MEASURES = {
    "like": "likes",
    "comment": "comments",
    "share": "shares",
    "save": "saves",
    "view": "views",
    "click": "clicks",
    "follow": "follows",
}
"""Series that a single act adds to."""

COUNTED_TOTALS = ("views", "likes", "comments", "shares", "saves", "clicks")
"""Running totals whose growth adds to a series."""

Reached = Callable[[], int | None]
"""The bucket up to which the posts of the partition are closed; None: there are none to wait for."""


class EngagementChunk(NamedTuple):
    """Consecutive readable engagements of one partition. Shapes as PostChunk."""

    engagements: Sequence[Engagement]
    offsets: npt.NDArray[np.int64]
    kafka_at: npt.NDArray[np.float64]


class EngagementReader:
    """Open buckets of one partition of engagements.

    Args:
        posts: what READ remembers of the posts of the same partition.
        posts_reached: see Reached.
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
        posts: Memory[Remembered],
        posts_reached: Reached,
        memory_buckets: int,
        memory_size: int,
    ) -> None:
        self._bucket_s = bucket_s
        self._window = round(window_s / bucket_s)
        self._posts = posts
        self._posts_reached = posts_reached
        self._pending: dict[int, list[Engagement]] = {}
        self._passed: deque[int] = deque()  # by the engagements, not yet by the posts
        self._seen: Memory[None] = Memory(horizon=memory_buckets, capacity=memory_size)
        self._orders: Memory[None] = Memory(horizon=memory_buckets, capacity=memory_size)
        self._totals: Memory[int] = Memory(horizon=memory_buckets, capacity=memory_size)
        self.source = Source(
            "engagements", partition, partitions, Watermark(bucket_s=bucket_s, lateness_s=lateness_s), keep=2
        )
        self.tally: Counter[str] = Counter()
        """Engagements by what became of them: read, late, too_late, duplicate; and unknown_post."""

    def step(self, chunk: EngagementChunk) -> list[Outgoing]:
        """Take a chunk; say what the buckets that it closes hold."""
        out = self.source.wake()
        at = np.fromiter([e.at.timestamp() for e in chunk.engagements], np.float64, len(chunk.engagements))
        start = 0
        for index, bucket in self.source.crossings(at, chunk.offsets, chunk.kafka_at):
            self._take(chunk.engagements[start:index])
            self._passed.append(bucket)
            start = index
        self._take(chunk.engagements[start:])
        return [*out, *self.release()]

    def release(self) -> list[Outgoing]:
        """Close what both clocks have passed, in the steps of the engagements: a run tells what their log says."""
        reached = self._posts_reached()
        out: list[Outgoing] = []
        while self._passed and (reached is None or self._passed[0] <= reached):
            out += self._close(self._passed.popleft())
        return out

    def idle(self, elapsed_s: float) -> list[Outgoing]:
        """Say that the partition has had nothing to read for `elapsed_s` seconds, and close what that allows."""
        rested = self.source.rest(elapsed_s, max(self._pending, default=None))
        if rested > self._reached:
            self._passed.append(rested)
        return [*self.release(), *self.source.beat()]

    def finish(self) -> list[Outgoing]:
        """Close everything: the input is at its end."""
        rested = self.source.rest(None, max(self._pending, default=None))
        steps = [*self._passed, rested]
        self._passed.clear()
        return [out for bucket in steps for out in self._close(bucket)]

    @property
    def _reached(self) -> int:
        """The last bucket that the engagements have passed."""
        return self._passed[-1] if self._passed else self.source.closed

    def _take(self, engagements: Sequence[Engagement]) -> None:
        closed = self._reached
        for e in engagements:
            bucket = int(e.at.timestamp() // self._bucket_s)
            number = hash64(e.event_id)
            if number in self._seen:
                self.tally["duplicate"] += 1
            elif bucket <= closed - self._window:
                self.tally["too_late"] += 1
            else:
                counts_in = max(bucket, closed + 1)
                self._seen.put(number, None, counts_in)
                self._pending.setdefault(counts_in, []).append(e)
                self.tally["late" if bucket <= closed else "read"] += 1

    def _close(self, bucket: int) -> list[Outgoing]:
        if bucket <= self.source.closed:
            return []
        due = sorted(b for b in self._pending if b <= bucket)
        out: list[Outgoing] = []
        for one in due if due and due[-1] == bucket else [*due, bucket]:
            sums = self._sums(one)
            run = self.source.run(one)
            for partition in range(run.partitions):
                own = {name: n for name, n in sums.items() if series_destination(name, run.partitions) == partition}
                out.append(Outgoing(partition, msgspec.structs.replace(run, increments=own)))
        return out

    def _sums(self, bucket: int) -> Counter[str]:
        sums: Counter[str] = Counter()
        for e in self._pending.pop(bucket, []):
            for measure, amount in self._amounts(e, bucket):
                for name in self._scopes(e, bucket).names():
                    sums[f"{measure}|{name}"] += amount
        return sums

    def _scopes(self, e: Engagement, bucket: int) -> Scopes:
        if e.post_id is None:
            return Scopes(e.platform)
        post = self._posts.get(post_hash(e.platform, e.post_id))
        if post is None or post.bucket > bucket:
            self.tally["unknown_post"] += 1
            return Scopes(e.platform)
        return post.scopes

    def _amounts(self, e: Engagement, bucket: int) -> list[tuple[str, int]]:
        """What an engagement adds to which measures."""
        if e.kind == "counters" and e.counters is not None:
            return self._growth(e, bucket)
        if e.kind == "order" and e.order is not None:
            number = hash64(e.order.order_id)
            if e.order.status == "cancelled" or number in self._orders:
                return []
            self._orders.put(number, None, bucket)
            return [("orders", 1)]
        measure = MEASURES.get(e.kind)
        return [(measure, e.count)] if measure else []

    def _growth(self, e: Engagement, bucket: int) -> list[tuple[str, int]]:
        """Growth of running totals since the last; the first is a base, a fall a correction: neither is growth."""
        grown: list[tuple[str, int]] = []
        subject = e.post_id or e.creator_id or e.campaign_id
        for measure in COUNTED_TOTALS:
            total = getattr(e.counters, measure)
            if total is None:
                continue
            number = hash64(f"{e.platform}\x1f{subject}\x1f{measure}\x1f{e.metric_definition}")
            last = self._totals.get(number)
            self._totals.put(number, total, bucket)
            if last is not None and total > last:
                grown.append((measure, total - last))
        return grown
