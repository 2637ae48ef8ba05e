"""Trends, alerts and figures for the tests of the page, made from the whole ones of `examples`."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from detectors.model.alerts import Alert, Driver, IntegritySign, Point, SubjectName, Trend, Window
from detectors.model.forecasts import Forecast
from detectors.model.kpis import Figure, Kpi
from tests.streams.examples import ALERT, AT, KPI, TREND

POINTS = tuple(Point(AT - timedelta(minutes=5 * (9 - i)), 4.0 * i, 4.2) for i in range(9))
"""The last starts a bucket before the window's end."""

HOSTILE = '<script>window.ran = 1</script><img src=x onerror="window.ran = 1">'


def trend(trend_id: str = "t1", **changes: Any) -> Trend:
    """A rising trend with everything known about it."""
    known = {
        "trend_id": trend_id,
        "expected": 4.2,
        "interval": (1.0, 9.0),
        "surprise": 21.4,
        "doubling_time_hours": 1.5,
        "points": POINTS,
        "peak": POINTS[-1],
        "drivers": (Driver("tier", "nano", 0.55), Driver("language", "fr", 1.0), Driver("platform", "tiktok", 0.9)),
    }
    return msgspec.structs.replace(TREND, **{**known, **changes})


def named(trend_id: str, label: str, **changes: Any) -> Trend:
    """A trend about a hashtag."""
    return trend(trend_id, subject=SubjectName("hashtag", label.strip("#").lower(), label), **changes)


def alert(alert_id: str = "a1", **changes: Any) -> Alert:
    """An alert about a trend."""
    return msgspec.structs.replace(ALERT, alert_id=alert_id, **changes)


def slow(trend_id: str = "s1", label: str = "#SlowBread", hours: int = 24, **changes: Any) -> Alert:
    """An alert about a slow trend: 312 voice-hours where 96 were expected, in a window of so many hours."""
    known = {
        "subject": SubjectName("hashtag", label.strip("#").lower(), label),
        "trend_id": trend_id,
        "dedup_key": f"default|all|{trend_id}",
        "window": Window(AT - timedelta(hours=hours), AT),
        "unit": "voice-hours",
        "observed": 312.0,
        "expected": 96.0,
        "interval": (60.0, 139.0),
        "forecast": msgspec.UNSET,
        "drivers": (Driver("community", "baking", 0.6), Driver("language", "en", 1.0)),
    }
    return alert(**{"alert_id": f"{trend_id}-a", **known, **changes})


def hostile(trend_id: str = "evil") -> Trend:
    """A trend whose every text is somebody's attempt."""
    name = SubjectName("hashtag", HOSTILE, HOSTILE)
    said = msgspec.structs.replace(TREND.explanation, en=HOSTILE, fr=HOSTILE)
    signs = (IntegritySign(HOSTILE, 0.9, 0.1, 9, 10, 5.0),)
    return trend(
        trend_id,
        subject=name,
        members=(name,),
        scope=f"community:{HOSTILE}",
        drivers=(Driver("community", HOSTILE, 0.9), Driver(HOSTILE, "x", 0.9), Driver("language", HOSTILE, 0.4)),
        evidence=msgspec.structs.replace(TREND.evidence, post_ids=(HOSTILE, "p2", "p3")),
        integrity=msgspec.structs.replace(TREND.integrity, flags=(HOSTILE,), signs=signs),
        explanation=said,
        forecast=Forecast(6.0, 200.0, 0.4, (80.0, 310.0), HOSTILE, 12, 0.2),
    )


def value(record: Trend | Alert | Kpi) -> bytes:
    """As on the topic."""
    return msgspec.json.encode(record)


def figures(*made: Figure, scope: str = "campaign:spring", hours: int = 0, day: bool = False, revision: int = 0) -> Kpi:
    """Figures of one window: so many hours after 10 o'clock of the first day of 2026, or its day."""
    start = datetime(2026, 1, 1, 0 if day else 10, tzinfo=UTC) + timedelta(hours=hours)
    window = f"{start:%Y-%m-%dT%H:%M:%SZ}/{'P1D' if day else 'PT1H'}"
    known = {"scope": scope, "window": window, "revision": revision, "figures": made}
    return msgspec.structs.replace(KPI, **known)


def kpi(views: int = 0, net: int = 0, currency: str = "EUR", **where: Any) -> Kpi:
    """Views, a tenth of them engaged, and net sales in one currency; see `figures`."""
    value = None if views == 0 else 0.1
    engaged = {"value": value, "numerator": views // 10, "denominator": views, "interval": value and (0.08, 0.12)}
    made = [
        Figure(name="views", unit="count", value=views, numerator=views),
        Figure(name="engagement_rate_by_views", unit="share", **engaged),  # type: ignore[arg-type]
    ]
    if net:
        made.append(Figure(name="gmv_net", unit="minor units", value=net, numerator=net, currency=currency))
    return figures(*made, **where)
