"""Whether to tell someone about a trend, and why: pure functions that return their reason."""

from enum import StrEnum
from typing import NamedTuple

from detectors.model.alerts import Action, Severity, State

_RANKS: dict[Severity, int] = {"info": 0, "warning": 1, "critical": 2}

LARGE_VOICES = 200.0
NOTABLE_VOICES = 40.0
"""Voices in the window from which a trend is critical, or worth a warning."""


class Reason(StrEnum):
    """Why a notice is sent, or is not."""

    FIRST = "first notice of the trend"
    GRAVER = "its severity rose"
    GREW = "twice as many people as last told"
    ENDED = "it is over"
    RETURNED = "it is back"
    COOLDOWN = "told not long ago"
    NO_NEWS = "nothing new"


class Notice(NamedTuple):
    """A decision: the action to publish (None: say nothing) and the reason."""

    action: Action | None
    reason: Reason


def severity_of(observed: float, growth_per_hour: float | None) -> Severity:
    """How grave: from the number of people and whether it still grows, not from how sure we are.

    >>> severity_of(250, 3.0), severity_of(250, None), severity_of(12, 10.0)
    ('critical', 'warning', 'info')
    """
    if observed >= LARGE_VOICES and (growth_per_hour or 0) > 0:
        return "critical"
    return "warning" if observed >= NOTABLE_VOICES else "info"


def notice_of(
    *,
    revision: int,
    state: State,
    was: State,
    severity: Severity,
    told_severity: Severity,
    observed: float,
    told_observed: float,
    buckets_since: int,
    cooldown: int,
) -> Notice:
    """Decide about one trend at one bucket.

    Args:
        revision: notices sent about it so far.
        state, was: its state now and at the bucket before.
        severity, told_severity: now, and when last told.
        observed, told_observed: voices now, and when last told.
        buckets_since, cooldown: buckets since the last notice, and how many must pass before another update.
    """
    if revision == 0:
        return Notice("fired", Reason.FIRST)
    if state == "ended" and was != "ended":
        return Notice("resolved", Reason.ENDED)
    if _RANKS[severity] > _RANKS[told_severity]:
        return Notice("escalated", Reason.GRAVER)
    returned = state == "resurgent" and was != "resurgent"
    if not returned and observed < 2 * told_observed:
        return Notice(None, Reason.NO_NEWS)
    if buckets_since < cooldown:
        return Notice(None, Reason.COOLDOWN)
    return Notice("updated", Reason.RETURNED if returned else Reason.GREW)
