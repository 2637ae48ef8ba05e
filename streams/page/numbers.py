"""How the page writes numbers and instants, in English and French. It rounds; what it is given stays exact."""

import math
from datetime import datetime
from typing import Literal

from detectors.model.money import NARROW

Language = Literal["en", "fr"]

LANGUAGES: tuple[Language, ...] = ("en", "fr")

MONTHS: dict[Language, tuple[str, ...]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
}


def number(value: float, language: Language) -> str:
    """A number as a person writes it: whole from ten on, else with a digit or two that mean something.

    >>> number(12345.6, "en"), number(3.14159, "fr"), number(0.0071, "en"), number(0.0, "en")
    ('12,346', '3,1', '0.007', '0')
    """
    size = abs(value)
    if size >= 10 or value == round(value):
        text = f"{round(value):,}"
    elif size >= 1:
        text = f"{value:.1f}".removesuffix(".0")
    else:
        text = f"{value:.1g}" if size >= 0.0001 else "0"
    if language == "en":
        return text
    return text.replace(",", NARROW).replace(".", ",")


def signed(value: float, language: Language) -> str:
    """A change: always with its sign.

    >>> signed(106.0, "en"), signed(-4.0, "fr"), signed(0.0, "en")
    ('+106', '−4', '0')
    """
    said = number(abs(value), language)
    if said == "0":
        return said
    return ("+" if value > 0 else "−") + said


def percent(share: float, language: Language) -> str:
    """A share, 0 to 1, in whole percent.

    >>> percent(0.437, "en"), percent(0.001, "en"), percent(0.0, "en")
    ('44%', '<1%', '0%')
    """
    text = "<1" if 0 < share < 0.005 else str(round(100 * share))
    return f"{text}%" if language == "en" else f"{text}{NARROW}%"


def rate(share: float, language: Language) -> str:
    """A share, 0 to 1, in percent with what digits mean something: rates of engagement are small.

    >>> rate(0.1034, "en"), rate(0.00312, "fr"), rate(0.5, "en"), rate(0.00001, "en"), rate(0.0, "en")
    ('10.3%', '0,31\u202f%', '50%', '<0.01%', '0%')
    """
    hundredths = 100 * share
    if 0 < hundredths < 0.01:
        text = "<0.01"
    else:
        text = f"{hundredths:.1f}" if hundredths >= 1 else f"{hundredths:.2f}"
        text = text.rstrip("0").rstrip(".")
    return f"{text}%" if language == "en" else f"{text.replace('.', ',')}{NARROW}%"


def times(observed: float, expected: float | None, language: Language) -> str | None:
    """How many times as many as expected; None where that says nothing: unknown, or no more than expected.

    Above a thousand it says so: a tiny expectation makes any ratio.

    >>> times(120.0, 1.344, "en"), times(8.0, 0.007, "en"), times(3.0, 4.0, "en"), times(3.0, None, "en")
    ('89×', '>1,000×', None, None)
    """
    if expected is None or expected <= 0 or observed <= expected:
        return None
    ratio = observed / expected
    said = f">{number(1000, language)}" if ratio > 1000 else number(ratio, language)
    return f"{said}×"


def duration(hours: float, language: Language) -> str:
    """A length of time in its fitting unit.

    >>> duration(0.628, "en"), duration(3.2, "fr"), duration(60, "en")
    ('38 min', '3,2 h', '2.5 days')
    """
    if hours < 1:
        return f"{max(1, round(60 * hours))} min"
    if hours < 48:
        return f"{number(hours, language)} h"
    return f"{number(hours / 24, language)} {'days' if language == 'en' else 'jours'}"


def instant(at: datetime, language: Language) -> str:
    """Day and minute, UTC.

    >>> from datetime import UTC
    >>> instant(datetime(2025, 6, 2, 21, 5, tzinfo=UTC), "en")
    '2 Jun, 21:05'
    """
    joint = ", " if language == "en" else " à "
    return f"{at.day} {MONTHS[language][at.month - 1]}{joint}{at:%H:%M}"


def odds(surprise: float | None, language: Language) -> str | None:
    """How rarely chance alone brings as much, of -log10 p; None if it is unknown or not rare.

    >>> odds(12.5, "en"), odds(2.2, "fr"), odds(0.3, "en")
    ('once in 10^12 windows', 'une fenêtre sur 10^2', None)
    """
    if surprise is None or surprise < 1:
        return None
    power = math.floor(surprise)
    return f"once in 10^{power} windows" if language == "en" else f"une fenêtre sur 10^{power}"
