"""What DECIDE is told, what it asks before it decides, and what it decides."""

from collections.abc import Mapping
from typing import NamedTuple

from detectors.counts.ticks import Calm, Candidate, PostRef
from detectors.model.alerts import Alert, Trend


class DecideSettings(NamedTuple):
    """See config/settings.py for units, ranges and defaults."""

    bucket_s: float
    window_s: float
    warm_up_s: float
    false_share: float
    min_voices: int
    screen_p: float
    trend_memory_s: float
    calm_s: float
    cooldown_s: float
    r_max: float
    evidence_posts: int
    flag_p: float
    config_digest: str


class Question(NamedTuple):
    """A bucket that can be decided once the texts of these posts are known."""

    bucket: int
    known: list[Candidate]
    """Subjects of open trends, each in its trend's scope."""
    fresh: list[Candidate]
    """Subjects that may make new trends, everywhere or in a segment."""
    calm: list[Calm]
    """Subjects to learn from what is usual: how well posts hold together by chance, how people behave."""
    series: Mapping[str, int]
    posts: tuple[PostRef, ...]
    exposure: float = 0.0
    """People in the window, of all subjects."""
    kafka_at: float = 0.0
    """Greatest Kafka time of the records behind it, epoch seconds; for the trace only."""


class Decision(NamedTuple):
    """What one bucket leads to. A trend that is None is no longer open."""

    bucket: int
    alerts: tuple[Alert, ...]
    trends: Mapping[str, Trend | None]
