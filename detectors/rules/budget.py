"""A budget of alerts a day: how good one must be to be sent, learned from those that came before it."""

import math
from bisect import bisect_left, bisect_right, insort
from typing import NamedTuple

import msgspec

from detectors.errors import DetectorError
from detectors.rules.reasons import Reason

DAY_S = 86_400.0
SPAN_S = 7 * DAY_S
"""Trailing time from which the threshold is learned: a whole week, as weekends differ."""

MARGIN = 1.2
"""In no 24 hours are more sent than this many times the budget."""

MOST = 4096
"""Scores remembered; where more come, the time they are learned from is shorter."""


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """The best score of a trend so far, and when it first came, epoch seconds."""

    key: str
    at: float
    score: float


class BudgetState(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered."""

    begun: float | None
    entries: tuple[Entry, ...]
    sent: tuple[float, ...]


class Verdict(NamedTuple):
    """Why an alert is held back (None: it is not), and the least score that is not; None: any would do."""

    reason: Reason | None
    threshold: float | None


class Budget:
    """Sends the best of what comes, `a_day` of them on average, and never more than 1.2 times that in 24 hours.

    An alert is good enough if it is among the best `a_day` times the days of the trailing week; a trend counts once,
    with its best score. On the first day, when nothing is known yet, the first that come are sent. A budget below one
    a day is kept over as many days as one alert takes. What a day leaves is not made up for on the next: to lower the
    bar then costs more good ones than it sends.

    Args:
        a_day: alerts a day. > 0.
    Shapes: one score in, a verdict out. State: at most `MOST` trends and as many instants as may be sent in 24 hours.
    Cost: O(log n) and a move within a list.
    Raises: DetectorError for an argument out of range.
    Source: ours; the threshold is a running quantile of the scores, docs/decisions/0035-rules.md.

    >>> budget = Budget(1.0)
    >>> for hour, score in enumerate((3.0, 2.0, 5.0)):
    ...     reason = budget.judge(hour * 3600.0, score).reason
    ...     budget.learn(f"t{hour}", hour * 3600.0, score)
    ...     if reason is None:
    ...         budget.spend(hour * 3600.0)
    ...     print(score, reason)
    3.0 None
    2.0 below
    5.0 spent
    """

    def __init__(self, a_day: float) -> None:
        if not a_day > 0.0:
            raise DetectorError(f"a_day = {a_day} must be > 0")
        self.a_day = a_day
        self.period_s = max(DAY_S, DAY_S / a_day)
        self.cap = math.floor(MARGIN * a_day * self.period_s / DAY_S + 1e-9)
        self._begun: float | None = None
        self._entries: dict[str, Entry] = {}
        self._scores: list[float] = []
        self._sent: list[float] = []

    def judge(self, at: float, score: float) -> Verdict:
        """Whether an alert may be sent; changes nothing.

        Args:
            at: event time, epoch seconds.
            score: the higher, the better.
        """
        threshold = self.threshold(at)
        if threshold is not None and score < threshold:
            return Verdict(Reason.BELOW, threshold)
        spent = len(self._sent) - bisect_right(self._sent, at - self.period_s) >= self.cap
        return Verdict(Reason.SPENT if spent else None, threshold)

    def threshold(self, at: float) -> float | None:
        """The least score that is sent; None while fewer came than the budget allows."""
        rank = max(1, round(self.a_day * self._span_s(at) / DAY_S))
        return self._scores[-rank] if len(self._scores) >= rank else None

    def learn(self, key: str, at: float, score: float) -> None:
        """Remember an alert that was judged, whatever became of it.

        Args:
            key: of the trend: it counts once.
        """
        if self._begun is None:
            self._begun = at
        known = self._entries.get(key)
        if known is None:
            self._entries[key] = Entry(key, at, score)
            insort(self._scores, score)
        elif score > known.score:
            self._forget_score(known.score)
            self._entries[key] = Entry(key, known.at, score)
            insort(self._scores, score)
        while self._entries:
            oldest = next(iter(self._entries.values()))
            if oldest.at > at - SPAN_S and len(self._entries) <= MOST:
                break
            self._forget_score(oldest.score)
            del self._entries[oldest.key]

    def spend(self, at: float) -> None:
        """One was sent."""
        insort(self._sent, at)
        del self._sent[: bisect_right(self._sent, at - self.period_s)]

    def relearn(self) -> None:
        """What is asked for has changed: forget the scores, but not what was sent."""
        self._begun = None
        self._entries.clear()
        self._scores.clear()

    def snapshot(self) -> BudgetState:
        """All it remembers."""
        return BudgetState(self._begun, tuple(self._entries.values()), tuple(self._sent))

    def restore(self, state: BudgetState) -> None:
        """Go on from a snapshot."""
        self._begun = state.begun
        self._entries = {entry.key: entry for entry in state.entries}
        self._scores = sorted(entry.score for entry in state.entries)
        self._sent = list(state.sent)

    def _span_s(self, at: float) -> float:
        """The time that the scores come from: at least the time the budget is kept over."""
        begun = at if self._begun is None else self._begun
        if len(self._entries) >= MOST:
            begun = max(begun, next(iter(self._entries.values())).at)
        return max(self.period_s, min(SPAN_S, at - begun))

    def _forget_score(self, score: float) -> None:
        del self._scores[bisect_left(self._scores, score)]
