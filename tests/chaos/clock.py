"""The clock of a source partition as docs/decisions/0005-time.md says it, and where each record then counts."""

from datetime import datetime

BUCKET_S = 300
WINDOW = 12
"""Buckets of the window."""

LONG_WINDOW = 72
"""Buckets of the long window."""

LATENESS_S = 30.0


def seconds(at: str) -> float:
    """RFC 3339 as epoch seconds."""
    return datetime.fromisoformat(at).timestamp()


def bucket_of(at: float) -> int:
    """The bucket of an instant, epoch seconds."""
    return int(at // BUCKET_S)


def long_begins(tick: int) -> int:
    """The first bucket of the long window that ends with a tick: it begins with an hour of the day.

    >>> [long_begins(tick) for tick in (71, 72, 83, 84)]
    [0, 12, 12, 24]
    """
    return -(-(tick - LONG_WINDOW + 1) // WINDOW) * WINDOW


class Clock:
    """Greatest event time less the lateness: it says which bucket is the last that is closed.

    The stream is history, so every record's Kafka time is later than its event time and holds nothing back.

    >>> clock = Clock()
    >>> [clock.closed_by(at) for at in (0.0, 329.0, 330.0, 10.0)]
    [-2, -1, 0, 0]
    """

    def __init__(self) -> None:
        self._closed: int | None = None

    def closed_by(self, at: float) -> int:
        """Take the event time of the next record -> the last bucket that is closed when it is used."""
        reached = int((at - LATENESS_S) // BUCKET_S) - 1
        self._closed = reached if self._closed is None else max(self._closed, reached)
        return self._closed
