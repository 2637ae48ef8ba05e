"""How busy an hour is. The cycle of a day, by language region and by community; nothing random."""

from math import cos, pi

DAY_S = 86_400.0
HOUR_S = 3_600.0

PEAK_HOUR = {"fr": 18.5, "en": 19.5}
"""UTC hour of the evening peak. English is a mixture of both sides of the Atlantic: a little later and flatter."""

SWING = {"fr": 0.52, "en": 0.48}
"""How far the day's wave goes above and below its mean, as a share of it."""

NOON_SWING = 0.12
"""A second, smaller wave: people also post at lunch."""

COMMUNITY_SWING = 0.15
"""Communities keep their own hours, but not enough to look like news."""


def hour_of_day(at: float) -> float:
    """UTC hour in [0, 24) of an instant in epoch seconds."""
    return at % DAY_S / HOUR_S


def region_activity(language: str, at: float) -> float:
    """Posts of a language region relative to its mean: 1 over a whole day.

    >>> [round(region_activity("fr", hour * HOUR_S), 1) for hour in (4, 12, 18.5)]
    [0.6, 1.0, 1.4]
    """
    hour = hour_of_day(at)
    evening = SWING[language] * cos((hour - PEAK_HOUR[language]) * pi / 12)
    return 1.0 + evening + NOON_SWING * cos((hour - PEAK_HOUR[language] + 6) * pi / 6)


def community_activity(place: int, at: float) -> float:
    """A community's share relative to its mean; `place` is its position in the list of communities."""
    return 1.0 + COMMUNITY_SWING * cos((hour_of_day(at) - 2 * place) * pi / 12)
