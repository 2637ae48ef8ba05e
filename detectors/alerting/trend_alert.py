"""The records about an open trend: the alert, and the line on the trends topic."""

from detectors.alerting.explain import trend_explanation
from detectors.alerting.view import Rule, View, instant
from detectors.model.alerts import Action, Alert, Explanation, Point, State, Trend
from detectors.subjects.columns import hash64
from detectors.trends.trend import OpenTrend


def alert_of(trend: OpenTrend, view: View, action: Action, rule: Rule) -> Alert:
    """The alert about a trend, numbered by its revision."""
    rule_id, scope = "default", "all"
    return Alert(
        alert_id=f"{hash64(f'{rule_id}|{trend.trend_id}|{trend.revision}|{action}'):016x}",
        trend_id=trend.trend_id,
        dedup_key=f"{rule_id}|{scope}|{trend.trend_id}",
        revision=trend.revision,
        kind="trend",
        action=action,
        detected_at=view.window.end,
        state=trend.state,
        explanation=_explanation(view, action, trend.state),
        rule_id=rule_id,
        scope=scope,
        config_digest=rule.config_digest,
        **view._asdict(),
    )


def record_of(trend: OpenTrend, view: View, rule: Rule) -> Trend:
    """The line of an open trend: an alert's fields as of now, and its curve."""
    points = tuple(_point(m.bucket, m.observed, m.expected, rule) for m in trend.history)
    peak = trend.peak or trend.history[-1]
    return Trend(
        trend_id=trend.trend_id,
        detected_at=view.window.end,
        scope="all",
        state=trend.state,
        engagement_per_voice=None,
        explanation=_explanation(view, "resolved" if trend.state == "ended" else "updated", trend.state),
        revision=trend.revision,
        first_seen_at=instant((trend.first_bucket + 1) * rule.bucket_s),
        peak=_point(peak.bucket, peak.observed, peak.expected, rule),
        points=points,
        config_digest=rule.config_digest,
        **view._asdict(),
    )


def _explanation(view: View, action: Action, state: State) -> Explanation:
    return trend_explanation(
        action=action,
        state=state,
        label=view.subject.label,
        observed=view.observed,
        expected=view.expected,
        onset_at=view.onset_at,
        drivers=view.drivers,
        creators=view.evidence.creators,
        posts=view.evidence.posts,
    )


def _point(bucket: int, observed: float, expected: float, rule: Rule) -> Point:
    return Point(start=instant(bucket * rule.bucket_s), observed=observed, expected=round(expected, 3))
