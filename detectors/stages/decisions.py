"""What DECIDE is told, what it asks before it decides, and what it decides."""

from collections.abc import Mapping
from typing import NamedTuple

from detectors.alerting.telling import Crowd
from detectors.counts.ticks import Calm, Candidate, FigureSums, PostRef
from detectors.model.alerts import Alert, Trend
from detectors.model.kpis import Kpi
from detectors.slow.judge import Weighing
from detectors.stages.standouts import Standing


class Question(NamedTuple):
    """A bucket that can be decided once the texts of these posts are known."""

    bucket: int
    warm: bool
    """Whether the warm-up is over: before, trends are only learned from."""
    known: list[Candidate]
    """Subjects of open trends, each in its trend's scope."""
    fresh: list[Candidate]
    """Subjects that may make new trends, everywhere or in a segment."""
    calm: list[Calm]
    """Subjects to learn from what is usual: how well posts hold together by chance, how people behave."""
    series: Mapping[str, int]
    posts: tuple[PostRef, ...]
    crowd: Crowd = Crowd(0.0)
    """Everybody in the window."""
    figures: tuple[FigureSums, ...] = ()
    standouts: Standing = Standing()
    """Posts and creators that stand out."""
    slow: Weighing = Weighing()
    """Slow trends."""
    kafka_at: float = 0.0
    """Greatest Kafka time of the records behind it, epoch seconds; for the trace only."""


class Decision(NamedTuple):
    """What one bucket leads to. A trend that is None is no longer open."""

    bucket: int
    alerts: tuple[Alert, ...]
    trends: Mapping[str, Trend | None]
    kpis: tuple[Kpi, ...] = ()
