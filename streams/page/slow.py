"""A slow trend as the page says it: an alert about a day or a week that counts voice-hours. Pure functions."""

from collections.abc import Iterable
from typing import Any, get_args

from detectors.model.alerts import Alert, Severity
from streams.page import words
from streams.page.history import around, facts_said, window_said
from streams.page.numbers import Language, instant, number, odds
from streams.page.view import STILL, told_view

KEPT_S = 30 * 86_400.0
"""How long one whose end never came is shown, seconds: alerts stay on their topic for as long."""

HINT = b"voice-hours"
"""Without it a record is about no slow trend: most alerts need not be read to know."""

DAY_H = 24


def is_slow(alert: Alert) -> bool:
    """Whether an alert is about a slow trend: it says itself that it counts voice-hours."""
    return alert.kind == "trend" and alert.unit == "voice-hours"


def hours_of(alert: Alert) -> int:
    """Length of its window."""
    return max(1, round((alert.window.end - alert.window.start).total_seconds() / 3600))


def slow_rank(alert: Alert) -> list[float]:
    """Its place among all trends: as bursts have theirs, by the people of an average hour."""
    above = (alert.observed - (alert.expected or 0.0)) / hours_of(alert)
    return [float(alert.state not in STILL), float(get_args(Severity).index(alert.severity)), round(above, 3)]


def slow_view(alert: Alert, language: Language) -> dict[str, Any]:
    """What its card says: as of any trend, but voice-hours, and no curve, growth or forecast."""
    pace = "day" if hours_of(alert) <= DAY_H else "week"
    return {
        **told_view(alert, language),
        "pace": pace,
        "pace_said": words.of(words.PACES, language, pace),
        "rank": slow_rank(alert),
        "hourly": _hourly(alert, language),
        "growth": None,
        "forecast": None,
        "compared": _compared(alert),
        "alt": _compared_said(alert, language),
    }


def slow_history(alert: Alert, alerts: Iterable[Alert], language: Language) -> dict[str, Any]:
    """What its own view says.

    Args:
        alerts: those about it, of the last day.
    """
    breadth, interval, over = alert.breadth, alert.interval, alert.state in STILL
    facts = {
        "window": window_said(alert.window, language),
        "breadth": None if breadth is None else number(breadth.communities, language),
        "told": None if over else instant(alert.detected_at, language),
        "over": instant(alert.detected_at, language) if over else None,
        "usual": None if interval is None else " – ".join(number(each, language) for each in interval),
        "odds": odds(alert.surprise, language),
    }
    return {**slow_view(alert, language), **around(alert, alerts, language), "facts": facts_said(facts, language)}


def _hourly(alert: Alert, language: Language) -> str:
    """Voice-hours in plain words: people in an average hour of the window."""
    now = alert.observed / hours_of(alert)
    said = number(now, language)
    usual = None if alert.expected is None else number(alert.expected / hours_of(alert), language)
    if language == "en":
        people = "person" if said == "1" else "people"
        return f"{said} {people} in an average hour" + ("" if usual is None else f", {usual} usual")
    people = "personnes" if now >= 2 else "personne"
    return f"{said} {people} dans une heure moyenne" + ("" if usual is None else f", {usual} d'habitude")


def _compared(alert: Alert) -> dict[str, float | None]:
    """For the picture: what was observed and expected, and the usual range."""
    low, high = alert.interval or (None, None)
    return {"observed": alert.observed, "expected": alert.expected, "lo": low, "hi": high}


def _compared_said(alert: Alert, language: Language) -> str:
    """The picture in words, for who does not see it."""
    observed = number(alert.observed, language)
    usual = None if alert.interval is None else [number(each, language) for each in alert.interval]
    if language == "en":
        return f"{observed} voice-hours" + ("." if usual is None else f"; usual are {usual[0]} to {usual[1]}.")
    return f"{observed} voix-heures" + ("." if usual is None else f" ; d'habitude {usual[0]} à {usual[1]}.")
