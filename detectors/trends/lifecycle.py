"""The life of a trend: a pure function of what was and of the last moment, that returns its reason.

What is told about it is decided in `alerting/notices.py`.
"""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from detectors.model.alerts import State

RISES = 2
"""Consecutive buckets of growth after which a trend is rising, or back."""

SETTLES = 3
"""Consecutive buckets after which it is peaking, or declining, or its leading subject is taken to be gone."""

FELL_TO = 0.7
"""At or below this share of its most a trend is declining."""

NEAR_PEAK = 0.9
"""At or above this share of its most, without a new one, a trend is peaking."""

TROUGH = 0.5
"""A trend must have fallen to this share of its most before it can be back, and have doubled since."""

VANISHED = 0.5
"""From this share of the window's people gone it is deletions, not time, that ended a trend."""


class Reason(StrEnum):
    """Why a state is what it is."""

    STARTED = "just discovered"
    GROWS = "more people than half a window ago"
    LEVEL = "near its peak and no longer growing"
    FALLS = "well below its peak"
    CALM = "no more people than expected for hours"
    SILENT = "none of its subjects has surprised for hours"
    VANISHED = "its posts were deleted, and what is left is no news"
    RETURNS = "surprising again after it had fallen"
    UNCHANGED = "nothing new for long enough"


class Moment(NamedTuple):
    """One bucket of a trend's history: voices in the window that ends with it.

    Attributes:
        calm: voices up to which it would be no news; see `gamma_poisson.calm_limit`.
        deleted: people of the window of whom nothing but deleted posts is left.
        key: the subject whose voices they are, in its scope.
    """

    bucket: int
    observed: float
    expected: float
    surprise: float
    calm: float = 2.0
    deleted: float = 0.0
    key: int = 0


class Pace(NamedTuple):
    """How time is counted.

    Attributes:
        window: buckets of the window. >= 2.
        calm: buckets after which a calm trend is over. >= 1.
        surprising: surprise that a new subject must reach to be looked at, decades.
        r_max: cap of the predictive shape; see Prior.
        few: so many voices are never news.
    """

    window: int
    calm: int
    surprising: float = 4.0
    r_max: float = 20.0
    few: float = 2.0


class Life(msgspec.Struct, frozen=True, array_like=True):
    """Where a trend is in its life.

    Attributes:
        occurrence: 1, and one more each time it is back.
        most, least: greatest voices of this occurrence; least since then.
        rises, levels, falls, returns: consecutive buckets that said so.
        calm_since: the bucket since which it is no news; None: it is.
    """

    state: State = "emerging"
    occurrence: int = 1
    most: float = 0.0
    least: float = 0.0
    rises: int = 0
    levels: int = 0
    falls: int = 0
    returns: int = 0
    calm_since: int | None = None


def next_life(life: Life, history: Sequence[Moment], pace: Pace) -> tuple[Life, Reason]:
    """Life after the last moment, and why.

    Args:
        history: moments in order, the last is now.
    Source: the states of the domain's section 4; hysteresis by consecutive buckets; noise as in `_change`.

    >>> curve = [Moment(b, n, 1.0, 9.0) for b, n in enumerate([5, 9, 14])]
    >>> life = Life()
    >>> for i in range(3):
    ...     life, reason = next_life(life, curve[: i + 1], Pace(window=12, calm=72))
    >>> life.state, reason
    ('rising', <Reason.GROWS: 'more people than half a window ago'>)
    """
    now = history[-1]
    seen = _seen(life, history, pace)
    state, reason = _decided(seen, now, pace)
    if state == life.state:
        return seen, Reason.STARTED if len(history) <= SETTLES else Reason.UNCHANGED
    if state == "resurgent":
        return Life(state, life.occurrence + 1, now.observed, now.observed), reason
    return msgspec.structs.replace(seen, state=state, rises=0, levels=0, returns=0), reason


def handed_over(life: Life) -> Life:
    """Life when another subject leads: its voices are not held against the former one's."""
    return Life(life.state, life.occurrence)


def gone(life: Life) -> tuple[Life, Reason]:
    """Life when no subject of the trend is told any more."""
    return msgspec.structs.replace(life, state="ended"), Reason.SILENT


def vanished(now: Moment) -> bool:
    """Whether it would be news, had most of it not been deleted.

    >>> vanished(Moment(0, 2, 0.1, 1.0, 2.0, deleted=9)), vanished(Moment(0, 9, 0.1, 5.0, 2.0, deleted=9))
    (True, False)
    """
    whole = now.observed + now.deleted
    return now.deleted >= VANISHED * whole and now.observed <= now.calm < whole


def _seen(life: Life, history: Sequence[Moment], pace: Pace) -> Life:
    """What the last moment adds to the signs."""
    now = history[-1]
    change, noise = _change(history, pace)
    loud = now.surprise >= pace.surprising
    grows = change > (0.0 if life.state in ("emerging", "rising") else noise)
    new_most = now.observed > life.most
    most = max(life.most, now.observed)
    least = now.observed if new_most else min(life.least, now.observed)
    level = not new_most and abs(change) <= noise and now.observed >= NEAR_PEAK * most
    returns = life.least <= TROUGH * life.most and now.observed >= 2 * max(life.least, 1.0)
    calm = now.observed <= now.calm
    return Life(
        life.state,
        life.occurrence,
        most,
        least,
        rises=life.rises + 1 if loud and grows else 0,
        levels=life.levels + 1 if loud and level else 0,
        falls=life.falls + 1 if now.observed <= FELL_TO * most else 0,
        returns=life.returns + 1 if loud and returns else 0,
        calm_since=(now.bucket if life.calm_since is None else life.calm_since) if calm else None,
    )


def _decided(seen: Life, now: Moment, pace: Pace) -> tuple[State, Reason]:
    state = seen.state
    if state != "ended" and vanished(now):
        return "ended", Reason.VANISHED
    if state != "ended" and seen.calm_since is not None and now.bucket - seen.calm_since + 1 >= pace.calm:
        return "ended", Reason.CALM
    if state in ("declining", "ended"):
        if seen.returns >= RISES:
            return "resurgent", Reason.RETURNS
        if state == "ended":
            return state, Reason.UNCHANGED
    elif seen.falls >= SETTLES:
        return "declining", Reason.FALLS
    if seen.rises >= RISES and now.observed >= NEAR_PEAK * seen.most:
        return "rising", Reason.GROWS
    if seen.levels >= SETTLES:
        return "peaking", Reason.LEVEL
    return state, Reason.UNCHANGED


def _change(history: Sequence[Moment], pace: Pace) -> tuple[float, float]:
    """Voices more than half a window ago, and how many that may be by chance (95 %).

    What two overlapping windows share cancels: of lag / window of each the voices are new, and Poisson at least.
    """
    now = history[-1]
    then = now
    for moment in reversed(history):
        if moment.key != now.key or now.bucket - then.bucket >= max(1, pace.window // 2):
            break
        then = moment
    apart = min(now.bucket - then.bucket, pace.window) / pace.window
    return now.observed - then.observed, 1.96 * math.sqrt((now.observed + then.observed) * apart)
