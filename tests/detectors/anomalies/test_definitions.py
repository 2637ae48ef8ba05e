"""A platform that counts otherwise is told of once."""

from detectors.anomalies.definitions import CALM_S, DefinitionWatch
from detectors.anomalies.series import Series

TIKTOK = Series("redefined", "platform:tiktok")
AT = 1_800_000_000.0


def watch() -> DefinitionWatch:
    return DefinitionWatch(bucket_s=300.0, config_digest="d")


def test_a_change_is_told_once_and_its_end_once() -> None:
    """However many totals it hits, and for how long; after a day without any it is over."""
    w = watch()
    told = [w.step(AT + 300.0 * n, {TIKTOK: 5} if n < 10 else {}) for n in range(400)]
    alerts = [(n, alert) for n, news in enumerate(told) for alert in news]
    assert [(n, a.action, a.revision, a.observed) for n, a in alerts] == [
        (0, "fired", 0, 5.0),
        (9 + CALM_S / 300, "resolved", 1, 50.0),
    ]
    fired, resolved = (alert for _, alert in alerts)
    assert (fired.kind, fired.scope, fired.severity) == ("data_quality", "platform:tiktok", "warning")
    assert fired.trend_id == resolved.trend_id
    assert "5 totals" in fired.explanation.en
    assert "5 totaux" in fired.explanation.fr


def test_it_goes_on_from_a_snapshot() -> None:
    """What is open stays open, and keeps its id."""
    whole, cut = watch(), watch()
    whole.step(AT, {TIKTOK: 1})
    cut.restore(whole.snapshot())
    for n in range(1, 300):
        assert cut.step(AT + 300.0 * n, {}) == whole.step(AT + 300.0 * n, {})
