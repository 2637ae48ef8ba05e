"""Whether to tell someone about a trend, and why."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.alerting.notices import Notice, Reason, Told, notice_of
from detectors.alerting.severity import RANKS

TOLD = Told(revision=1, action="fired", severity="info", observed=10, occurrence=1, buckets_since=20)
"""Told once, a while ago."""

NOW: dict[str, Any] = {"state": "rising", "severity": "info", "observed": 15, "cooldown": 6}
"""Grown by half since."""

NOTHING = Notice(None, Reason.NO_NEWS)


@pytest.mark.parametrize(
    ("told", "changes", "notice"),
    [
        ({}, {}, NOTHING),
        ({"revision": 0}, {}, Notice("fired", Reason.FIRST)),
        ({"revision": 0, "buckets_since": 0}, {}, Notice("fired", Reason.FIRST)),
        ({"revision": 0}, {"usual": True}, Notice(None, Reason.RECURRING)),
        ({"revision": 0}, {"quiet": True}, NOTHING),
        ({"revision": 0}, {"state": "ended"}, Notice(None, Reason.NEVER_TOLD)),
        ({"revision": 0}, {"state": "ended", "vanished": True}, Notice(None, Reason.NEVER_TOLD)),
        ({}, {"severity": "warning"}, Notice("escalated", Reason.GRAVER)),
        ({"severity": "warning", "buckets_since": 0}, {"severity": "critical"}, Notice("escalated", Reason.GRAVER)),
        ({"severity": "critical"}, {"severity": "info"}, NOTHING),
        ({}, {"observed": 20}, Notice("updated", Reason.GREW)),
        ({}, {"observed": 19}, NOTHING),
        ({"buckets_since": 5}, {"observed": 20}, Notice(None, Reason.COOLDOWN)),
        ({"buckets_since": 6}, {"observed": 20}, Notice("updated", Reason.GREW)),
        ({}, {"state": "ended"}, Notice("resolved", Reason.ENDED)),
        ({"buckets_since": 0}, {"state": "ended", "severity": "critical"}, Notice("resolved", Reason.ENDED)),
        ({"action": "resolved"}, {"state": "ended"}, NOTHING),
        ({"action": "retracted"}, {"state": "ended"}, NOTHING),
        ({"action": "resolved"}, {"state": "ended", "vanished": True}, NOTHING),
        ({"buckets_since": 0}, {"state": "ended", "vanished": True}, Notice("retracted", Reason.VANISHED)),
        ({"action": "resolved"}, {"state": "resurgent", "occurrence": 2}, Notice("updated", Reason.RETURNED)),
        ({"occurrence": 2}, {"state": "resurgent", "occurrence": 2}, NOTHING),
        ({"buckets_since": 1}, {"state": "resurgent", "occurrence": 2}, Notice(None, Reason.COOLDOWN)),
        ({}, {"state": "peaking", "occurrence": 2}, Notice("updated", Reason.RETURNED)),
        ({}, {"state": "resurgent", "occurrence": 2, "usual": True}, Notice(None, Reason.RECURRING)),
        ({}, {"state": "resurgent", "occurrence": 2, "severity": "critical"}, Notice("updated", Reason.RETURNED)),
        ({}, {"state": "declining"}, NOTHING),
    ],
)
def test_a_decision_has_its_reason(told: dict[str, Any], changes: dict[str, Any], notice: Notice) -> None:
    """First notices, worse news and ends are told at once; growth and returns after a cooldown, and not never."""
    assert notice_of(TOLD._replace(**told), **(NOW | changes)) == notice


@given(
    st.builds(Told, st.integers(0, 3), st.none(), st.sampled_from(sorted(RANKS)), st.integers(0, 50)),
    st.sampled_from(["emerging", "rising", "ended", "resurgent"]),
    st.sampled_from(sorted(RANKS)),
    st.integers(0, 100),
)
def test_only_what_is_graver_escalates(told: Told, state: Any, severity: Any, observed: int) -> None:
    """Whatever the rest: never downwards, and never before anything was told."""
    notice = notice_of(told, state=state, severity=severity, observed=observed, cooldown=0)
    if notice.action == "escalated":
        assert told.revision > 0
        assert RANKS[severity] > RANKS[told.severity]
    assert (notice.action == "fired") == (told.revision == 0 and state != "ended")
