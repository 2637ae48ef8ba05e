"""The event clock of one source partition: which buckets are closed, decided record by record."""

import math

import numpy as np
import numpy.typing as npt


class Watermark:
    """Greatest event time minus the lateness. It never goes back, and it depends on the partition's log alone.

    A record moves it at most to its own Kafka time: one creator whose clock runs ahead must not make all others late.

    Args:
        bucket_s: width of a bucket in seconds. > 0.
        lateness_s: how long a bucket stays open for stragglers, in seconds. >= 0.

    >>> clock = Watermark(bucket_s=60, lateness_s=0)
    >>> clock.crossings(np.array([0.0, 59.0, 61.0, 185.0]), np.full(4, np.inf))
    [(2, 0), (3, 2)]
    >>> clock.closed
    2
    """

    def __init__(self, *, bucket_s: float, lateness_s: float) -> None:
        self._bucket_s = bucket_s
        self._lateness_s = lateness_s
        self.at = -math.inf
        self.closed: int | None = None
        """Every bucket up to this one is closed; None before the first record."""
        self.opened_after = 0
        """The last bucket before the first record: closed without having been open."""

    def crossings(self, at: npt.NDArray[np.float64], kafka_at: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
        """Advance over consecutive records.

        Shapes: event times f8[n], Kafka times f8[n], epoch seconds -> list of (index, bucket): before the record at
        `index` is used, every bucket up to `bucket` closes. The very first record closes what lies before it, silently.
        """
        if not len(at):
            return []
        reached = np.maximum(np.maximum.accumulate(np.minimum(at, kafka_at)) - self._lateness_s, self.at)
        closed = np.floor_divide(reached, self._bucket_s).astype(np.int64) - 1
        self.at = float(reached[-1])
        if self.closed is None:
            self.closed = self.opened_after = int(closed[0])
        before = self.closed
        steps = np.flatnonzero(np.diff(closed, prepend=before) > 0)
        self.closed = max(before, int(closed[-1]))
        return [(int(i), int(closed[i])) for i in steps]

    def advance_to(self, at: float) -> int:
        """Move to an instant that no record has brought, epoch seconds -> the last closed bucket."""
        self.at = max(self.at, at - self._lateness_s)
        return self._close(int(self.at // self._bucket_s) - 1)

    def close(self, bucket: int) -> int:
        """Close every bucket up to this one, whatever the time -> the last closed bucket."""
        self.at = max(self.at, (bucket + 1) * self._bucket_s)
        return self._close(bucket)

    def _close(self, bucket: int) -> int:
        if self.closed is None:
            self.opened_after = bucket
        self.closed = bucket if self.closed is None else max(self.closed, bucket)
        return self.closed
