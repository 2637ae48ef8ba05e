"""Field types that several records share, with the limits of the contract. No behaviour."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

Identifier = Annotated[str, Meta(min_length=1, max_length=128)]
PlatformName = Annotated[str, Meta(min_length=1, max_length=32, description="lower-cased when read")]
Names = Annotated[tuple[str, ...], Meta(max_length=50)]
FewNames = Annotated[tuple[str, ...], Meta(max_length=10)]
Count = Annotated[int, Meta(ge=0)]
Instant = Annotated[datetime, Meta(tz=True, description="RFC 3339 with a zone")]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217")]
MinorUnits = Annotated[int, Meta(ge=0, description="money in minor units, for example cents")]

Format = Literal["unboxing", "before_after", "tutorial", "review", "haul", "grwm", "challenge", "other"]
Media = Literal["video", "short", "live", "story", "image", "carousel", "text"]
Brief = Literal["co_created", "guided", "imposed", "organic"]

EARLIEST_YEAR = 2005
"""No social post is older; an earlier year is a broken clock or a wrong unit."""

MAX_AHEAD_S = 300.0
"""How far an event time may lie ahead of its record's Kafka time, in seconds."""


def out_of_time(at: datetime, kafka_at: float) -> str | None:
    """Say why an event time cannot be true, or None.

    Args:
        at: the event time.
        kafka_at: when Kafka took the record, epoch seconds; infinity where there is no Kafka.
    """
    if at.year < EARLIEST_YEAR:
        return f"is before {EARLIEST_YEAR}"
    if at.timestamp() > kafka_at + MAX_AHEAD_S:
        return f"is more than {MAX_AHEAD_S:.0f} s ahead of the record's Kafka time"
    return None
