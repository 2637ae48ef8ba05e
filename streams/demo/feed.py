"""What the demo sends, and when: the past at once, the rest spread over the time that is left."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from detectors.model.engagements import Engagement
from streams import files
from streams.codec import decode_engagement, decode_post
from streams.delivery import Delivery
from streams.errors import StreamsError
from streams.files import Kind
from streams.generator.merge import Item
from streams.keys import engagement_key, post_key
from streams.refusals import Refused

BATCH = 1_000
"""Records sent at once, at most, so that the screen is never left alone for long."""


class Piece(NamedTuple):
    """A record to send, at an event time (epoch seconds) that never goes back."""

    at: float
    kind: Kind
    key: bytes | None
    value: bytes
    origin: str


class Span(NamedTuple):
    """First and last event time of a stream, epoch seconds."""

    start_at: float
    end_at: float


def from_items(items: Iterable[Item]) -> Iterator[Piece]:
    """Generated records as they are sent."""
    encode = msgspec.json.Encoder().encode
    for number, (at, kind, record) in enumerate(items, start=1):
        yield _piece(kind, encode(record), f"generated record {number}", at)


def from_file(path: str) -> Iterator[Piece]:
    """The lines of a JSONL file in their order; what the worker will refuse is sent too, without a key.

    Raises: StreamsError if the file cannot be read.
    """
    reached = -math.inf
    for line in files.records([path]):
        piece = _piece(line.kind, line.value, f"{path} line {line.number}", reached)
        reached = piece.at
        yield piece


def span_of(path: str) -> Span:
    """Read the whole file once, to know how long its stream is.

    Raises: StreamsError if it cannot be read or holds nothing to show.
    """
    times = (piece.at for piece in from_file(path) if math.isfinite(piece.at))
    start_at = next(times, None)
    if start_at is None:
        raise StreamsError(f"{path}: no record of it is a post or an engagement: name a JSONL file of those")
    return Span(start_at, max(times, default=start_at))


def _piece(kind: Kind, value: bytes, origin: str, reached: float) -> Piece:
    record = decode_post(value, math.inf) if kind == "post" else decode_engagement(value, math.inf)
    if isinstance(record, Refused):
        return Piece(reached, kind, None, value, origin)
    if isinstance(record, Engagement):
        return Piece(max(reached, record.at.timestamp()), kind, engagement_key(record), value, origin)
    at = record.deleted_at or record.created_at
    return Piece(max(reached, at.timestamp() if at else reached), kind, post_key(record), value, origin)


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
