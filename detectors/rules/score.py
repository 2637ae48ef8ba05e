"""How good an alert is, as one number: what a budget prefers, and a share of false alerts is held to."""

from detectors.alerting.severity import RANKS
from detectors.model.alerts import Alert

STEP = 1000.0
"""Between two severities: more than any surprise."""

DIGITS = 6
"""Scores are rounded before they are compared: logarithms differ between processors in the last bits."""


def score_of(alert: Alert) -> float:
    """The higher, the rather it is sent: what is graver first, then what is more surprising.

    Severity tells how many people it moves, surprise how sure it is that it is none of chance's doing.

    >>> from tests.streams.examples import ALERT
    >>> ALERT.severity, ALERT.surprise, score_of(ALERT)
    ('warning', 21.4, 1021.4)
    """
    return round(STEP * RANKS[alert.severity] + min(alert.surprise or 0.0, STEP - 1.0), DIGITS)
