"""Alerts for the tests of delivery."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from detectors.model.alerts import Alert, Explanation, SubjectName
from streams import clock
from streams.notify.message import Message, message_of
from tests.streams.examples import ALERT

HOSTILE = (
    "@everyone <!channel> <script>alert(1)</script> [win](https://evil.example/x) **bold** `code` | # head "
    "\u202e{{7*7}} ![p](http://evil.example/p.png)\r\nBcc: victim@evil.example\n.\n"
)


def alert(trend: str = "t1", revision: int = 1, **changes: Any) -> Alert:
    """News of a trend, detected now unless said otherwise."""
    action = changes.get("action", "fired")
    known = {
        "alert_id": f"{trend}-{revision}-{action}",
        "trend_id": trend,
        "dedup_key": f"default|all|{trend}",
        "revision": revision,
        "detected_at": datetime.fromtimestamp(clock.now(), UTC),
    }
    return msgspec.structs.replace(ALERT, **{**known, **changes})


def hostile() -> Alert:
    """An alert whose every text is somebody's attempt."""
    name = SubjectName("product", HOSTILE, HOSTILE)
    said = f"“{HOSTILE}” is taking off: 8 people instead of 0.007 expected."
    return alert("evil", subject=name, members=(name,), explanation=Explanation(en=said, fr=said))


def message(one: Alert | None = None, language: Any = "en", page_url: str = "https://page.example/") -> Message:
    """The first message about an alert."""
    one = one or alert()
    return message_of(one, msgspec.json.encode(one), language, page_url)
