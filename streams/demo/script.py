"""Which stream the demo plays: a generated one, whose truth is known, or a file."""

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from detectors.model.engagements import Engagement
from streams import files
from streams.codec import decode_engagement, decode_post
from streams.demo.feed import Piece
from streams.errors import StreamsError
from streams.files import Kind
from streams.generator.daily import HOUR_S
from streams.generator.merge import Item
from streams.generator.plan import first_planted_hour
from streams.generator.stream import stream, truth
from streams.keys import engagement_key, post_key
from streams.refusals import Refused

START_AT = datetime(2025, 6, 2, tzinfo=UTC).timestamp()
"""Where generated streams begin, as `freshet generate` does: the same seed gives the same alerts."""

HOURS = 24.0
"""14.4 h of calm, in which detection and the models of series warm up, and 9.6 h with what is planted."""

POSTS_PER_HOUR = 400.0
"""Some 50,000 records in all: enough for the trouble of one platform to stand out, few enough for a slow machine."""


class Script(NamedTuple):
    """A stream to play. Event times in epoch seconds."""

    pieces: Iterator[Piece]
    start_at: float
    turn_at: float
    """Until here it is sent at once, then paced."""
    end_at: float
    truth: Mapping[str, Any] | None
    """What is planted in it; None: nobody knows."""


def generated(seed: int, *, quiet: bool) -> Script:
    """A made-up stream; a quiet one has nothing planted in it."""
    made: dict[str, Any] = {
        "hours": HOURS,
        "seed": seed,
        "start_at": START_AT,
        "posts_per_hour": POSTS_PER_HOUR,
        "quiet": quiet,
    }
    end_at = START_AT + HOURS * HOUR_S
    return Script(_of_items(stream(**made)), START_AT, _turn_at(START_AT, end_at), end_at, truth(**made))


def from_file(path: str) -> Script:
    """A JSONL file of posts and engagements; it is read once to know how long its stream is.

    Raises: StreamsError if it cannot be read, or holds nothing to play.
    """
    times = (piece.at for piece in _of_file(path) if math.isfinite(piece.at))
    start_at = next(times, None)
    if start_at is None:
        raise StreamsError(f"{path}: no line of it is a post or an engagement: name a JSONL file of those")
    end_at = max(times, default=start_at)
    return Script(_of_file(path), start_at, _turn_at(start_at, end_at), end_at, None)


def _turn_at(start_at: float, end_at: float) -> float:
    """Where a generated stream becomes lively, and about where detection of any other is warm."""
    return start_at + first_planted_hour((end_at - start_at) / HOUR_S) * HOUR_S


def _of_items(items: Iterator[Item]) -> Iterator[Piece]:
    encode = msgspec.json.Encoder().encode
    for number, (at, kind, record) in enumerate(items, start=1):
        yield _piece(kind, encode(record), f"generated record {number}", at)


def _of_file(path: str) -> Iterator[Piece]:
    """The lines in their order; what the worker will refuse is played too, without a key."""
    reached = -math.inf
    for line in files.records([path]):
        piece = _piece(line.kind, line.value, f"{path} line {line.number}", reached)
        reached = piece.at
        yield piece


def _piece(kind: Kind, value: bytes, origin: str, reached: float) -> Piece:
    """A record under its key; it is played no earlier than what came before it."""
    record = decode_post(value, math.inf) if kind == "post" else decode_engagement(value, math.inf)
    if isinstance(record, Refused):
        return Piece(reached, kind, None, value, origin)
    if isinstance(record, Engagement):
        return Piece(max(reached, record.at.timestamp()), kind, engagement_key(record), value, origin)
    at = record.deleted_at or record.created_at
    return Piece(max(reached, at.timestamp() if at else reached), kind, post_key(record), value, origin)
