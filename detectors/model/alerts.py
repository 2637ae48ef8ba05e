"""What leaves: alerts, and the open trends they are about."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from detectors.model.conduct import Conduct
from detectors.model.engaged import Engaged
from detectors.model.forecasts import Forecast, Judged
from detectors.model.performance import Performance
from detectors.model.units import Hours, Instant, Share

AlertKind = Literal["trend", "post_overperforming", "kpi_anomaly", "creator_anomaly", "integrity", "data_quality"]
Action = Literal["fired", "updated", "escalated", "resolved", "retracted"]
State = Literal["emerging", "rising", "peaking", "declining", "ended", "resurgent"]
Severity = Literal["info", "warning", "critical"]
Novelty = Literal["new", "known", "recurring"]
Unit = Literal["voice-hours"]

DetectedAt = Annotated[Instant, Meta(description="event time, UTC: the end of the bucket whose closing raised it")]
Scope = Annotated[str, Meta(description="all, or a dimension and its value, such as platform:tiktok")]
Observed = Annotated[float, Meta(description="voices, or the figure (money in minor units), in the window")]
Expected = Annotated[float, Meta(description="what was to be expected of the window")]
Range = Annotated[tuple[float, float], Meta(description="95 % range")]
Surprise = Annotated[float, Meta(description="-log10 of the probability of so much by chance")]
CountedIn = Annotated[
    Unit,
    Meta(
        description="what observed, expected and interval count, where it is not voices: the voices of each hour of the"
        " window added up, so that a person counts once in each hour in which they speak"
    ),
]
Growth = Annotated[float, Meta(description="by which the voices in the window grow, per hour")]
PerVoice = Annotated[float, Meta(description="likes, comments, shares, saves of the window's posts, per voice")]
Revision = Annotated[int, Meta(ge=0, description="raised by every later alert with the same dedup_key")]
Digest = Annotated[str, Meta(description="changes with every setting that changes what is detected")]
Trace = Annotated[
    dict[str, Any], Meta(description="wall-clock times, partitions, offsets: all that a replay may change")
]

SCHEMA_VERSION = 1


class Window(msgspec.Struct, frozen=True):
    """An event-time interval `[start, end)`."""

    start: Instant
    end: Instant


class SubjectName(msgspec.Struct, frozen=True):
    """What an alert is about: `kind` and `id` say which, `label` is what people wrote."""

    kind: str
    id: str
    label: str


class Driver(msgspec.Struct, frozen=True):
    """A share of the voices that one value of one dimension carries, 0 to 1.

    Of `engagement`, `comments_and_shares` is the share of those who do not post among all people, `above_usual` the
    share of the engagement that is more than usual.
    """

    dimension: str
    value: str
    share: Share


class Breadth(msgspec.Struct, frozen=True):
    """How a trend's voices spread over communities.

    Attributes:
        communities: those with at least three voices among the posts read.
        entropy: of the voices over communities, bits.
        evenness: Pielou's, entropy over the most that it could be; None: one community.
    """

    communities: int
    entropy: float
    evenness: Share | None = None


class Origin(msgspec.Struct, frozen=True):
    """Where the first post seen was written: a community if it names one, else a platform."""

    dimension: str
    value: str


class Evidence(msgspec.Struct, frozen=True):
    """Posts to look at, nearest to the trend's centre first; `missing` could not be read any more."""

    post_ids: tuple[str, ...]
    posts: int
    creators: int
    missing: int


class IntegritySign(msgspec.Struct, frozen=True):
    """What a flag rests on: `count` of `of` posts or people, and the share that is usual among trends.

    Of the flag `mix`, `usual` is the share of groups whose signs were as strange together, `share` that of the others.
    """

    name: str
    share: Share
    usual: Share
    count: int
    of: int
    surprise: Surprise


class Integrity(msgspec.Struct, frozen=True):
    """Signals of bought attention, with what they rest on; never a verdict. None: not known."""

    effective_voices: float | None = None
    copies_share: Share | None = None
    deleted_share: Share | None = None
    new_accounts_share: Share | None = None
    flags: tuple[str, ...] = ()
    signs: tuple[IntegritySign, ...] = ()
    clean_voices: Annotated[float, Meta(description="voices without those who show a flagged sign")] | None = None


class Explanation(msgspec.Struct, frozen=True):
    """The alert in a sentence or two; every number in it is a field of the alert."""

    en: str
    fr: str


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One record of `freshet.alerts.v1`."""

    alert_id: str
    trend_id: str
    dedup_key: str
    revision: Revision
    kind: AlertKind
    action: Action
    detected_at: DetectedAt
    onset_at: Instant
    window: Window
    subject: SubjectName
    members: tuple[SubjectName, ...] = ()
    scope: Scope = "all"
    state: State
    severity: Severity
    observed: Observed
    expected: Expected | None
    interval: Range | None
    surprise: Surprise | None
    unit: CountedIn | UnsetType = UNSET
    growth_per_hour: Growth | None = None
    doubling_time_hours: Hours | None = None
    novelty: Novelty | None = None
    engagement_per_voice: PerVoice | None = None
    engaged: Engaged | UnsetType = UNSET
    forecast: Forecast | UnsetType = UNSET
    forecast_day: Forecast | UnsetType = UNSET
    judged: tuple[Judged, ...] | UnsetType = UNSET
    performance: Performance | UnsetType = UNSET
    conduct: Conduct | UnsetType = UNSET
    drivers: tuple[Driver, ...] = ()
    origin: Origin | None = None
    breadth: Breadth | None = None
    evidence: Evidence
    integrity: Integrity = Integrity()
    explanation: Explanation
    rule_id: str = "default"
    relevance: float | None = None
    config_digest: Digest
    schema_version: int = SCHEMA_VERSION
    trace: Trace = {}


class Point(msgspec.Struct, frozen=True):
    """One bucket of a trend's history: voices in the window that ends with it, and how many were to be expected."""

    start: Instant
    observed: Observed
    expected: Expected


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """One record of `freshet.trends.v1`: the latest about an open trend, under its `trend_id`."""

    trend_id: str
    detected_at: DetectedAt
    onset_at: Instant
    window: Window
    subject: SubjectName
    members: tuple[SubjectName, ...]
    scope: Scope
    state: State
    severity: Severity
    observed: Observed
    expected: Expected | None
    interval: Range | None
    surprise: Surprise | None
    growth_per_hour: Growth | None
    doubling_time_hours: Hours | None
    novelty: Novelty | None
    engagement_per_voice: PerVoice | None
    engaged: Engaged | UnsetType = UNSET
    forecast: Forecast | UnsetType = UNSET
    forecast_day: Forecast | UnsetType = UNSET
    judged: tuple[Judged, ...] | UnsetType = UNSET
    drivers: tuple[Driver, ...]
    origin: Origin | None = None
    breadth: Breadth | None = None
    evidence: Evidence
    integrity: Integrity
    explanation: Explanation
    revision: Revision
    first_seen_at: Instant
    peak: Point
    points: tuple[Point, ...]
    config_digest: Digest
    schema_version: int = SCHEMA_VERSION
