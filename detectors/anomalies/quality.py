"""An alert that a source cannot be trusted just now. It decides nothing."""

import msgspec

from detectors.anomalies.series import Series
from detectors.model.alerts import Action, Alert, Evidence, Explanation, SubjectName, Window
from detectors.model.stamps import hashed, instant

RULE = "default"


class Trouble(msgspec.Struct):
    """A trouble that lasts: when it was first and last seen (ends of buckets); what was observed, what is usual."""

    opened_at: float
    seen_at: float
    observed: float
    expected: float = 0.0


class Told(msgspec.Struct, frozen=True):
    """How it is told: what it is about, under which name, in words."""

    series: Series
    label: str
    explanation: Explanation


def quality_alert(
    told: Told, trouble: Trouble, action: Action, end_at: float, *, bucket_s: float, config_digest: str
) -> Alert:
    """The alert about a trouble of a source; it is fired once and resolved once.

    Args:
        end_at: of the bucket that raised it, epoch seconds.
    """
    over = action == "resolved"
    trend_id = hashed(RULE, told.series.measure, told.series.scope, repr(trouble.opened_at))
    return Alert(
        alert_id=hashed(trend_id, action),
        trend_id=trend_id,
        dedup_key=f"{RULE}|{told.series.scope}|{trend_id}",
        revision=int(over),
        kind="data_quality",
        action=action,
        detected_at=instant(end_at),
        onset_at=instant(trouble.opened_at - bucket_s),
        window=Window(start=instant(end_at - bucket_s), end=instant(end_at)),
        subject=SubjectName(kind="series", id=str(told.series), label=told.label),
        scope=told.series.scope,
        state="ended" if over else "emerging",
        severity="info" if over else "warning",
        observed=trouble.observed,
        expected=trouble.expected,
        interval=None,
        surprise=None,
        evidence=Evidence(post_ids=(), posts=0, creators=0, missing=0),
        explanation=told.explanation,
        rule_id=RULE,
        config_digest=config_digest,
    )
