"""One source partition as READ sees it: its clock, what it has said, and from where a restart must read again."""

import math
from collections import deque
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.runs import Run, StreamName
from detectors.counts.watermark import Watermark
from detectors.subjects.columns import hash64

LIVE_WITHIN_S = 3600.0
"""A stream whose records reach Kafka within this many seconds of their event time is live; else it is history."""

NO_BUCKET = -1
"""Stands for `nothing closed yet`; real buckets are counted from 1970."""


class Outgoing(NamedTuple):
    """A run and the COUNT partition it goes to."""

    partition: int
    run: Run


def series_destination(name: str, partitions: int) -> int:
    """The COUNT partition that sums a series."""
    return hash64(name) % partitions


class Source:
    """Clock and bookkeeping that posts and engagements share.

    Args:
        keep: how many closed buckets a restart reads again, so that READ's memory of the window is whole.
    """

    def __init__(self, stream: StreamName, partition: int, partitions: int, clock: Watermark, keep: int) -> None:
        self.stream: StreamName = stream
        self.partition = partition
        self.partitions = partitions
        self.closed = NO_BUCKET
        self._clock = clock
        self._triggers: deque[int] = deque(maxlen=keep)
        self._first_offset: int | None = None
        self._latest_at = -math.inf
        self._delay_s = math.inf
        self._kafka_at = 0.0
        self._beats = 0

    @property
    def resume_offset(self) -> int | None:
        """The offset from which a restart must read; None: nothing was read."""
        full = len(self._triggers) == self._triggers.maxlen
        return self._triggers[0] if full else self._first_offset

    @property
    def at(self) -> float:
        """The watermark, epoch seconds; minus infinity before the first record."""
        return self._clock.at

    def reached(self) -> int | None:
        """The last closed bucket, or None while there is nothing to read and so nothing to wait for."""
        return None if self._beats else self.closed

    def crossings(
        self, at: npt.NDArray[np.float64], offsets: npt.NDArray[np.int64], kafka_at: npt.NDArray[np.float64]
    ) -> list[tuple[int, int]]:
        """Where in a chunk which bucket closes; see `Watermark.crossings`. Call once a chunk, in order."""
        if not len(at):
            return []
        if self._first_offset is None:
            self._first_offset = int(offsets[0])
        self._latest_at = max(self._latest_at, float(np.minimum(at, kafka_at).max()))
        steps = self._clock.crossings(at, kafka_at)
        if self.closed == NO_BUCKET:
            self.closed = self._clock.opened_after
        self._triggers.extend(int(offsets[index]) for index, _ in steps)
        known = np.isfinite(kafka_at[-1])
        self._kafka_at = max(self._kafka_at, float(kafka_at[-1])) if known else self._kafka_at
        self._delay_s = float(kafka_at[-1] - at[-1])
        return steps

    def rest(self, elapsed_s: float | None, last_pending: int | None) -> int:
        """The bucket up to which a source without records may close; None: the input is at its end.

        A live source's clock goes on at the pace of the wall clock. History has no pace: what is pending closes.
        """
        if elapsed_s is not None and self._beats == 0:
            return self.closed
        if elapsed_s is not None and self._delay_s <= LIVE_WITHIN_S:
            return self._clock.advance_to(self._latest_at + elapsed_s)
        return self._clock.close(last_pending) if last_pending is not None else self.closed

    def run(self, bucket: int, *, voices: int = 0, new_voices: int = 0, deleted: bytes = b"") -> Run:
        """Begin the run that closes every bucket up to this one."""
        since = bucket if self.closed == NO_BUCKET else self.closed + 1
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
            deleted=deleted,
        )

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
