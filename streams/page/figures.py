"""What the page says of a place's figures: pure functions from records to plain values for the browser."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from detectors.anomalies.alerts import of_shape, series_of
from detectors.anomalies.wording import measure
from detectors.model.alerts import Alert
from detectors.model.kpis import Figure, Kpi
from detectors.model.money import money
from streams.page import words
from streams.page.legible import legible
from streams.page.numbers import LANGUAGES, Language, instant, number, percent, rate
from streams.page.places import DAY, DIMENSIONS, HOUR, Place
from streams.page.view import alert_key, scope_said

FIRST = ("voices", "views", "engagement_rate_by_views", "conversion", "gmv_net")
"""Figures on a place's card; those of which nothing is known are left out."""

COUNTS = ("count", "minor units")
"""Units of which an hour without a record had 0: nothing happened. A share has no value then."""

MOMENT = "%Y-%m-%dT%H:%M:%SZ"


class Name(NamedTuple):
    """Which figure; money once a currency."""

    name: str
    currency: str | None


def place_view(scope: str, place: Place, language: Language, *, whole: bool = False) -> dict[str, Any]:
    """What a place's card says, or its own view.

    Args:
        whole: all figures with what they were worked out from, in place of the first few.
    """
    hours, days = list(place.windows(HOUR)), list(place.windows(DAY))
    last = (hours or days)[-1]
    tiles = [_tile(name, hours, days, language) for name in _names([*hours, *days], whole=whole)]
    return {
        "scope": legible(scope),
        "key": scope,
        "dimension": scope.partition(":")[0],
        "said": scope_said(scope, language),
        "hour_said": _window_said(hours[-1], language) if hours else None,
        "day_said": _window_said(days[-1], language) if days else None,
        "as_of_said": instant(last.as_of, language),
        "known_said": rate(last.completeness, language) if last.completeness < 1 else None,
        "tiles": [tile for tile in tiles if whole or tile["known"]],
    }


def dimensions_said(language: Language) -> list[dict[str, str]]:
    """The dimensions in the order of the page, with their headings."""
    return [{"dimension": each, "said": words.of(words.PLACES, language, each)} for each in DIMENSIONS]


def unusual_view(alerts: Iterable[Alert], language: Language) -> dict[str, list[dict[str, Any]]]:
    """By scope, what is unusual about its figures right now: anomalies that were told and are not over.

    Args:
        alerts: of the day, in any order.
    """
    latest: dict[str, Alert] = {}
    for alert in alerts:
        if alert.kind in ("kpi_anomaly", "data_quality"):
            known = latest.get(alert.trend_id)
            if known is None or (known.detected_at, known.revision) < (alert.detected_at, alert.revision):
                latest[alert.trend_id] = alert
    found: dict[str, list[dict[str, Any]]] = {}
    for alert in sorted(latest.values(), key=lambda each: (each.detected_at, each.trend_id), reverse=True):
        if alert.action not in ("resolved", "retracted"):
            found.setdefault(alert.scope, []).append(_unusual(alert, language))
    return found


def figure_said(figure: Figure, language: Language) -> str:
    """A figure's value with its unit; a dash where the denominator is 0.

    >>> figure_said(Figure(name="conversion", unit="share", value=0.0312, numerator=5, denominator=160), "en")
    '3.1%'
    >>> figure_said(Figure(name="gmv_net", unit="minor units", value=123450, numerator=1, currency="EUR"), "fr")
    '1\u202f234,50\u202fEUR'
    """
    return _said(figure.value, figure.unit, figure.currency, language)


def _said(value: float | None, unit: str, currency: str | None, language: Language) -> str:
    if value is None:
        return "–"
    if unit == "share":
        return rate(value, language)
    if currency is not None:
        return money(round(value), currency, language)
    return number(value, language)


def _names(kpis: Sequence[Kpi], *, whole: bool) -> list[Name]:
    """In the order of the records; currencies beside each other."""
    found = dict.fromkeys(Name(figure.name, figure.currency) for kpi in kpis for figure in kpi.figures)
    order = list(dict.fromkeys(name.name for name in found)) if whole else list(FIRST)
    wanted = [name for name in found if name.name in order]
    return sorted(wanted, key=lambda name: (order.index(name.name), name.currency or ""))


def _tile(name: Name, hours: Sequence[Kpi], days: Sequence[Kpi], language: Language) -> dict[str, Any]:
    by_hour = {_start(kpi): figure for kpi in hours if (figure := _of(kpi, name)) is not None}
    hour = by_hour.get(_start(hours[-1])) if hours else None
    day = _of(days[-1], name) if days else None
    told = next(figure for kpi in (*hours, *days) if (figure := _of(kpi, name)) is not None)
    adds_up = told.unit in COUNTS and told.denominator is None
    spark = _spark(by_hour, [_start(kpi) for kpi in hours], adds_up=adds_up)
    nothing = _cell(msgspec.structs.replace(told, value=0.0), language) if adds_up and hours else None
    return {
        "name": name.name,
        "name_said": words.of(words.FIGURES, language, name.name),
        "known": any(spark["o"]) or bool(day and day.value),
        "hour": nothing if hour is None else _cell(hour, language),
        "day": None if day is None else _cell(day, language),
        "spark": spark,
        "alt": _alt(spark, told.unit, name.currency, language),
    }


def _cell(figure: Figure, language: Language) -> dict[str, str | None]:
    """A value, how sure it is, and what it was worked out from."""
    interval = figure.interval
    parts = None
    if figure.denominator is not None:
        kind = figure.currency if figure.unit == "minor units" else None
        top = _said(figure.numerator, "minor units" if kind else "count", kind, language)
        parts = f"{top} / {number(figure.denominator, language)}"
    return {
        "said": figure_said(figure, language),
        "interval": None if interval is None else f"{rate(interval[0], language)} – {rate(interval[1], language)}",
        "parts": parts,
    }


def _spark(figures: Mapping[datetime, Figure], hours: Sequence[datetime], *, adds_up: bool) -> dict[str, list[float]]:
    """Shapes: `t` minutes since the first hour, `o` values; as long as each other. No usual range: it is not told.

    Args:
        adds_up: whether an hour that tells nothing of it had none of it; of what is divided it is unknown.
    """
    if not hours:
        return {"t": [], "o": []}
    first, last = hours[0], hours[-1]
    t, o = list[float](), list[float]()
    for n in range(round((last - first) / timedelta(hours=1)) + 1):
        figure = figures.get(first + timedelta(hours=n))
        value = figure.value if figure is not None else None
        if value is None and not adds_up:
            continue
        t.append(60.0 * n)
        o.append(round(value or 0, 6))
    return {"t": t, "o": o}


def _alt(spark: Mapping[str, list[float]], unit: str, currency: str | None, language: Language) -> str:
    values = spark["o"]
    if not values:
        return "No hours yet." if language == "en" else "Pas encore d'heures."
    least, most, last = (_said(each, unit, currency, language) for each in (min(values), max(values), values[-1]))
    if language == "en":
        return f"Hour by hour: from {least} to {most}, last {last}."
    return f"Heure par heure : de {least} à {most}, dernière {last}."


def _unusual(alert: Alert, language: Language) -> dict[str, Any]:
    series = series_of(alert)
    text = alert.explanation.en if language == "en" else alert.explanation.fr
    return {
        "id": alert_key(alert),
        "measure": series.measure,
        "measure_said": legible(measure(series, LANGUAGES.index(language))),
        "severity": alert.severity,
        "severity_said": words.of(words.SEVERITIES, language, alert.severity),
        "rising": alert.state == "rising",
        "change_said": None
        if alert.expected is None or of_shape(alert)
        else _change(alert.observed, alert.expected, language),
        "explanation": legible(text),
    }


def _change(observed: float, expected: float, language: Language) -> str:
    if expected <= 0:
        return number(observed, language)
    change = observed / expected - 1
    return ("+" if change > 0 else "−") + percent(abs(change), language)


def _of(kpi: Kpi, name: Name) -> Figure | None:
    return next((f for f in kpi.figures if f.name == name.name and f.currency == name.currency), None)


def _start(kpi: Kpi) -> datetime:
    return datetime.strptime(kpi.window.partition("/")[0], MOMENT)  # noqa: DTZ007 - only differences and its text count


def _window_said(kpi: Kpi, language: Language) -> str:
    start = _start(kpi)
    if kpi.window.endswith(DAY):
        return instant(start, language).partition("," if language == "en" else " à")[0]
    return f"{instant(start, language)} – {start + timedelta(hours=1):%H:%M}"
