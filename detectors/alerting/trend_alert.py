"""The records about an open trend: the alert, and the line on the trends topic."""

from msgspec import UNSET

from detectors.alerting.explain import UNSAID, explained
from detectors.alerting.view import Rule, View
from detectors.model.alerts import Action, Alert, Point, Trend
from detectors.model.stamps import instant
from detectors.outlook.told import NOTHING, Told
from detectors.subjects.columns import hash64
from detectors.trends.lifecycle import Moment
from detectors.trends.trend import OpenTrend


def alert_of(
    trend: OpenTrend, view: View, action: Action, rule: Rule, told: Told = NOTHING, bucket: int | None = None
) -> Alert:
    """The alert about a trend, numbered by its revision.

    Args:
        told: how it may go on.
        bucket: whose closing raised it; without, that of the trend's last moment.
    """
    rule_id = "default"
    alert = Alert(
        alert_id=f"{hash64(f'{rule_id}|{trend.trend_id}|{trend.revision}|{action}'):016x}",
        trend_id=trend.trend_id,
        dedup_key=f"{rule_id}|{trend.first_scope}|{trend.trend_id}",
        revision=trend.revision,
        kind="trend",
        action=action,
        detected_at=view.window.end if bucket is None else instant((bucket + 1) * rule.bucket_s),
        state=trend.state,
        explanation=UNSAID,
        rule_id=rule_id,
        scope=trend.scope,
        config_digest=rule.config_digest,
        forecast=told.forecast,
        forecast_day=told.forecast_day,
        **view._asdict(),
    )
    return explained(alert)


def record_of(trend: OpenTrend, view: View, rule: Rule, told: Told = NOTHING) -> Trend:
    """The line of an open trend: an alert's fields as of now, and its curve."""
    peak = trend.peak or trend.history[-1]
    line = Trend(
        trend_id=trend.trend_id,
        detected_at=view.window.end,
        scope=trend.scope,
        state=trend.state,
        explanation=UNSAID,
        revision=trend.revision,
        first_seen_at=instant((trend.first_bucket + 1) * rule.bucket_s),
        peak=_point(peak, rule),
        points=tuple(_point(m, rule) for m in trend.history),
        config_digest=rule.config_digest,
        forecast=told.forecast,
        forecast_day=told.forecast_day,
        judged=told.judged or UNSET,
        **view._asdict(),
    )
    return explained(line)


def _point(moment: Moment, rule: Rule) -> Point:
    return Point(
        start=instant(moment.bucket * rule.bucket_s), observed=moment.observed, expected=round(moment.expected, 3)
    )
