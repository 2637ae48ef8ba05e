"""The event clock of one source partition: which buckets are closed, decided record by record."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

LIVE_WITHIN_S = 3600.0
"""A record that reaches Kafka within this many seconds of its event time is live; else it is history."""

CLAIM_RECORDS = 10
"""Consecutive records by which one creator alone makes the clock jump; two creators need one each."""

Floats = npt.NDArray[np.float64]


class Claim(NamedTuple):
    """Consecutive records that lie a jump ahead: how many, by whom, from when to when (epoch seconds)."""

    records: int
    creator: int
    least_at: float
    most_at: float


class Watermark:
    """Greatest event time minus the lateness. It never goes back, and it depends on the partition's log alone.

    One creator whose clock runs ahead must not make all others late. So a live record moves it at most to its own Kafka
    time; and a record of history, which has no such bound, only if the next one, by another creator, is as far ahead.

    Args:
        bucket_s: width of a bucket in seconds. > 0.
        lateness_s: how long a bucket stays open for stragglers, in seconds. >= 0.
        jump_s: how far a single record of history may move it, in seconds. > 0.
    Source: ours; docs/decisions/0006-late-and-silent.md.

    >>> clock = Watermark(bucket_s=60, lateness_s=0)
    >>> clock.crossings(np.array([0.0, 59.0, 61.0, 185.0]), np.full(4, np.inf))
    [(2, 0), (3, 2)]
    >>> clock.closed
    2
    """

    def __init__(self, *, bucket_s: float, lateness_s: float, jump_s: float = math.inf) -> None:
        self._bucket_s = bucket_s
        self._lateness_s = lateness_s
        self._jump_s = jump_s
        self.at = -math.inf
        self.latest_at = -math.inf
        """Greatest event time that was believed, epoch seconds."""
        self.claim: Claim | None = None
        """What is not believed yet."""
        self.closed: int | None = None
        """Every bucket up to this one is closed; None before the first record that was believed."""
        self.opened_after = 0
        """The last bucket before the first record: closed without having been open."""

    def crossings(
        self, at: Floats, kafka_at: Floats, creators: npt.NDArray[np.uint32] | None = None
    ) -> list[tuple[int, int]]:
        """Advance over consecutive records.

        Shapes: event times f8[n], Kafka times f8[n], epoch seconds, creators u4[n] -> list of (index, bucket): before
        the record at `index` is used, every bucket up to `bucket` closes. The very first record closes what lies before
        it, silently.
        """
        if not len(at):
            return []
        reached = np.maximum(self._believed(at, kafka_at, creators) - self._lateness_s, self.at)
        self.at = float(reached[-1])
        begun = np.flatnonzero(np.isfinite(reached))
        if not len(begun):
            return []
        start = int(begun[0])
        closed = np.floor_divide(reached[start:], self._bucket_s).astype(np.int64) - 1
        if self.closed is None:
            self.closed = self.opened_after = int(closed[0])
        before = self.closed
        steps = np.flatnonzero(np.diff(np.maximum(closed, before), prepend=before) > 0)
        self.closed = max(before, int(closed[-1]))
        return [(start + int(i), int(closed[i])) for i in steps]

    def credible_until(self) -> float:
        """Event time up to which what is pending may be closed when nothing else comes, epoch seconds."""
        if math.isinf(self._jump_s):
            return math.inf
        return max(self.latest_at + self._jump_s, self.claim.most_at if self.claim else -math.inf)

    def advance_to(self, at: float) -> int:
        """Move to an instant that no record has brought, epoch seconds -> the last closed bucket."""
        self.at = max(self.at, at - self._lateness_s)
        return self._close(int(self.at // self._bucket_s) - 1)

    def close(self, bucket: int) -> int:
        """Close every bucket up to this one, whatever the time -> the last closed bucket."""
        self.at = max(self.at, (bucket + 1) * self._bucket_s)
        self.latest_at = max(self.latest_at, self.at)
        return self._close(bucket)

    def _close(self, bucket: int) -> int:
        if self.closed is None:
            self.opened_after = bucket
        self.closed = bucket if self.closed is None else max(self.closed, bucket)
        return self.closed

    def _believed(self, at: Floats, kafka_at: Floats, creators: npt.NDArray[np.uint32] | None) -> Floats:
        """The greatest event time believed so far, at each record."""
        capped = np.minimum(at, kafka_at)
        highest = np.maximum(np.maximum.accumulate(capped), self.latest_at)
        before = np.append(self.latest_at, highest[:-1])
        if self.claim is None and not (capped - self._jump_s > before).any():
            self.latest_at = float(highest[-1])
            return highest
        who = creators if creators is not None else np.zeros(len(at), np.uint32)
        live = kafka_at - at <= LIVE_WITHIN_S
        believed = np.empty(len(at))
        for i, (t, creator, is_live) in enumerate(zip(capped.tolist(), who.tolist(), live.tolist(), strict=True)):
            self._hear(t, creator, live=is_live)
            believed[i] = self.latest_at
        return believed

    def _hear(self, at: float, creator: int, *, live: bool) -> None:
        if live or at - self._jump_s <= self.latest_at:
            self.latest_at = max(self.latest_at, at)
            self.claim = None
            return
        claim = self.claim
        if claim is None:
            self.claim = Claim(1, creator, at, at)
            return
        self.claim = Claim(claim.records + 1, claim.creator, min(claim.least_at, at), max(claim.most_at, at))
        if creator != claim.creator or self.claim.records >= CLAIM_RECORDS:
            self.latest_at, self.claim = self.claim.least_at, None
            if at - self._jump_s <= self.latest_at:
                self.latest_at = max(self.latest_at, at)
