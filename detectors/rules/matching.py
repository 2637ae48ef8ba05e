"""Whether an alert is what a rule asks for: a pure function that returns its reason.

One principle: what an alert does not say does not meet a rule that asks for it.
"""

from collections.abc import Iterator

from msgspec import UNSET

from detectors.alerting.severity import RANKS
from detectors.model.alerts import Alert
from detectors.model.rules import Rule
from detectors.rules.patterns import any_meets
from detectors.rules.reasons import Reason

COUNT_VOICES = frozenset({"trend", "integrity"})
"""Kinds whose `observed` is people."""


def mismatch(rule: Rule, alert: Alert) -> Reason | None:
    """The first of the rule's demands that the alert does not meet; None: it meets all.

    >>> from tests.streams.examples import ALERT
    >>> mismatch(Rule(rule_id="mine", platforms=("tik*",), min_voices=30), ALERT) is None
    True
    >>> mismatch(Rule(rule_id="mine", scopes=("tier:*",)), ALERT)
    <Reason.SCOPE: 'scope'>
    """
    if rule.kinds and alert.kind not in rule.kinds:
        return Reason.KIND
    if rule.scopes and not any_meets(rule.scopes, [alert.scope]):
        return Reason.SCOPE
    for patterns, names, reason in _named(rule, alert):
        if patterns and not any_meets(patterns, names):
            return reason
    if rule.not_subjects and any_meets(rule.not_subjects, subject_names(alert)):
        return Reason.SUBJECT
    return _too_little(rule, alert)


def subject_names(alert: Alert) -> Iterator[str]:
    """Every name of the alert's subjects, and their words."""
    for subject in (alert.subject, *alert.members):
        for name in (subject.label, subject.id):
            yield name
            yield from name.split()


def values_of(alert: Alert, dimension: str) -> Iterator[str]:
    """What an alert says of a dimension: its scope, who carries it, the post or the creator it is about."""
    named, _, value = alert.scope.partition(":")
    if named == dimension:
        yield value
    for driver in alert.drivers:
        if driver.dimension == dimension:
            yield driver.value
    for about in (alert.performance, alert.conduct):
        told = getattr(about, dimension, None)
        if isinstance(told, str):
            yield told


def _named(rule: Rule, alert: Alert) -> Iterator[tuple[tuple[str, ...], list[str], Reason]]:
    brands = [name for s in (alert.subject, *alert.members) if s.kind == "brand" for name in (s.id, s.label)]
    yield rule.brands, brands, Reason.BRAND
    for patterns, dimension, reason in (
        (rule.campaigns, "campaign", Reason.CAMPAIGN),
        (rule.communities, "community", Reason.COMMUNITY),
        (rule.languages, "language", Reason.LANGUAGE),
        (rule.tiers, "tier", Reason.TIER),
        (rule.platforms, "platform", Reason.PLATFORM),
        (rule.formats, "format", Reason.FORMAT),
    ):
        yield patterns, list(values_of(alert, dimension)) if patterns else [], reason
    yield rule.subjects, list(subject_names(alert)) if rule.subjects else [], Reason.SUBJECT


def _too_little(rule: Rule, alert: Alert) -> Reason | None:
    voices = alert.observed if alert.kind in COUNT_VOICES and alert.unit is UNSET else None
    if rule.min_voices and (voices is None or voices < rule.min_voices):
        return Reason.VOICES
    if RANKS[alert.severity] < RANKS[rule.min_severity]:
        return Reason.SEVERITY
    probability = None if alert.forecast is UNSET else alert.forecast.probability
    if rule.min_probability and (probability is None or probability < rule.min_probability):
        return Reason.PROBABILITY
    if rule.min_surprise and (alert.surprise is None or alert.surprise < rule.min_surprise):
        return Reason.SURPRISE
    return None
