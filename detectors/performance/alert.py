"""From a post that outperforms to the alert of the contract. Decides how severe it is, nothing else."""

import msgspec
from msgspec import UNSET

from detectors.model.alerts import Action, Alert, Evidence, Severity, SubjectName, Window
from detectors.model.forecasts import Forecast, Judged
from detectors.model.performance import Performance
from detectors.model.stamps import hashed, instant
from detectors.performance.history import AGES_S, HOUR_S
from detectors.performance.judged import Standout
from detectors.performance.wording import explanation

RULE = "default"

MUCH, MANY = 3.0, 100.0
VERY_MUCH, VERY_MANY = 10.0, 1000.0
"""Times as many as expected, and how many more, that make a `warning` and make it `critical`: both must be reached. The
number keeps small accounts, which multiply easily, from being grave."""


class Told(msgspec.Struct, array_like=True):
    """A post that was told of: what was said last, its own ids, and those forecasts about it whose time came."""

    post: Standout
    surprise: float
    post_id: str
    creator_id: str
    revision: int = 0
    forecast: Forecast | None = None
    judged: tuple[Judged, ...] = ()


def alert_of(told: Told, action: Action, bucket: int, *, bucket_s: float, config_digest: str) -> Alert:
    """The alert about a post; the same post gives the same ids.

    Args:
        bucket: whose closing raised it.
    """
    post = told.post
    trend_id = hashed(RULE, "post_overperforming", post.platform, told.post_id)
    scope = f"creator:{told.creator_id}"
    made_at = post.made * bucket_s
    performance = performance_of(post)
    low, high = post.low, post.high
    over = action in ("resolved", "retracted")
    forecast = None if over else told.forecast
    return Alert(
        alert_id=hashed(trend_id, action, str(told.revision)),
        trend_id=trend_id,
        dedup_key=f"{RULE}|{scope}|{trend_id}",
        revision=told.revision,
        kind="post_overperforming",
        action=action,
        detected_at=instant((bucket + 1) * bucket_s),
        onset_at=instant(made_at),
        window=Window(start=instant(made_at), end=instant(made_at + AGES_S[post.age])),
        subject=SubjectName(kind="post", id=told.post_id, label=told.post_id),
        scope=scope,
        state="ended" if over else "rising",
        severity="info" if over else severity(post.observed, post.expected),
        observed=float(post.observed),
        expected=post.expected,
        interval=(low, high),
        surprise=told.surprise,
        forecast=forecast or UNSET,
        judged=told.judged or UNSET,
        performance=performance,
        evidence=Evidence(post_ids=(told.post_id,), posts=1, creators=1, missing=0),
        explanation=explanation(action, post, performance, forecast, told.judged),
        rule_id=RULE,
        config_digest=config_digest,
    )


def performance_of(post: Standout) -> Performance:
    """What the comparison stands on."""
    return Performance(
        age_hours=AGES_S[post.age] / HOUR_S,
        times_expected=round(post.observed / post.expected, 1) if post.expected > 0 else None,
        creator_posts=post.own,
        similar_posts=post.pool,
        paid=post.paid,
        platform=post.platform or None,
        format=post.format or None,
        tier=post.tier or None,
    )


def severity(observed: float, expected: float) -> Severity:
    """How much it matters: how many times the other the greater of both is, and how many more; not how sure we are."""
    more, less = max(observed, expected), min(observed, expected)

    def reaches(times: float, people: float) -> bool:
        return more >= times * less and more - less >= people

    if reaches(VERY_MUCH, VERY_MANY):
        return "critical"
    return "warning" if reaches(MUCH, MANY) else "info"
