"""The states of a trend: a pure function of its history that returns its reason."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from detectors.model.alerts import State

TICKS_TO_CHANGE = 3
"""Consecutive buckets that must agree before a state changes: hysteresis."""

FELL_TO = 0.7
"""At or below this share of its peak a trend is declining."""

NEAR_PEAK = 0.9
"""At or above this share of its peak, without a new one, a trend is peaking."""

SURPRISING = 4.0
"""From this surprise a trend that had fallen is back: what a new subject must reach to be looked at."""

CALM = 2.0
"""Below this surprise a count is what was to be expected."""


class Reason(StrEnum):
    """Why a state is what it is."""

    STARTED = "just discovered"
    GROWS = "more people than a while ago"
    LEVEL = "near its peak and no longer growing"
    FALLS = "well below its peak"
    CALM = "no more people than expected for a whole window"
    RETURNS = "surprising again after it had fallen"
    UNCHANGED = "nothing new for long enough"


class Moment(NamedTuple):
    """One bucket of a trend's history: voices in the window that ends with it, expected voices, surprise."""

    bucket: int
    observed: float
    expected: float
    surprise: float


def next_state(state: State, history: Sequence[Moment], window: int, since: int = 0) -> tuple[State, Reason]:
    """The state after the last moment, and why.

    Args:
        history: moments in order, the last is now.
        window: buckets of the window.
        since: the bucket from which the peak counts: a trend that is back is not measured by its former height.
    Source: ours, after the states of Gnip's and CrowdTangle's users; hysteresis by TICKS_TO_CHANGE.

    >>> calm = [Moment(b, 1, 1.0, 0.3) for b in range(12)]
    >>> next_state("declining", calm, 12)
    ('ended', <Reason.CALM: 'no more people than expected for a whole window'>)
    """
    recent = history[-TICKS_TO_CHANGE:]
    peak = max((m.observed for m in history if m.bucket >= since), default=recent[-1].observed)
    if len(history) >= window and all(m.surprise < CALM for m in history[-window:]):
        return "ended", Reason.CALM
    if len(recent) < TICKS_TO_CHANGE:
        return state, Reason.STARTED
    if state in ("declining", "ended"):
        trough = min(m.observed for m in history[-window:])
        twice = all(m.surprise >= CALM and m.observed >= 2 * max(trough, 1.0) for m in recent)
        returns = twice and recent[-1].surprise >= SURPRISING
        return ("resurgent", Reason.RETURNS) if returns else (state, Reason.UNCHANGED)
    if all(m.observed <= FELL_TO * peak for m in recent):
        return "declining", Reason.FALLS
    if recent[-1].observed > recent[0].observed and recent[-1].observed >= peak:
        return "rising", Reason.GROWS
    if all(m.observed >= NEAR_PEAK * peak for m in recent) and recent[-1].observed <= recent[0].observed:
        return "peaking", Reason.LEVEL
    return state, Reason.UNCHANGED
