"""What leaves: alerts, and the open trends they are about."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

AlertKind = Literal["trend", "post_overperforming", "kpi_anomaly", "creator_anomaly", "integrity", "data_quality"]
Action = Literal["fired", "updated", "escalated", "resolved", "retracted"]
State = Literal["emerging", "rising", "peaking", "declining", "ended", "resurgent"]
Severity = Literal["info", "warning", "critical"]
Novelty = Literal["new", "known", "recurring"]

SCHEMA_VERSION = 1


class Window(msgspec.Struct, frozen=True):
    """An event-time interval `[start, end)`."""

    start: datetime
    end: datetime


class SubjectName(msgspec.Struct, frozen=True):
    """What an alert is about: `kind` and `id` say which, `label` is what people wrote."""

    kind: str
    id: str
    label: str


class Driver(msgspec.Struct, frozen=True):
    """A share of the voices that one value of one dimension carries, 0 to 1."""

    dimension: str
    value: str
    share: float


class Evidence(msgspec.Struct, frozen=True):
    """Posts to look at, nearest to the trend's centre first; `missing` could not be read any more."""

    post_ids: tuple[str, ...]
    posts: int
    creators: int
    missing: int


class Integrity(msgspec.Struct, frozen=True):
    """Signals of bought attention, with what they rest on; never a verdict. None: not known."""

    effective_voices: float | None = None
    copies_share: float | None = None
    deleted_share: float | None = None
    new_accounts_share: float | None = None
    flags: tuple[str, ...] = ()


class Explanation(msgspec.Struct, frozen=True):
    """The alert in a sentence or two; every number in it is a field of the alert."""

    en: str
    fr: str


class Forecast(msgspec.Struct, frozen=True):
    """A dated promise about the trend's size, with the model's record so far."""

    horizon_hours: float
    target: float
    probability: float
    interval: tuple[float, float]
    model: str
    n: int
    brier: float


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One record of `freshet.alerts.v1`."""

    alert_id: str
    trend_id: str
    dedup_key: str
    revision: int
    kind: AlertKind
    action: Action
    detected_at: datetime
    onset_at: datetime
    window: Window
    subject: SubjectName
    members: tuple[SubjectName, ...] = ()
    scope: str = "all"
    state: State
    severity: Severity
    observed: float
    expected: float | None
    interval: tuple[float, float] | None
    surprise: float | None
    growth_per_hour: float | None = None
    doubling_time_hours: float | None = None
    novelty: Novelty | None = None
    engagement_per_voice: float | None = None
    forecast: Forecast | UnsetType = UNSET
    drivers: tuple[Driver, ...] = ()
    evidence: Evidence
    integrity: Integrity = Integrity()
    explanation: Explanation
    rule_id: str = "default"
    relevance: float | None = None
    config_digest: str
    schema_version: int = SCHEMA_VERSION
    trace: dict[str, Any] = {}


class Point(msgspec.Struct, frozen=True):
    """One bucket of a trend's history: voices in the window that ends with it, and how many were to be expected."""

    start: datetime
    observed: float
    expected: float


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """One record of `freshet.trends.v1`: the latest about an open trend, under its `trend_id`."""

    trend_id: str
    detected_at: datetime
    onset_at: datetime
    window: Window
    subject: SubjectName
    members: tuple[SubjectName, ...]
    scope: str
    state: State
    severity: Severity
    observed: float
    expected: float | None
    interval: tuple[float, float] | None
    surprise: float | None
    growth_per_hour: float | None
    doubling_time_hours: float | None
    novelty: Novelty | None
    engagement_per_voice: float | None
    forecast: Forecast | UnsetType = UNSET
    drivers: tuple[Driver, ...]
    evidence: Evidence
    integrity: Integrity
    explanation: Explanation
    revision: int
    first_seen_at: datetime
    peak: Point
    points: tuple[Point, ...]
    config_digest: str
    schema_version: int = SCHEMA_VERSION
