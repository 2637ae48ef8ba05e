"""One source partition as READ sees it: its clock, and what it has said."""

import math
from collections.abc import Collection
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.runs import Run, StreamName
from detectors.counts.watermark import LIVE_WITHIN_S, Claim, Watermark
from detectors.subjects.columns import hash64

NO_BUCKET = -1
"""Stands for `nothing closed yet`; real buckets are counted from 1970."""


class Outgoing(NamedTuple):
    """A run and the COUNT partition it goes to."""

    partition: int
    run: Run


def series_destination(name: str, partitions: int) -> int:
    """The COUNT partition that sums a series."""
    return hash64(name) % partitions


class SourceState(msgspec.Struct, frozen=True):
    """What a snapshot keeps of a source. Infinities are written as they are."""

    closed: int
    at: float
    latest_event_at: float
    claim: Claim | None
    clock_closed: int | None
    opened_after: int
    latest_at: float
    delay_s: float
    kafka_at: float
    beats: int


class Source:
    """Clock and bookkeeping that posts and engagements share."""

    def __init__(self, stream: StreamName, partition: int, partitions: int, clock: Watermark) -> None:
        self.stream: StreamName = stream
        self.partition = partition
        self.partitions = partitions
        self.closed = NO_BUCKET
        self._clock = clock
        self._latest_at = -math.inf
        self._delay_s = math.inf
        self._kafka_at = 0.0
        self._beats = 0

    @property
    def at(self) -> float:
        """The watermark, epoch seconds; minus infinity before the first record."""
        return self._clock.at

    def reached(self) -> int | None:
        """The last closed bucket, or None while there is nothing to read and so nothing to wait for."""
        return None if self._beats else self.closed

    def crossings(
        self, at: npt.NDArray[np.float64], kafka_at: npt.NDArray[np.float64], creators: npt.NDArray[np.uint32]
    ) -> list[tuple[int, int]]:
        """Where in a chunk which bucket closes; see `Watermark.crossings`. Call once a chunk, in order."""
        if not len(at):
            return []
        self._latest_at = max(self._latest_at, float(np.minimum(at, kafka_at).max()))
        steps = self._clock.crossings(at, kafka_at, creators)
        if self.closed == NO_BUCKET and self._clock.closed is not None:
            self.closed = self._clock.opened_after
        known = np.isfinite(kafka_at[-1])
        self._kafka_at = max(self._kafka_at, float(kafka_at[-1])) if known else self._kafka_at
        self._delay_s = float(kafka_at[-1] - at[-1])
        return steps

    def rest(self, elapsed_s: float | None, pending: Collection[int], bucket_s: float) -> int:
        """The bucket up to which a source without records may close; None: the input is at its end.

        A live source's clock goes on at the pace of the wall clock. History has no pace: what is pending closes, but
        for records so far ahead that the clock does not believe them.
        """
        if elapsed_s is not None and self._beats == 0:
            return self.closed
        if elapsed_s is not None and self._delay_s <= LIVE_WITHIN_S:
            return self._clock.advance_to(self._latest_at + elapsed_s)
        until = math.inf if elapsed_s is None else self._clock.credible_until()
        last = max((bucket for bucket in pending if bucket * bucket_s <= until), default=None)
        return self._clock.close(last) if last is not None else self.closed

    def run(
        self, bucket: int, *, voices: int = 0, new_voices: int = 0, taken_back: tuple[bytes, bytes] = (b"", b"")
    ) -> Run:
        """Begin the run that closes every bucket up to this one.

        Args:
            taken_back: as `deleted` and `replaced` of a run.
        """
        since = bucket if self.closed == NO_BUCKET else min(self.closed + 1, bucket)  # some came before the clock began
        self.closed = bucket
        return Run(
            stream=self.stream,
            source=self.partition,
            partitions=self.partitions,
            since=since,
            bucket=bucket,
            idle=self._beats > 0,
            voices=voices,
            new_voices=new_voices,
            kafka_at=self._kafka_at,
            deleted=taken_back[0],
            replaced=taken_back[1],
        )

    def snapshot(self) -> SourceState:
        """Everything of it that a restart needs."""
        clock = self._clock
        return SourceState(
            closed=self.closed,
            at=clock.at,
            latest_event_at=clock.latest_at,
            claim=clock.claim,
            clock_closed=clock.closed,
            opened_after=clock.opened_after,
            latest_at=self._latest_at,
            delay_s=self._delay_s,
            kafka_at=self._kafka_at,
            beats=self._beats,
        )

    def restore(self, state: SourceState) -> None:
        """Go on from a snapshot."""
        clock = self._clock
        clock.at, clock.latest_at, clock.claim = state.at, state.latest_event_at, state.claim
        clock.closed, clock.opened_after = state.clock_closed, state.opened_after
        self.closed, self._latest_at, self._delay_s = state.closed, state.latest_at, state.delay_s
        self._kafka_at, self._beats = state.kafka_at, state.beats

    def beat(self) -> list[Outgoing]:
        """Tell every destination that there is nothing to read."""
        self._beats += 1
        return self._mark(idle=True)

    def wake(self) -> list[Outgoing]:
        """Tell every destination that there is something to read again, if they were told otherwise."""
        if self._beats == 0:
            return []
        self._beats = 0
        return self._mark(idle=False)

    def _mark(self, *, idle: bool) -> list[Outgoing]:
        mark = Run(
            stream=self.stream,
            source=self.partition,
            partitions=self.partitions,
            since=self.closed + 1,
            bucket=self.closed,
            idle=idle,
            kafka_at=self._kafka_at,
        )
        return [Outgoing(partition, mark) for partition in range(self.partitions)]
