"""Readers' rules as the page says them: what each asks for, how many, when, and what was refused. Pure functions."""

import math
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from detectors.model.rules import Mute, Rule
from detectors.rules.budget import Budget
from streams.page import words
from streams.page.legible import legible
from streams.page.numbers import Language, duration, instant, number, percent
from streams.page.rule_words import ASKED, SAID
from streams.refusals import Refused

LISTS = (
    "scopes",
    "brands",
    "campaigns",
    "communities",
    "languages",
    "tiers",
    "platforms",
    "formats",
    "subjects",
    "not_subjects",
)
"""Fields that name patterns, in the order in which they are said."""

EXPLAINED = 1200
"""Characters of a refusal shown, at most."""


def rules_view(rules: Mapping[str, Rule], refused: Mapping[str, Refused], language: Language) -> dict[str, Any]:
    """All rules, silenced ones last, and the records that cannot be used; whether an older rule stands for each."""
    return {
        "rules": [rule_view(rule, language) for rule in sorted(rules.values(), key=lambda rule: not rule.enabled)],
        "refused": [
            {"id": legible(key) or "?", "why": legible(said.message, EXPLAINED), "stands": key in rules}
            for key, said in refused.items()
        ],
    }


def rule_view(rule: Rule, language: Language) -> dict[str, Any]:
    """One rule: names and patterns as its author wrote them, the rest in words."""
    return {
        "id": rule.rule_id,
        "name": legible(rule.name) or rule.rule_id,
        "enabled": rule.enabled,
        "asks": list(_asks(rule, language)),
        "many": many_said(rule, language),
        "when": list(_when(rule, language)),
        "mutes": [_mute(mute, language) for mute in rule.mutes],
    }


def many_said(rule: Rule, language: Language) -> str:
    """How many alerts a rule lets through.

    >>> many_said(Rule(rule_id="a", alerts_a_day=5), "en")
    'The best 5 a day, in no 24 hours more than 6.'
    """
    said = SAID[language]
    if rule.false_share is not None:
        return said["false_share"].format(share=percent(rule.false_share, language))
    if rule.alerts_a_day is None:
        return said["all"]
    if rule.alerts_a_day < 1:
        return said["seldom"].format(days=number(1 / rule.alerts_a_day, language))
    most = number(Budget(rule.alerts_a_day).cap, language)
    return said["a_day"].format(n=number(rule.alerts_a_day, language), most=most)


def _asks(rule: Rule, language: Language) -> Iterator[dict[str, Any]]:
    """What an alert must have: a name and the values of which one is enough."""
    kinds = [words.of(words.ALERT_KINDS, language, kind) for kind in rule.kinds]
    patterns = ((name, [legible(each) for each in getattr(rule, name)]) for name in LISTS)
    for name, values in (("kinds", kinds), *patterns, *_least(rule, language)):
        if values:
            yield {"field": name, "said": ASKED[language][name], "values": values}


def _least(rule: Rule, language: Language) -> Iterator[tuple[str, list[str]]]:
    said = SAID[language]
    if rule.min_severity != "info":
        severity = words.of(words.SEVERITIES, language, rule.min_severity)
        yield (
            "min_severity",
            [said["or_graver"].format(severity=severity) if rule.min_severity == "warning" else severity],
        )
    if rule.min_voices:
        yield "min_voices", [said["people"].format(n=number(rule.min_voices, language))]
    if rule.min_probability:
        yield "min_probability", [said["at_least"].format(n=percent(rule.min_probability, language))]
    if rule.min_surprise:
        yield "min_surprise", [said["chance"].format(n=number(math.floor(rule.min_surprise), language))]


def _when(rule: Rule, language: Language) -> Iterator[str]:
    """Quiet hours, digest, cooldown; nothing: at once, at any time."""
    said, zone = SAID[language], legible(rule.zone)
    if rule.quiet_from is not None:
        yield said["quiet"].format(start=rule.quiet_from, end=rule.quiet_to, zone=zone)
        if rule.quiet_lets is not None:
            yield said[f"lets_{rule.quiet_lets}"]
        if rule.digest_at is None:
            yield said["after_quiet"]
    if rule.digest_at is not None:
        yield said["digest"].format(at=rule.digest_at, zone=zone)
    if rule.cooldown_s:
        yield said["cooldown"].format(time=duration(rule.cooldown_s / 3600, language))


def _mute(mute: Mute, language: Language) -> dict[str, Any]:
    return {
        "subject": None if mute.subject is None else legible(mute.subject),
        "trend": None if mute.trend_id is None else legible(mute.trend_id),
        "until_said": SAID[language]["until"].format(at=instant(mute.until.astimezone(UTC), language)),
    }
