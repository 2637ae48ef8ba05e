"""From an anomaly to the alert of the contract. Decides how severe it is, nothing else."""

import math

from detectors.anomalies.anomaly import SHAPES, Anomaly
from detectors.anomalies.series import Series
from detectors.anomalies.wording import explanation, label
from detectors.model.alerts import Alert, Evidence, Severity, State, SubjectName, Trend, Window
from detectors.model.stamps import hashed, instant

RULE = "default"
SEVERITIES: tuple[Severity, ...] = ("info", "info", "warning", "critical")
MUCH = 1.5
VERY_MUCH = 3.0
"""Factors of change, up or down, that weigh one and two steps of severity."""
SHAPE_STATE: State = "emerging"
"""Of a shape: the figure itself goes nowhere."""
WIDE = ("all", "platform")
"""Dimensions whose scopes carry so much of the stream that they weigh another step."""


def alert_of(anomaly: Anomaly, *, config_digest: str) -> Alert:
    """The alert for an anomaly; the same anomaly gives the same alert, ids included.

    Args:
        anomaly: what the judge said.
        config_digest: names the settings that it was found with.
    """
    episode = (anomaly.kind, str(anomaly.series), anomaly.direction, repr(anomaly.opened_at))
    trend_id = hashed(RULE, *episode)
    onset_at = instant(anomaly.onset_at)
    end_at = instant(anomaly.end_at)
    return Alert(
        alert_id=hashed(trend_id, anomaly.action, str(anomaly.revision)),
        trend_id=trend_id,
        dedup_key=f"{RULE}|{anomaly.series.scope}|{trend_id}",
        revision=anomaly.revision,
        kind=anomaly.kind,
        action=anomaly.action,
        detected_at=end_at,
        onset_at=onset_at,
        window=Window(start=instant(anomaly.end_at - anomaly.window_s), end=end_at),
        subject=_subject(anomaly.series),
        members=tuple(_subject(series) for series in anomaly.members),
        scope=anomaly.series.scope,
        state=_state(anomaly),
        severity=severity(anomaly),
        observed=round(anomaly.observed, 1),
        expected=round(anomaly.expected, 1),
        interval=(round(anomaly.interval[0], 1), round(anomaly.interval[1], 1)),
        surprise=anomaly.surprise,
        evidence=Evidence(post_ids=(), posts=0, creators=0, missing=0),
        explanation=explanation(anomaly, f"{onset_at:%Y-%m-%d %H:%M}"),
        rule_id=RULE,
        config_digest=config_digest,
    )


def severity(anomaly: Anomaly) -> Severity:
    """How much it matters: the size of the change and the breadth of its scope, not how sure we are of it.

    Half the likes of a tier is `info`, of a platform `warning`; a third of a platform's left, or none, `critical`. A
    shape, whose sum is as usual, is a `warning` at most.
    """
    if anomaly.action == "resolved":
        return "info"
    change = abs(math.log((anomaly.observed + 0.5) / (anomaly.expected + 0.5)))
    weight = (change >= math.log(MUCH)) + (change >= math.log(VERY_MUCH)) + (anomaly.series.dimension in WIDE)
    return SEVERITIES[min(weight, 2) if anomaly.direction in SHAPES else weight]


def series_of(about: Alert | Trend) -> Series:
    """The series that an alert of subject kind `series` is about."""
    return Series(about.subject.id.partition("|")[0], about.scope)


def of_shape(alert: Alert) -> bool:
    """Whether its numbers are of a shape that lasts: what strays, where the figure itself is as usual."""
    return alert.kind == "kpi_anomaly" and alert.state == SHAPE_STATE


def _state(anomaly: Anomaly) -> State:
    if anomaly.action == "resolved":
        return "ended"
    if anomaly.direction in SHAPES:
        return SHAPE_STATE
    return "rising" if anomaly.direction == "rise" else "declining"


def _subject(series: Series) -> SubjectName:
    return SubjectName(kind="series", id=str(series), label=label(series))
