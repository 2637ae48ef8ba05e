"""Was what was planted found? Compares a stream's truth with the alerts about it. Judges only; it reads no topic."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from detectors.model.alerts import Alert
from streams.generator.matching import Planted, planted_in, same_talk
from streams.generator.truth import Disturbance, Truth

GRACE = timedelta(hours=2)
"""A trend may still be reported this long after its last post: its window holds it, and small ones need time."""

NOTICE = timedelta(minutes=30)
"""A disturbance may be reported this long after its end: models wait for closed buckets, recovery is a jump too."""

FIGURES = ("kpi_anomaly", "data_quality")


class Found(msgspec.Struct, frozen=True):
    """A planted trend and the first alert about it; `delay_s` runs from its first post to `detected_at`."""

    label: str
    alert_id: str
    delay_s: float
    duplicates: int


class Report(msgspec.Struct, frozen=True):
    """The verdict. Trends by label, alerts by id.

    `false`: trend alerts about nothing planted, or about copies that should have stayed unnoticed. `flagged` and
    `unflagged`: trend alerts about sock puppets, with and without an integrity flag. `collapse_seen`, `outage_seen`:
    None if none was planted. `unexplained`: alerts about figures while no disturbance ran. `hits`, `missed_hits`: posts
    planted to outperform, by id, told and not; `other_posts`: alerts about other posts.
    """

    found: tuple[Found, ...]
    missed: tuple[str, ...]
    false: tuple[str, ...]
    flagged: tuple[str, ...]
    unflagged: tuple[str, ...]
    collapse_seen: bool | None
    outage_seen: bool | None
    unexplained: tuple[str, ...]
    hits: tuple[str, ...] = ()
    missed_hits: tuple[str, ...] = ()
    other_posts: tuple[str, ...] = ()

    @property
    def duplicates(self) -> int:
        """Alerts beyond the first, over all trends."""
        return sum(found.duplicates for found in self.found)


def found(truth: Mapping[str, Any], alerts: Iterable[Mapping[str, Any]]) -> Report:
    """Judge alerts (dicts as on the topic, any order) by the truth of their stream.

    Only what was fired counts. An alert is about a planted trend if most of its evidence is that trend's posts, or its
    subjects bear the trend's names, and it came between the first post and two hours after the last. Alerts for another
    scope than the first one are no duplicates: they are another subscriber's news.
    """
    plan = msgspec.convert(truth, Truth)
    fired = [msgspec.convert(alert, Alert) for alert in alerts if alert["action"] == "fired"]
    fired.sort(key=lambda alert: (alert.detected_at, alert.alert_id))
    about: dict[str, list[Alert]] = {trend.label: [] for trend in plan.trends}
    loose: dict[str, list[str]] = {"false": [], "flagged": [], "unflagged": []}
    planted = planted_in(plan)
    for alert in fired:
        if alert.kind == "trend":
            match = same_talk(alert, planted, GRACE)
            if match is not None and match.label in about:
                about[match.label].append(alert)
            else:
                loose[_fate(alert, match)].append(alert.alert_id)
    figures = [alert for alert in fired if alert.kind in FIGURES]
    posts = {alert.subject.id: alert.alert_id for alert in fired if alert.kind == "post_overperforming"}
    hits = [hit.post_id for hit in plan.hits]
    return Report(
        found=tuple(_found(trend, about[trend.label]) for trend in planted if about.get(trend.label)),
        missed=tuple(label for label, its in about.items() if not its),
        false=tuple(loose["false"]),
        flagged=tuple(loose["flagged"]),
        unflagged=tuple(loose["unflagged"]),
        collapse_seen=_seen(plan.collapse, figures),
        outage_seen=_seen(plan.outage, figures),
        unexplained=tuple(
            a.alert_id for a in figures if not any(_during(d, a) for d in (plan.collapse, plan.outage) if d)
        ),
        hits=tuple(hit for hit in hits if hit in posts),
        missed_hits=tuple(hit for hit in hits if hit not in posts),
        other_posts=tuple(alert_id for post_id, alert_id in posts.items() if post_id not in hits),
    )


def _fate(alert: Alert, match: Planted | None) -> str:
    """What an alert that is about no planted trend counts as."""
    if match is None or match.expected == "silence":
        return "false"
    return "flagged" if alert.integrity.flags else "unflagged"


def _found(trend: Planted, alerts: Sequence[Alert]) -> Found:
    first = alerts[0]
    delay_s = (first.detected_at - trend.start_at).total_seconds()
    return Found(trend.label, first.alert_id, delay_s, sum(alert.scope == first.scope for alert in alerts) - 1)


def _seen(disturbance: Disturbance | None, figures: Sequence[Alert]) -> bool | None:
    """Whether any alert names the disturbed platform in time."""
    if disturbance is None:
        return None
    scope = f"platform:{disturbance.platform}"
    return any(alert.scope == scope and _during(disturbance, alert) for alert in figures)


def _during(disturbance: Disturbance, alert: Alert) -> bool:
    return disturbance.start_at <= alert.detected_at <= disturbance.end_at + NOTICE
