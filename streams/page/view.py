"""An open trend, and an alert, as the page says them: pure functions from a record to plain values for the browser."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, get_args

from msgspec import UNSET

from detectors.alerting.english import ENGLISH
from detectors.alerting.french import FRENCH
from detectors.model.alerts import Alert, Driver, Evidence, Point, Severity, Trend
from detectors.model.alerts import State as TrendState
from detectors.model.forecasts import Forecast
from streams.page import words
from streams.page.band import band
from streams.page.legible import legible
from streams.page.numbers import Language, duration, instant, number, percent, signed, times

SPARK_POINTS = 48
"""Points of a sparkline, at most: the latest."""

EXPLAINED = 1200
"""Characters of an explanation shown, at most."""

FLAGS = {"en": ENGLISH.flags, "fr": FRENCH.flags}

STILL: frozenset[TrendState] = frozenset({"ended"})
"""States of a trend that is not open any more."""


def trend_view(trend: Trend, language: Language, r_max: float) -> dict[str, Any]:
    """What a trend's card says.

    Args:
        r_max: `detection.r_max`: the band is drawn by the formula of the record's own interval.
    """
    return {
        **told_view(trend, language),
        "pace": "burst",
        "pace_said": words.of(words.PACES, language, "burst"),
        "rank": rank(trend),
        "peak": number(trend.peak.observed, language),
        **_growth(trend, language),
        "forecast": None if trend.forecast is UNSET else forecast_said(trend.forecast, language),
        "spark": spark(trend.points, r_max),
        "alt": spark_said(trend, language),
    }


def told_view(record: Trend | Alert, language: Language) -> dict[str, Any]:
    """What is said alike of trends of every pace."""
    spoken = [driver.value for driver in record.drivers if driver.dimension == "language"]
    return {
        **_named(record),
        "id": record.trend_id,
        "kind_said": words.of(words.KINDS, language, record.subject.kind),
        "scope": legible(record.scope),
        "scope_said": scope_said(record.scope, language),
        "state": record.state,
        "state_said": words.of(words.STATES, language, record.state),
        "severity": record.severity,
        "severity_said": words.of(words.SEVERITIES, language, record.severity),
        "languages": [legible(each) for each in spoken],
        "languages_said": [language_said(each, language) for each in spoken],
        **_size(record, language),
        "drivers": [driver_view(driver, language) for driver in record.drivers if driver.dimension != "language"],
        "explanation": legible(getattr(record.explanation, language), EXPLAINED),
        "posts": posts_view(record.evidence, language),
        "flags": [legible(FLAGS[language].get(flag, flag.replace("_", " "))) for flag in record.integrity.flags],
        "updated": instant(record.window.end, language),
    }


def alert_view(alert: Alert, language: Language) -> dict[str, Any]:
    """What a line among the alerts of the day says."""
    return {
        **_named(alert),
        "id": alert_key(alert),
        "trend": alert.trend_id if alert.kind == "trend" else None,
        "about": alert.trend_id,
        "alert_kind": alert.kind,
        "alert_kind_said": kind_said(alert, language),
        "action": alert.action,
        "action_said": words.of(words.ACTIONS, language, alert.action),
        "severity": alert.severity,
        "severity_said": words.of(words.SEVERITIES, language, alert.severity),
        "scope_said": scope_said(alert.scope, language),
        "at": alert.detected_at.timestamp(),
        "at_said": instant(alert.detected_at, language),
        "explanation": legible(getattr(alert.explanation, language), EXPLAINED),
    }


def kind_said(alert: Alert, language: Language) -> str:
    """What an alert is about; what grows slowly is no burst, and says so."""
    return words.of(words.ALERT_KINDS, language, "slow_trend" if alert.unit == "voice-hours" else alert.kind)


def alert_key(alert: Alert) -> str:
    """One alert, however often it was published."""
    return f"{alert.alert_id}.{alert.revision}.{alert.action}"


def rank(trend: Trend) -> list[float]:
    """What trends are ranked by, the greatest first: open ones, then severity, then people above what is expected."""
    return [
        float(trend.state not in STILL),
        float(get_args(Severity).index(trend.severity)),
        round(trend.observed - (trend.expected or 0.0), 3),
    ]


def scope_said(scope: str, language: Language) -> str:
    """A scope in words.

    >>> scope_said("all", "en"), scope_said("platform:tiktok", "fr"), scope_said("language:fr", "en")
    ('Everywhere', 'Plateforme tiktok', 'Language French')
    """
    if scope == "all":
        return words.SCOPES[language]
    dimension, _, value = scope.partition(":")
    said = language_said(value, language) if dimension == "language" else legible(value)
    return f"{legible(words.of(words.DIMENSIONS, language, dimension))} {said}"


def language_said(code: str, language: Language) -> str:
    """The name of a language; its code where the page has no name for it."""
    return words.LANGUAGE_NAMES[language].get(code, legible(code))


def driver_view(driver: Driver, language: Language) -> dict[str, Any]:
    """Who carries a trend, with the share, 0 to 1."""
    value = language_said(driver.value, language) if driver.dimension == "language" else legible(driver.value)
    if driver.dimension == "engagement":
        value = words.of(words.ENGAGEMENTS, language, driver.value)
    return {
        "dimension": legible(driver.dimension),
        "dimension_said": legible(words.of(words.DIMENSIONS, language, driver.dimension)),
        "value": value.replace("_", " "),
        "share": driver.share,
        "share_said": percent(driver.share, language),
    }


def forecast_said(forecast: Forecast, language: Language) -> dict[str, Any]:
    """The promise, its range, and how good such promises have been (Brier score, lower is better)."""

    def n(value: float) -> str:
        return number(value, language)

    chance, within = percent(forecast.probability, language), duration(forecast.horizon_hours, language)
    low, high = forecast.interval
    if language == "en":
        said = f"{chance} chance of {n(forecast.target)} people within {within}"
        more = f"probably {n(low)} to {n(high)}; {legible(forecast.model)}, {n(forecast.n)} promises so far, Brier "
    else:
        said = f"{chance} de chances d'atteindre {n(forecast.target)} personnes en {within}"
        more = (
            f"sans doute {n(low)} à {n(high)} ; {legible(forecast.model)}, {n(forecast.n)} prévisions à ce jour, Brier "
        )
    brier = f"{forecast.brier:.2f}" if language == "en" else f"{forecast.brier:.2f}".replace(".", ",")
    return {"said": said, "more": more + brier, "probability": forecast.probability}


def posts_view(evidence: Evidence, language: Language) -> dict[str, Any]:
    """How many posts there are to look at, and which."""

    def n(value: int, one: str, many: str) -> str:
        plural = value != 1 if language == "en" else value >= 2
        return f"{number(value, language)} {many if plural else one}"

    if language == "en":
        said = f"{n(evidence.posts, 'post', 'posts')} by {n(evidence.creators, 'creator', 'creators')}"
        gone = f"{n(evidence.missing, 'post', 'posts')} could not be read" if evidence.missing else None
    else:
        said = f"{n(evidence.posts, 'post', 'posts')} de {n(evidence.creators, 'créateur', 'créateurs')}"
        gone = f"{n(evidence.missing, 'post illisible', 'posts illisibles')}" if evidence.missing else None
    return {"said": said, "missing": gone, "ids": [legible(each, 128) for each in evidence.post_ids]}


def spark(points: Sequence[Point], r_max: float) -> dict[str, list[float]]:
    """The latest points for a small picture.

    Shapes: `t` minutes since the first of them, `o` people, `lo` and `hi` the usual range; as long as each other.
    """
    latest = points[-SPARK_POINTS:]
    bands = [band(point.expected, r_max) for point in latest]
    return {
        "t": [round((point.start - latest[0].start).total_seconds() / 60) for point in latest],
        "o": [round(point.observed, 1) for point in latest],
        "lo": [low for low, _ in bands],
        "hi": [high for _, high in bands],
    }


def bucket(trend: Trend) -> timedelta:
    """From a point's start to the end of its window: a record names the bucket, people ask until when was counted."""
    return trend.window.end - trend.points[-1].start if trend.points else timedelta(0)


def spark_said(trend: Trend, language: Language) -> str:
    """The picture in words, for who does not see it."""
    if not trend.points:
        return "No history yet." if language == "en" else "Pas encore d'historique."
    first, last, peak = trend.points[0], trend.points[-1], trend.peak
    start, end = (instant(each.start + bucket(trend), language) for each in (first, last))
    counts = [number(each, language) for each in (first.observed, last.observed, peak.observed)]
    if language == "en":
        return "From {} to {}: first {} people, now {}, {} at most.".format(start, end, *counts)
    return "Du {} au {} : {} personnes d'abord, {} maintenant, {} au plus.".format(start, end, *counts)


def _named(record: Trend | Alert) -> dict[str, Any]:
    return {"label": legible(record.subject.label) or "?", "kind": legible(record.subject.kind)}


def _size(record: Trend | Alert, language: Language) -> dict[str, Any]:
    people, expected = number(record.observed, language), record.expected
    return {
        "people": people,
        "expected": None if expected is None else number(expected, language),
        "times": times(record.observed, expected, language),
        "usual": None if record.interval is None else " – ".join(number(each, language) for each in record.interval),
    }


def _growth(trend: Trend, language: Language) -> dict[str, Any]:
    growth, doubling = trend.growth_per_hour, trend.doubling_time_hours
    an_hour = "an hour" if language == "en" else "par heure"
    steady = "steady" if language == "en" else "stable"
    doubles = "doubles in" if language == "en" else "double en"
    return {
        "growth": None if growth is None else f"{signed(growth, language)} {an_hour}" if growth else steady,
        "direction": 0 if growth is None else (growth > 0) - (growth < 0),
        "doubling": None if doubling is None else f"{doubles} {duration(doubling, language)}",
    }
