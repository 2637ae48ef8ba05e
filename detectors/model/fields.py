"""Field types that several input records share, with the limits of the contract, and the rule of event times."""

from datetime import UTC, datetime
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta

Identifier = Annotated[str, Meta(min_length=1, max_length=128)]
PlatformName = Annotated[str, Meta(min_length=1, max_length=32, description="lower-cased when read")]
Names = Annotated[tuple[str, ...], Meta(max_length=50)]
FewNames = Annotated[tuple[str, ...], Meta(max_length=10)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Instant = Annotated[datetime, Meta(tz=True, description="RFC 3339 with a zone")]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217")]
MinorUnits = Annotated[int, Meta(ge=0, le=2**53, description="money in minor units, for example cents")]

Format = Literal["unboxing", "before_after", "tutorial", "review", "haul", "grwm", "challenge", "other"]
Media = Literal["video", "short", "live", "story", "image", "carousel", "text"]
Brief = Literal["co_created", "guided", "imposed", "organic"]

EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)
"""No social post is older; an earlier time is a broken clock or a wrong unit."""

MAX_AHEAD_S = 300.0
"""How far an event time may lie ahead of its record's Kafka time, in seconds."""

END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
"""Latest Kafka time that still fits a datetime, epoch seconds."""


class Problem(NamedTuple):
    """A rule that the types cannot express and a record breaks; the message names fields, never values."""

    kind: Literal["missing_field", "time"]
    message: str


def latest_event(kafka_at: float) -> datetime:
    """Latest event time to be believed of a record.

    Args:
        kafka_at: when Kafka took the record, epoch seconds; infinity where there is no Kafka.

    >>> latest_event(1_767_225_600.0).isoformat()
    '2026-01-01T00:05:00+00:00'
    """
    return datetime.fromtimestamp(min(kafka_at, END_OF_TIME) + MAX_AHEAD_S, UTC)


def out_of_time(name: str, at: datetime, latest: datetime) -> Problem | None:
    """Say why an event time cannot be true, or None.

    Args:
        name: of the field.
        at: the event time.
        latest: the latest to be believed.

    >>> out_of_time("at", datetime(1970, 1, 21, tzinfo=UTC), latest_event(1.8e9))
    Problem(kind='time', message='`at` is before 2005')
    """
    if at < EARLIEST:
        return Problem("time", f"`{name}` is before {EARLIEST.year}")
    if at > latest:
        return Problem("time", f"`{name}` is more than {MAX_AHEAD_S:.0f} s ahead of the record's Kafka time")
    return None
