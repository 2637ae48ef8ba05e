"""What alerts and trends say of themselves, each thing once, however often and in whatever order it comes."""

from collections.abc import Iterator
from datetime import datetime
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


class Gathered:
    """Judged forecasts, first alerts, and how they ended.

    Attributes:
        reached: the latest instant that any record tells of; None before any.
    """

    def __init__(self) -> None:
        self.reached: datetime | None = None
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

    def verdicts(self) -> Iterator[tuple[First, bool | None]]:
        """First alerts in their order, and whether each was right; None: it is too early to say.

        Wrong is what was retracted, and a trend that ended within one window after its alert.
        """
        for key, first in sorted(self._first.items(), key=lambda item: (item[1].at, item[0])):
            yield first, self._right(key, first)

    def _right(self, key: str, first: First) -> bool | None:
        ended = self._ended.get(first.trend_id) if first.kind == "trend" else None
        if key in self._retracted or (ended is not None and first.at <= ended <= first.lasts_until):
            return False
        return True if self.reached is not None and self.reached > first.lasts_until else None
