"""The integrity alert: explains the trend's own alert, which it holds back or goes with. It decides nothing."""

from detectors.alerting.view import Rule, View
from detectors.integrity.wording import Told, integrity_explanation
from detectors.model.alerts import Alert
from detectors.subjects.columns import hash64
from detectors.trends.trend import OpenTrend


def integrity_alert(trend: OpenTrend, view: View, rule: Rule, *, held: bool) -> Alert:
    """The alert, fired once a trend.

    Args:
        held: whether the trend's own alert waits.
    """
    rule_id, scope = "integrity", "all"
    told = Told(
        view.subject.label,
        view.observed,
        view.expected,
        view.integrity.clean_voices or 0.0,
        view.integrity.signs,
        held,
    )
    return Alert(
        alert_id=f"{hash64(f'{rule_id}|{trend.trend_id}|1|fired'):016x}",
        trend_id=trend.trend_id,
        dedup_key=f"{rule_id}|{scope}|{trend.trend_id}",
        revision=1,
        kind="integrity",
        action="fired",
        detected_at=view.window.end,
        state=trend.state,
        explanation=integrity_explanation(told),
        rule_id=rule_id,
        scope=scope,
        config_digest=rule.config_digest,
        **view._asdict(),
    )
