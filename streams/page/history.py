"""A trend's own view: all of its history, everybody who carries it, what its integrity rests on. Pure functions."""

from collections.abc import Iterable, Mapping
from typing import Any

from detectors.model.alerts import Alert, Integrity, Trend, Window
from streams.page import words
from streams.page.band import band
from streams.page.legible import legible
from streams.page.numbers import Language, instant, number, odds, percent
from streams.page.view import alert_view, bucket, driver_view, scope_said, trend_view

MOST_POINTS = 600
"""Points of a trend's history shown, at most: the latest; two days of five-minute buckets."""

FACTS: dict[Language, dict[str, str]] = {
    "en": {
        "first": "First post",
        "origin": "Where it started",
        "breadth": "Communities that speak of it",
        "told": "First seen as a trend",
        "over": "Over since",
        "window": "Window",
        "peak": "Peak",
        "usual": "Usual range",
        "odds": "By chance alone",
        "novelty": "Novelty",
        "per_voice": "Engagements a person",
    },
    "fr": {
        "first": "Premier post",
        "origin": "Où elle a commencé",
        "breadth": "Communautés qui en parlent",
        "told": "Première annonce",
        "over": "Terminée depuis",
        "window": "Fenêtre",
        "peak": "Sommet",
        "usual": "Plage habituelle",
        "odds": "Par hasard seul",
        "novelty": "Nouveauté",
        "per_voice": "Engagements par personne",
    },
}


def history_view(trend: Trend, alerts: Iterable[Alert], language: Language, r_max: float) -> dict[str, Any]:
    """What a trend's own view says.

    Args:
        alerts: those about it, of the last day.
    """
    return {
        **trend_view(trend, language, r_max),
        "points": _points(trend, language, r_max),
        **around(trend, alerts, language),
        "facts": facts_said(_facts(trend, language), language),
    }


def around(record: Trend | Alert, alerts: Iterable[Alert], language: Language) -> dict[str, Any]:
    """What own views of all paces say: what else is part of it, who carries it, its signs, its alerts."""
    told = sorted(alerts, key=lambda alert: (alert.detected_at, alert.revision), reverse=True)
    return {
        "members": [
            {"label": legible(each.label), "kind_said": words.of(words.KINDS, language, each.kind)}
            for each in record.members
        ],
        "all_drivers": [driver_view(driver, language) for driver in record.drivers],
        "signs": _signs(record.integrity, language),
        "clean": _clean(record.integrity, language),
        "timeline": [alert_view(alert, language) for alert in told],
    }


def facts_said(facts: Mapping[str, str | None], language: Language) -> list[dict[str, str]]:
    """Facts by their names in `FACTS`, as rows; None is not said."""
    return [{"name": FACTS[language][name], "said": text} for name, text in facts.items() if text is not None]


def _points(trend: Trend, language: Language, r_max: float) -> list[dict[str, Any]]:
    out = []
    to_end = bucket(trend)
    for point in trend.points[-MOST_POINTS:]:
        low, high = band(point.expected, r_max)
        at = point.start + to_end
        out.append(
            {
                "at": at.timestamp(),
                "at_said": instant(at, language),
                "clock": f"{at:%H:%M}",
                "observed": point.observed,
                "observed_said": number(point.observed, language),
                "expected_said": number(point.expected, language),
                "usual_said": f"{number(low, language)} – {number(high, language)}",
                "lo": low,
                "hi": high,
            }
        )
    return out


def _facts(trend: Trend, language: Language) -> dict[str, str | None]:
    peak = f"{number(trend.peak.observed, language)} ({instant(trend.peak.start + bucket(trend), language)})"
    origin = trend.origin
    return {
        "window": window_said(trend.window, language),
        "first": instant(trend.onset_at, language),
        "origin": None if origin is None else scope_said(f"{origin.dimension}:{origin.value}", language),
        "breadth": None if trend.breadth is None else number(trend.breadth.communities, language),
        "told": instant(trend.first_seen_at, language),
        "peak": peak,
        "usual": None if trend.interval is None else " – ".join(number(each, language) for each in trend.interval),
        "odds": odds(trend.surprise, language),
        "novelty": None if trend.novelty is None else words.of(words.NOVELTY, language, trend.novelty),
        "per_voice": None if trend.engagement_per_voice is None else number(trend.engagement_per_voice, language),
    }


def window_said(window: Window, language: Language) -> str:
    """From when to when, UTC."""
    return f"{instant(window.start, language)} – {instant(window.end, language)}"


def _signs(integrity: Integrity, language: Language) -> list[dict[str, Any]]:
    """What each flag rests on, beside what is usual."""
    usual = "usual" if language == "en" else "habituel"
    return [
        {
            "name": legible(words.of(words.SIGNS, language, sign.name)),
            "share": sign.share,
            "usual": sign.usual,
            "said": f"{percent(sign.share, language)} ({number(sign.count, language)}/{number(sign.of, language)}), "
            f"{usual} {percent(sign.usual, language)}",
        }
        for sign in integrity.signs
    ]


def _clean(integrity: Integrity, language: Language) -> str | None:
    if not integrity.flags or integrity.clean_voices is None:
        return None
    left = number(integrity.clean_voices, language)
    if language == "en":
        return (
            f"Without those who show a flagged sign, {left} people are left. Signs, not a verdict: look at the posts."
        )
    return f"Sans ceux qui portent un indice, il reste {left} personnes. Des indices, pas un verdict : voir les posts."
