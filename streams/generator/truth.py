"""What was planted, as a downstream judge reads it. JSON-able structs, no behaviour but `covers`."""

from datetime import UTC, datetime
from typing import Literal

import msgspec


def instant(at: float) -> datetime:
    """Epoch seconds as a UTC datetime."""
    return datetime.fromtimestamp(at, UTC)


class PlantedTrend(msgspec.Struct, frozen=True):
    """A topic of talk that starts in one community.

    `names` are all spellings of its own subjects; `voices` its distinct creators; `peak_hour_voices` the most of them
    in any hour, which is its speed; `tiers` how many of them are nano, micro and so on.
    """

    label: str
    hashtag: str
    names: tuple[str, ...]
    community: str
    platforms: tuple[str, ...]
    language: str
    onset_at: datetime
    end_at: datetime
    voices: int
    peak_hour_voices: int
    tiers: dict[str, int]
    post_ids: tuple[str, ...]


class PlantedAttack(msgspec.Struct, frozen=True):
    """Bought attention. `expected`: what a good detector does, stay silent or raise an integrity flag."""

    kind: Literal["copied_push", "sock_puppets"]
    label: str
    names: tuple[str, ...]
    platform: str
    language: str
    start_at: datetime
    end_at: datetime
    accounts: int
    post_ids: tuple[str, ...]
    expected: Literal["silence", "flag"]


class PlantedHit(msgspec.Struct, frozen=True):
    """A post that people react to `times` as much as to any other of its platform and tier."""

    post_id: str
    creator_id: str
    platform: str
    tier: str
    created_at: datetime
    times: float


class Disturbance(msgspec.Struct, frozen=True):
    """A platform whose feed is wrong in `[start_at, end_at)`: `factor` is what is left of it, 0 for an outage.

    A collapse touches engagements only; an outage silences posts too.
    """

    platform: str
    start_at: datetime
    end_at: datetime
    factor: float


class Truth(msgspec.Struct, frozen=True):
    """All that was planted in a stream, and the arguments that repeat it."""

    seed: int
    hours: float
    start_at: datetime
    end_at: datetime
    posts_per_hour: float
    trends: tuple[PlantedTrend, ...] = ()
    attacks: tuple[PlantedAttack, ...] = ()
    collapse: Disturbance | None = None
    outage: Disturbance | None = None
    hits: tuple[PlantedHit, ...] = ()
