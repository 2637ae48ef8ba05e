"""What an explanation is made of: a record, how it begins, where it began; and how numbers are written."""

import math
from datetime import timedelta
from typing import NamedTuple

from detectors.alerting.engaged import DIMENSION
from detectors.model.alerts import Alert, Driver, Trend, Window

FEW_POSTS = 5
"""Below so many posts read, a person should know."""

NOTED_SHARE = 0.3
"""From this share a signal of integrity is worth a word."""


class Facts(NamedTuple):
    """What is put into words.

    Attributes:
        lead: how it begins: an action, or a state.
    """

    record: Alert | Trend
    lead: str

    @property
    def slow(self) -> bool:
        """Whether it counts voice-hours."""
        return isinstance(self.record, Alert) and self.record.unit == "voice-hours"

    @property
    def goes_on(self) -> bool:
        """Whether growth and surprise are worth a word: not of what is over."""
        return self.lead not in ("resolved", "retracted", "ended")


def carriers_of(record: Alert | Trend) -> list[Driver]:
    """The first two drivers that are kinds of people; what posts draw has a sentence of its own."""
    return [driver for driver in record.drivers if driver.dimension != DIMENSION][:2]


def plain(value: float) -> str:
    """A number as a person writes it: whole where it is whole, else one decimal.

    >>> plain(12.0), plain(3.14159), plain(0.02)
    ('12', '3.1', '0.02')
    """
    if value == round(value):
        return str(round(value))
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2g}"


def percent(share: float) -> str:
    """A share, 0 to 1, in whole percent.

    >>> percent(0.437)
    '44'
    """
    return plain(round(100 * share))


def decades(record: Alert | Trend) -> int | None:
    """A power of ten that the chance is below; None if it is not small.

    >>> from types import SimpleNamespace
    >>> decades(SimpleNamespace(surprise=9.7)), decades(SimpleNamespace(surprise=0.3))
    (9, None)
    """
    return math.floor(record.surprise) if record.surprise is not None and record.surprise >= 1 else None


def clock(window: Window, words: str, with_date: str) -> str:
    """From when to when: the hours, with their dates where hours alone do not say it.

    Args:
        words: with a place for each end.
        with_date: how an instant is written with its date.
    """
    told = "%H:%M" if window.end - window.start < timedelta(days=1) else with_date
    return words.format(f"{window.start:{told}}", f"{window.end:{told}}")
