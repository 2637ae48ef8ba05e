"""What a trend's posts draw: beside its voices, never among them. Pure functions."""

from msgspec import UNSET, UnsetType

from detectors.alerting.severity import ENGAGING
from detectors.counts.draws import Drawn
from detectors.model.alerts import Driver
from detectors.model.engaged import Engaged

DIMENSION = "engagement"

ACTING, ABOVE_USUAL = "comments_and_shares", "above_usual"

LEAST_ACTING = 0.3
"""Share of the people from which those who only comment or share are said to carry a trend."""

DIGITS = 3


def per_voice_of(drawn: Drawn | None) -> float | None:
    """Engagements per voice; None: not known."""
    return None if drawn is None else round(drawn.per_voice, DIGITS)


def engaged_of(drawn: Drawn | None, usual: Drawn | None) -> Engaged | UnsetType:
    """Who acts, and what is usual of all posts of the window; absent where nothing is known."""
    if drawn is None or usual is None:
        return UNSET
    return Engaged(drawn.acting, round(usual.per_voice, DIGITS))


def drivers_of(drawn: Drawn | None, usual: Drawn | None) -> tuple[Driver, ...]:
    """The share of those who comment or share among all its people, and that of engagement beyond the usual.

    >>> [(d.value, d.share) for d in drivers_of(Drawn(120, 10, 30), Drawn(300, 100, 40))]
    [('comments_and_shares', 0.75), ('above_usual', 0.75)]
    """
    if drawn is None:
        return ()
    found = []
    acting = drawn.acting / max(drawn.acting + drawn.voices, 1)
    if acting >= LEAST_ACTING:
        found.append(Driver(DIMENSION, ACTING, round(acting, DIGITS)))
    if usual is not None and drawn.per_voice >= ENGAGING * usual.per_voice > 0:
        found.append(Driver(DIMENSION, ABOVE_USUAL, round(1 - usual.per_voice / drawn.per_voice, DIGITS)))
    return tuple(found)
