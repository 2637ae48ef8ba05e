"""How many false alerts are promised, and how surprising an alert must be for that. Counts no alerts."""

import math

DAY_S = 86_400.0
PART = 0.1
"""Of `false_alerts_per_day`: so many may come of figures by the hour, and as many of shapes, besides all others."""


def threshold(false_alerts_per_day: float, *, tests: int, every_s: float) -> float:
    """Decades of surprise at which so many series, each tested so often, bring at most so many false alerts a day.

    By linearity of the expectation, however they depend on each other.

    >>> threshold(1.0, tests=1000, every_s=300.0)
    5.4594
    """
    tests_a_day = max(1, tests) * DAY_S / every_s
    return round(-math.log10(min(1.0, false_alerts_per_day / tests_a_day)), 4)
