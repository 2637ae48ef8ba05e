"""A share of false alerts: how good one must be, learned from how earlier ones ended.

False is what was taken back, or was over within one window of its alert: nobody could have used it. That is known from
the alerts themselves, so it is learned from all that the rule asks for, sent or not.
"""

from itertools import accumulate

import msgspec

from detectors.errors import DetectorError
from detectors.model.alerts import Alert
from detectors.rules.budget import Verdict
from detectors.rules.reasons import Reason

MOST = 2048
"""Alerts remembered; beyond it the oldest leave."""

ROOM = 2.0
"""A threshold is set once so many false ones would be accepted among all that are known: before, one decides."""


class Fate(msgspec.Struct, frozen=True, array_like=True):
    """An alert, and how it ended.

    Attributes:
        due_at: when it has lasted for a window, epoch seconds.
        false: whether it was; None: too early to say.
    """

    key: str
    due_at: float
    score: float
    false: bool | None


class OutcomesState(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered, the oldest first."""

    fates: tuple[Fate, ...]


class Outcomes:
    """Holds back what scores so low that too many like it were false.

    The threshold is the least score for which, of all alerts known that score at least as high, (false + 1) / all is
    below the share; until 2 / share are known there is none, and all are sent.

    Args:
        share: of false alerts among those sent, at most. In (0, 1).
    State: at most `MOST` alerts. Cost: O(n log n) a judgement.
    Raises: DetectorError for an argument out of range.
    Source: the estimate is that of Barber and Candès 2015, Controlling the false discovery rate via knockoffs,
        equation 1.9; our labels are outcomes, not knockoffs.
    """

    def __init__(self, share: float) -> None:
        if not 0.0 < share < 1.0:
            raise DetectorError(f"share = {share} must be in (0, 1)")
        self.share = share
        self._fates: dict[str, Fate] = {}

    def judge(self, at: float, score: float) -> Verdict:
        """Whether an alert may be sent; changes nothing.

        Args:
            at: event time, epoch seconds.
        """
        threshold = self.threshold(at)
        low = threshold is not None and score < threshold
        return Verdict(Reason.FALSE_SHARE if low else None, threshold)

    def threshold(self, at: float) -> float | None:
        """The least score that is sent; infinity: none is; None while too few are known."""
        known = [(fate.score, told) for fate in self._fates.values() if (told := _false(fate, at)) is not None]
        if len(known) < ROOM / self.share:
            return None
        known.sort(reverse=True)
        found = float("inf")
        for number, false in enumerate(accumulate(told for _, told in known), start=1):
            score = known[number - 1][0]
            last = number == len(known) or known[number][0] < score  # equals stand and fall together
            if last and false + 1 <= self.share * number:
                found = score
        return found

    def learn(self, key: str, alert: Alert, score: float) -> None:
        """Remember an alert that was judged, once a trend, with its best score."""
        known = self._fates.get(key)
        if known is not None:
            if score > known.score:
                self._fates[key] = msgspec.structs.replace(known, score=score)
            return
        window_s = (alert.window.end - alert.window.start).total_seconds()
        self._fates[key] = Fate(key, alert.detected_at.timestamp() + window_s, score, None)
        if len(self._fates) > MOST:
            del self._fates[next(iter(self._fates))]

    def ended(self, key: str, alert: Alert) -> None:
        """A trend is over, or was taken back."""
        known = self._fates.get(key)
        if known is None or known.false:
            return
        false = alert.action == "retracted" or alert.detected_at.timestamp() <= known.due_at
        self._fates[key] = msgspec.structs.replace(known, false=false)

    def relearn(self) -> None:
        """What is asked for has changed: forget all."""
        self._fates.clear()

    def snapshot(self) -> OutcomesState:
        """All it remembers."""
        return OutcomesState(tuple(self._fates.values()))

    def restore(self, state: OutcomesState) -> None:
        """Go on from a snapshot."""
        self._fates = {fate.key: fate for fate in state.fates}


def _false(fate: Fate, at: float) -> bool | None:
    if fate.false is not None:
        return fate.false
    return False if at > fate.due_at else None
