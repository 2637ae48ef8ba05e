"""What the demo sends, and when: the past at once, the rest spread over the time that is left."""

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from streams.delivery import Delivery
from streams.files import Kind

BATCH = 1_000
"""Records sent at once, at most, so that the screen is never left alone for long."""


class Piece(NamedTuple):
    """A record to send, at an event time (epoch seconds) that never goes back."""

    at: float
    kind: Kind
    key: bytes | None
    value: bytes
    origin: str


class Feed:
    """Sends a stream: all before `turn_at` at once, the rest evenly until a given moment.

    Args:
        pieces: in event-time order.
        deliveries: where each kind goes.
        turn_at: event time at which the hurry ends, epoch seconds.
        end_at: event time of the last record, epoch seconds.
        until: moment at which the last record is due, seconds of the monotonic clock.
    """

    def __init__(
        self,
        pieces: Iterator[Piece],
        deliveries: Mapping[Kind, Delivery],
        *,
        turn_at: float,
        end_at: float,
        until: float,
    ) -> None:
        self._pieces = pieces
        self._deliveries = deliveries
        self._turn_at = turn_at
        self._end_at = end_at
        self._until = until
        self._turned: float | None = None
        self._next: Piece | None = next(pieces, None)
        self.sent = 0
        self.reached_at = -math.inf
        """Event time of the last record sent, epoch seconds."""

    @property
    def done(self) -> bool:
        """Whether everything was sent."""
        return self._next is None

    def step(self, now: float) -> bool:
        """Send what is due, a batch at most.

        Args:
            now: seconds of the monotonic clock.
        Returns: whether more is due already.
        """
        due_at = self._due_at(now)
        for _ in range(BATCH):
            piece = self._next
            if piece is None:
                return False
            if piece.at > due_at:
                self._turned = now if self._turned is None else self._turned
                return False
            self._deliveries[piece.kind].send(piece.origin, piece.key, piece.value)
            self.sent += 1
            self.reached_at = max(self.reached_at, piece.at)
            self._next = next(self._pieces, None)
        return True

    def _due_at(self, now: float) -> float:
        """Event time up to which records are due."""
        if self._turned is None:
            return self._turn_at
        if now >= self._until:
            return math.inf
        share = (now - self._turned) / (self._until - self._turned)
        return self._turn_at + share * (self._end_at - self._turn_at)
