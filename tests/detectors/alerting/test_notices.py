"""Whether to tell someone about a trend, and why."""

from typing import Any

import pytest

from detectors.alerting.notices import Notice, Reason, notice_of, severity_of

NOW: dict[str, Any] = {
    "revision": 1,
    "state": "rising",
    "was": "rising",
    "severity": "info",
    "told_severity": "info",
    "observed": 15,
    "told_observed": 10,
    "buckets_since": 20,
    "cooldown": 6,
}
"""Told once, a while ago; grown by half since."""


@pytest.mark.parametrize(
    ("changes", "notice"),
    [
        ({}, Notice(None, Reason.NO_NEWS)),
        ({"revision": 0}, Notice("fired", Reason.FIRST)),
        ({"revision": 0, "buckets_since": 0}, Notice("fired", Reason.FIRST)),
        ({"severity": "warning"}, Notice("escalated", Reason.GRAVER)),
        ({"severity": "critical", "told_severity": "warning", "buckets_since": 0}, Notice("escalated", Reason.GRAVER)),
        ({"told_severity": "critical"}, Notice(None, Reason.NO_NEWS)),
        ({"observed": 20}, Notice("updated", Reason.GREW)),
        ({"observed": 19}, Notice(None, Reason.NO_NEWS)),
        ({"observed": 20, "buckets_since": 5}, Notice(None, Reason.COOLDOWN)),
        ({"observed": 20, "buckets_since": 6}, Notice("updated", Reason.GREW)),
        ({"state": "ended"}, Notice("resolved", Reason.ENDED)),
        ({"state": "ended", "buckets_since": 0}, Notice("resolved", Reason.ENDED)),
        ({"state": "ended", "was": "ended"}, Notice(None, Reason.NO_NEWS)),
        ({"state": "resurgent", "was": "ended"}, Notice("updated", Reason.RETURNED)),
        ({"state": "resurgent", "was": "resurgent"}, Notice(None, Reason.NO_NEWS)),
        ({"state": "resurgent", "was": "ended", "buckets_since": 1}, Notice(None, Reason.COOLDOWN)),
        ({"state": "declining"}, Notice(None, Reason.NO_NEWS)),
    ],
)
def test_a_decision_has_its_reason(changes: dict[str, Any], notice: Notice) -> None:
    """First notices, worse news and ends are told at once; growth and returns after a cooldown."""
    assert notice_of(**(NOW | changes)) == notice


@pytest.mark.parametrize(
    ("observed", "growth", "severity"),
    [
        (39, 100.0, "info"),
        (40, None, "warning"),
        (40, -5.0, "warning"),
        (200, 0.1, "critical"),
        (200, 0.0, "warning"),
        (200, None, "warning"),
        (199.9, 50.0, "warning"),
    ],
)
def test_severity_is_size_and_growth(observed: float, growth: float | None, severity: str) -> None:
    """Large and still growing is critical; being sure is not a grade."""
    assert severity_of(observed, growth) == severity
