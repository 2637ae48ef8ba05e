"""Whether to tell someone about a trend, and why: pure functions that return their reason."""

from enum import StrEnum
from typing import NamedTuple

from detectors.alerting.severity import RANKS
from detectors.model.alerts import Action, Severity, State


class Reason(StrEnum):
    """Why a notice is sent, or is not."""

    FIRST = "first notice of the trend"
    GRAVER = "its severity rose"
    WIDER = "found in a segment, it is everywhere now"
    GREW = "twice as many people as last told"
    ENDED = "it is over"
    VANISHED = "its posts were deleted"
    RETURNED = "it is back"
    COOLDOWN = "told not long ago"
    RECURRING = "a regular at its usual height"
    NEVER_TOLD = "over before anybody was told"
    NO_NEWS = "nothing new"


class Notice(NamedTuple):
    """A decision: the action to publish (None: say nothing) and the reason."""

    action: Action | None
    reason: Reason


class Told(NamedTuple):
    """What people know of a trend.

    Attributes:
        revision: notices sent so far.
        action: the latest.
        severity, observed, occurrence: the greatest told.
        buckets_since: buckets since the last notice.
    """

    revision: int = 0
    action: Action | None = None
    severity: Severity = "info"
    observed: float = 0.0
    occurrence: int = 1
    buckets_since: int = 0


def notice_of(
    told: Told,
    *,
    state: State,
    severity: Severity,
    observed: float,
    occurrence: int = 1,
    vanished: bool = False,
    usual: bool = False,
    quiet: bool = False,
    wider: bool = False,
    cooldown: int,
) -> Notice:
    """Decide about one trend at one bucket.

    What is graver, wider, over or taken back is told at once; growth and a return wait for the cooldown, not lost.

    Args:
        told: what people know.
        state, severity, observed, occurrence: as it is now.
        vanished: whether its posts were deleted, so that it is none.
        usual: whether it is a regular, no higher than usual.
        quiet: whether no more people speak of it than would be no news, in either window.
        wider: whether it was told of a segment, and is of everybody now.
        cooldown: buckets that must pass before another update.

    >>> notice_of(Told(), state="emerging", severity="info", observed=9, cooldown=12)
    Notice(action='fired', reason=<Reason.FIRST: 'first notice of the trend'>)
    """
    over = state == "ended"
    if told.revision == 0:
        if over:
            return Notice(None, Reason.NEVER_TOLD)
        if usual:
            return Notice(None, Reason.RECURRING)
        return Notice(None, Reason.NO_NEWS) if quiet else Notice("fired", Reason.FIRST)
    if over:
        if told.action in ("resolved", "retracted"):
            return Notice(None, Reason.NO_NEWS)
        return Notice("retracted", Reason.VANISHED) if vanished else Notice("resolved", Reason.ENDED)
    returned = occurrence > told.occurrence
    if returned and usual:
        return Notice(None, Reason.RECURRING)
    if RANKS[severity] > RANKS[told.severity] and not returned:
        return Notice("escalated", Reason.GRAVER)
    if wider and not returned:
        return Notice("updated", Reason.WIDER)
    if not returned and observed < 2 * max(told.observed, 1.0):
        return Notice(None, Reason.NO_NEWS)
    if told.buckets_since < cooldown:
        return Notice(None, Reason.COOLDOWN)
    return Notice("updated", Reason.RETURNED if returned else Reason.GREW)
