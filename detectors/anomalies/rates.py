"""A rate over the hours, such as conversion: its numerator given its denominator, and whether that is as usual.

So many orders where so many clicks came. What either means is not known here.
"""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from detectors.anomalies.detector import worst
from detectors.anomalies.ratio import Ratio, RatioState
from detectors.anomalies.tail import Tail, TailState
from detectors.anomalies.verdict import STRANGE, Verdict, rounded

SPANS = (1, 6)
"""Hours whose sums are looked at: sudden, and small but lasting."""
HALF_LIFE_H = 7 * 24
WARM_UP_H = 24
"""Hours in which the denominator was not 0, before a rate is judged."""
SETTLE_H = 48
"""A rate that has been strange for as many hours in a row is what is usual now."""


class Hour(NamedTuple):
    """What a figure was in the hour that ended at `end_at`, epoch seconds; a count is a numerator."""

    end_at: float
    numerator: float
    denominator: float = 1


class RateState(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered of one rate; `past` holds (observed, expected)."""

    level: RatioState
    tails: tuple[TailState, ...]
    past: tuple[tuple[float, float], ...]
    learned: int
    strange_for: int


class Rate:
    """One rate over the hours: numerator expected = level * denominator, with the tail of counts.

    The level is the share of decayed sums, so that large hours say more; its own error is the doubt of the tail.

    Args:
        spans: hours whose sums are looked at, each with a tail of its own; by the first it is known what may teach.
        warm_up: hours with a denominator, before it is judged.
        tail: of what kind the tails are.

    Cost: 30 us an hour; 60 floats.
    Source: ours, of the parts of `SeriesDetector`.

    >>> rate = Rate()
    >>> for hour in range(40): _ = rate.learn(Hour(3600.0 * hour, 20 + hour % 3, 1000))
    >>> rate.look(Hour(144_000.0, 5, 1000)).surprise > 3 > 1 > rate.look(Hour(144_000.0, 21, 1000)).surprise
    True
    """

    def __init__(
        self,
        *,
        spans: tuple[int, ...] = SPANS,
        warm_up: int = WARM_UP_H,
        tail: Callable[..., Tail] = Tail,
    ) -> None:
        self._warm_up = warm_up
        self._level = Ratio(half_life=HALF_LIFE_H, prior=0.0, weight=1e-9)
        self._tails = [(span, tail(half_life=HALF_LIFE_H)) for span in spans]
        self._past: deque[tuple[float, float]] = deque(maxlen=spans[-1] - 1)
        self._learned = self._strange_for = 0

    @property
    def warm(self) -> bool:
        """Whether it has been learned for long enough to be judged."""
        return self._learned >= self._warm_up and self._level.value > 0

    def look(self, hour: Hour) -> Verdict:
        """What is to be said of an hour, before it is learned; surprise 0 while nothing is expected."""
        sums = self._sums(hour)
        if not sums:
            return Verdict(0.0, float(hour.numerator), 0.0, None, 1)
        verdict = worst(self._tails, sums, self._zs(sums), self._doubt)
        if verdict.interval is None:
            tail = next(tail for span, tail in self._tails if span == verdict.span)
            expected = sums[verdict.span][1]  # what the verdict says is rounded, to nothing at the least
            verdict = verdict._replace(interval=rounded(tail.interval(expected, self._doubt)))
        return verdict

    def learn(self, hour: Hour) -> bool:
        """Take in an hour with a denominator; True if a change that has lasted is what is usual from now on.

        What is strange teaches nothing until then.
        """
        observed, expected = self._pair(hour)
        sums, kept, first = self._sums(hour), observed, self._tails[0][0]
        strange = self.warm and bool(sums) and worst(self._tails, sums, self._zs(sums), self._doubt).surprise >= STRANGE
        self._strange_for = self._strange_for + 1 if strange else 0
        if self._strange_for <= 1:  # a change that lasts would widen the tail until it hides in it
            taught = {span: tail.learn(*sums[span], self._doubt) for span, tail in self._tails if span in sums}
            kept += taught[first] - sums[first][0] if first in taught else 0.0
        settled = self._strange_for >= SETTLE_H
        if settled:  # it is another rate now: its past says nothing of it any more
            (seen, foreseen), level = sums[first], self._level.value
            self._level.restart(level * seen / foreseen, foreseen / level)
            self._past.clear()
            self._strange_for = 0
        elif not strange:
            self._level.learn(max(0.0, kept), float(hour.denominator))
        self._past.append((observed, expected))
        self._learned += expected > 0  # before, nothing was, and the tails were taught nothing
        return settled

    def snapshot(self) -> RateState:
        """All it remembers."""
        tails = tuple(tail.snapshot() for _, tail in self._tails)
        past = tuple(self._past)
        return RateState(self._level.snapshot(), tails, past, self._learned, self._strange_for)

    def restore(self, state: RateState) -> None:
        """Go on from a snapshot."""
        self._level.restore(state.level)
        for (_, tail), known in zip(self._tails, state.tails, strict=True):
            tail.restore(known)
        self._past.extend(state.past)
        self._learned, self._strange_for = state.learned, state.strange_for

    def _zs(self, sums: dict[int, tuple[float, float]]) -> dict[int, float]:
        return {span: tail.z(*sums[span], self._doubt) for span, tail in self._tails if span in sums}

    @property
    def _doubt(self) -> float:
        """Relative variance of the level itself: of as many numerators as it stands on."""
        return self._tails[0][1].batch / (self._level.weight * self._level.value + 1.0)

    def _pair(self, hour: Hour) -> tuple[float, float]:
        return float(hour.numerator), self._level.value * hour.denominator

    def _sums(self, hour: Hour) -> dict[int, tuple[float, float]]:
        """Span to (observed, expected) of the full sums that end with this hour, where any is expected."""
        observed, expected = self._pair(hour)
        past, sums = list(self._past), dict[int, tuple[float, float]]()
        for span, _ in self._tails:
            if len(past) >= span - 1:
                before = past[len(past) - span + 1 :]
                sums[span] = observed + sum(o for o, _ in before), expected + sum(e for _, e in before)
        return {span: pair for span, pair in sums.items() if pair[1] > 0}
