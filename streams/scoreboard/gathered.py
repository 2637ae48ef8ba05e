"""What alerts and trends say of themselves, each thing once, however often and in whatever order it comes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import UNSET, UnsetType

from detectors.model.alerts import Alert, AlertKind, Trend
from detectors.model.forecasts import Judged


class First(NamedTuple):
    """The first alert of something: what it was about, and until when it must last at least to have been right."""

    kind: AlertKind
    scope: str
    trend_id: str
    at: datetime
    lasts_until: datetime


class Verdict(NamedTuple):
    """A first alert, and what became of it.

    Attributes:
        right: None: it is too early to say.
        lead: from the alert to the greatest bucket of its trend, below zero: after it. None: it has not ended, was
            wrong, or is of another kind.
    """

    first: First
    right: bool | None
    lead: timedelta | None


class Gathered:
    """Judged forecasts, first alerts, and how they ended.

    Args:
        bucket_s: width of a bucket, seconds.

    Attributes:
        reached: the latest instant that any record tells of; None before any.
    """

    def __init__(self, bucket_s: float) -> None:
        self.reached: datetime | None = None
        self._bucket = timedelta(seconds=bucket_s)
        self._peaks: dict[str, tuple[datetime, datetime]] = {}
        self._judged: dict[tuple[str, datetime, float], tuple[AlertKind, Judged]] = {}
        self._first: dict[str, First] = {}
        self._ended: dict[str, datetime] = {}
        self._retracted: set[str] = set()

    def alert(self, alert: Alert) -> None:
        """Take an alert of any kind and action."""
        self._reach(alert.detected_at)
        if alert.action == "fired":
            window_s = alert.window.end - alert.window.start
            self._first[alert.dedup_key] = First(
                alert.kind, alert.scope, alert.trend_id, alert.detected_at, alert.detected_at + window_s
            )
        elif alert.action == "retracted":
            self._retracted.add(alert.dedup_key)
        elif alert.action == "resolved" and alert.kind == "trend":
            self._end(alert.trend_id, alert.detected_at)
        self._take(alert.kind, alert.trend_id, alert.judged)

    def trend(self, trend: Trend) -> None:
        """Take a line of the trends topic."""
        self._reach(trend.detected_at)
        if trend.state == "ended":
            self._end(trend.trend_id, trend.detected_at)
        line = trend.detected_at, trend.peak.start + self._bucket
        self._peaks[trend.trend_id] = max(line, self._peaks.get(trend.trend_id, line))
        self._take("trend", trend.trend_id, trend.judged)

    def _take(self, kind: AlertKind, trend_id: str, judged: tuple[Judged, ...] | UnsetType) -> None:
        for one in () if judged is UNSET else judged:
            self._judged[trend_id, one.as_of, one.horizon_hours] = kind, one

    def _reach(self, at: datetime) -> None:
        self.reached = at if self.reached is None else max(self.reached, at)

    def _end(self, trend_id: str, at: datetime) -> None:
        self._ended[trend_id] = min(at, self._ended.get(trend_id, at))

    def judged(self) -> list[tuple[AlertKind, Judged]]:
        """Forecasts whose time came, in the order in which it came, equals by trend; each with what it is about."""
        return [one for _, one in sorted(self._judged.items(), key=lambda item: (item[0][1], item[0][2], item[0][0]))]

    def verdicts(self) -> Iterator[Verdict]:
        """First alerts in their order, and what became of each.

        Wrong is what was retracted, and a trend that ended within one window after its alert.
        """
        for key, first in sorted(self._first.items(), key=lambda item: (item[1].at, item[0])):
            right = self._right(key, first)
            yield Verdict(first, right, self._lead(first) if right else None)

    def _right(self, key: str, first: First) -> bool | None:
        ended = self._ended.get(first.trend_id) if first.kind == "trend" else None
        if key in self._retracted or (ended is not None and first.at <= ended <= first.lasts_until):
            return False
        return True if self.reached is not None and self.reached > first.lasts_until else None

    def _lead(self, first: First) -> timedelta | None:
        if first.kind != "trend" or first.trend_id not in self._ended or first.trend_id not in self._peaks:
            return None
        _, greatest_at = self._peaks[first.trend_id]
        return greatest_at - first.at
