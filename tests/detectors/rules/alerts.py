"""Alerts for the tests of rules: told in hours of event time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from detectors.model.alerts import Alert, SubjectName, Window
from tests.streams.examples import ALERT

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday, midnight."""


def at(hours: float) -> datetime:
    """So many hours after the beginning."""
    return BEGIN + timedelta(hours=hours)


def alert(trend: str = "t1", hours: float = 0.0, *, revision: int = 0, **changes: Any) -> Alert:
    """News of a trend at an hour, about an hour; each trend has a subject of its own."""
    action = changes.get("action", "fired")
    told = {
        "alert_id": f"{trend}-{revision}-{action}",
        "trend_id": trend,
        "dedup_key": f"default|all|{trend}",
        "revision": revision,
        "detected_at": at(hours),
        "window": Window(at(hours - 1), at(hours)),
        "subject": SubjectName("hashtag", trend, f"#{trend}"),
        "members": (),
        "drivers": (),
        "forecast": msgspec.UNSET,
    }
    return msgspec.structs.replace(ALERT, **{**told, **changes})
