"""How good it would have been: how many a day, how many of them right, how much of what was planted, how early."""

from collections.abc import Sequence
from statistics import median
from typing import Any, NamedTuple

import msgspec

from detectors.model.alerts import Alert
from detectors.model.rules import Rule
from streams.backtest.running import Told
from streams.generator.judge import Report, found
from streams.rules.trial import Trial, trial_of

JUDGED = frozenset({"trend", "post_overperforming", "kpi_anomaly", "data_quality"})
"""Kinds of which the truth says whether they are right."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Of one rule over one stream. None: not known, as there is no truth, or nothing to count.

    Attributes:
        rule: its id.
        first, news: messages. a_day: first messages a day; most_in_a_day: within any 24 hours.
        digests, digest_trends: how many, with how many trends together.
        held: alerts that were not sent, by reason.
        precision: of first messages that the truth can judge, the share that is about something planted.
        recall, recall_posts: share of planted trends, and of planted posts, that were told.
        delay_minutes: from a planted trend's first post to its first message, median.
        lead_hours: from a trend's first message to its greatest, median over trends told; below 0: after it.
    """

    rule: str
    first: int
    news: int
    a_day: float | None
    most_in_a_day: int
    digests: int
    digest_trends: int
    held: dict[str, int]
    precision: float | None = None
    recall: float | None = None
    recall_posts: float | None = None
    delay_minutes: float | None = None
    lead_hours: float | None = None


class Only(msgspec.Struct, frozen=True):
    """A first message of one rule about what the other never sent, and what the other said of it."""

    rule: str
    alert_id: str
    detected_at: str
    kind: str
    scope: str
    label: str
    severity: str
    observed: float
    other: str


class Outcome(NamedTuple):
    """One rule's trial, and its figures."""

    rule: Rule
    trial: Trial
    figures: Figures


def outcome_of(rule: Rule, told: Told, truth: dict[str, Any] | None) -> Outcome:
    """Let a rule decide about what detection told, and count.

    Args:
        truth: what was planted, as `freshet generate --truth` writes it.
    """
    trial = trial_of(rule, told.alerts)
    firsts = trial.firsts
    held = {str(reason): n for reason, n in sorted(trial.reasons.items()) if reason not in ("first", "news")}
    leads = [
        (told.peaks[a.trend_id] - a.detected_at).total_seconds() / 3600 for a in firsts if a.trend_id in told.peaks
    ]
    figures = Figures(
        rule=rule.rule_id,
        first=len(firsts),
        news=len(trial.sent) - len(firsts),
        a_day=_rounded(len(firsts) / told.days) if told.days else None,
        most_in_a_day=_most_in_a_day(firsts),
        digests=len(trial.digests),
        digest_trends=sum(len(digest.held) + digest.left_out for digest in trial.digests),
        held=held,
        lead_hours=_rounded(median(leads)) if leads else None,
    )
    return Outcome(rule, trial, figures if truth is None else _judged(figures, firsts, truth))


def everything(told: Told, truth: dict[str, Any] | None) -> Outcome:
    """What a rule that asks for nothing would have sent: the measure for the others."""
    return outcome_of(Rule(rule_id="all-alerts"), told, truth)


def only(one: Outcome, other: Outcome) -> list[Only]:
    """First messages of one rule about what the other never sent, in order."""
    known = {alert.dedup_key for alert in other.trial.firsts}
    said = {alert.alert_id: str(decision.reason) for alert, decision in other.trial.decisions}
    return [
        Only(
            rule=one.rule.rule_id,
            alert_id=alert.alert_id,
            detected_at=str(msgspec.to_builtins(alert.detected_at)),
            kind=alert.kind,
            scope=alert.scope,
            label=alert.subject.label,
            severity=alert.severity,
            observed=alert.observed,
            other=said[alert.alert_id],
        )
        for alert in one.trial.firsts
        if alert.dedup_key not in known
    ]


def _judged(figures: Figures, firsts: Sequence[Alert], truth: dict[str, Any]) -> Figures:
    as_fired = [msgspec.structs.replace(alert, action="fired") for alert in firsts]  # sent late, it was an update
    report = found(truth, (msgspec.to_builtins(alert) for alert in as_fired))
    judged = sum(alert.kind in JUDGED for alert in firsts)
    wrong = sum(map(len, (report.false, report.unflagged, report.other_posts, report.unexplained)))
    return msgspec.structs.replace(
        figures,
        precision=_rounded(1 - wrong / judged) if judged else None,
        recall=_share(len(report.found), len(report.missed)),
        recall_posts=_share(len(report.hits), len(report.missed_hits)),
        delay_minutes=_delay(report),
    )


def _delay(report: Report) -> float | None:
    return _rounded(median(each.delay_s for each in report.found) / 60) if report.found else None


def _share(yes: int, no: int) -> float | None:
    return _rounded(yes / (yes + no)) if yes + no else None


def _rounded(value: float) -> float:
    return round(value, 3) + 0.0


def _most_in_a_day(alerts: Sequence[Alert]) -> int:
    times = sorted(alert.detected_at.timestamp() for alert in alerts)
    begin = most = 0
    for end, at in enumerate(times):
        while at - times[begin] >= 86_400:
            begin += 1
        most = max(most, end - begin + 1)
    return most
