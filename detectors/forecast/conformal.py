"""An interval for a count that holds what it promises while the world drifts. Makes no forecast itself."""

import math
from bisect import bisect_left, insort
from collections import deque

import msgspec

from detectors.errors import DetectorError

LEAST_SCORES = 30
"""Errors seen before there is an interval."""


EDGE = 1e-6
"""A count is whole: what differs from one by less is that one."""


class ConformalState(msgspec.Struct, frozen=True, array_like=True):
    """All that an interval remembers: the levels it aims at now (below, above), and the last errors, oldest first."""

    alphas: tuple[float, float]
    scores: tuple[float, ...]


class ConformalInterval:
    """[low, high] around an expected count, missed on either side by half of `miss` in the long run, whatever drifts.

    An error is measured on the scale of the root of a count, where its spread hardly depends on its size:
    score = 2 (sqrt(observed + 3/8) - sqrt(expected + 3/8)). Either end is the quantile of the last `size` scores at a
    level that is moved after each answer: up if the answer was inside, down if it was missed.

    Args:
        miss: share of answers outside. In ]0, 1[; 0.1 is a 90 % interval.
        size: scores kept. >= 30.
        pace: how far one answer moves the level. In ]0, 1[. The long-run share is off by at most 1 / (pace * answers).

    Shapes: one count in, two counts or None (warming up) out. State: `size` pairs of floats. Cost: O(log size) and a
    list insertion, about 2 us.
    Raises: DetectorError for an argument out of range or a negative count.
    Source: Gibbs and Candes, Adaptive conformal inference under distribution shift, NeurIPS 2021, eq. 2, once a side;
    Anscombe, The transformation of Poisson data, Biometrika 35 (1948).

    >>> interval = ConformalInterval(miss=0.2, size=100)
    >>> for i in range(100): interval.learn(25.0, 25 + i % 11 - 5)
    >>> interval.around(25.0)
    (21.0, 29.0)
    """

    def __init__(self, *, miss: float = 0.1, size: int = 500, pace: float = 0.01) -> None:
        if not 0.0 < miss < 1.0 or not 0.0 < pace < 1.0 or size < LEAST_SCORES:
            raise DetectorError(
                f"miss = {miss} and pace = {pace} must be in ]0, 1[, size = {size} must be >= {LEAST_SCORES}"
            )
        self.miss, self.size, self.pace = miss, size, pace
        self._alphas = [miss / 2.0, miss / 2.0]
        self._scores: deque[float] = deque()
        self._sorted: list[float] = []

    @property
    def warming_up(self) -> int:
        """Answers still to come before there is an interval."""
        return max(0, LEAST_SCORES - len(self._scores))

    def around(self, expected: float) -> tuple[float, float] | None:
        """The least and the most that the count should be, whole numbers; None while warming up.

        After a jump the expected count itself may lie outside: the promise is about what comes.
        """
        root = _root(expected)
        if self.warming_up:
            return None
        low, high = sorted(_count(root + self._quantile(side)) for side in (0, 1))
        return float(math.ceil(low - EDGE)), float(math.floor(high + EDGE))

    def learn(self, expected: float, observed: float, promised: tuple[float, float] | None = None) -> None:
        """Take in what came where `expected` was forecast.

        Args:
            promised: what `around` said then; without, what it says now, for answers that come at once.
        """
        score = _root(observed) - _root(expected)
        if (promised := promised or self.around(expected)) is not None:
            for side, missed in enumerate((observed < promised[0], observed > promised[1])):
                self._alphas[side] += self.pace * (self.miss / 2.0 - missed)
        self._scores.append(score)
        insort(self._sorted, score)
        if len(self._scores) > self.size:
            oldest = self._scores.popleft()
            del self._sorted[bisect_left(self._sorted, oldest)]

    def _quantile(self, side: int) -> float:
        """The end of the interval on the scale of scores; beyond all scores if even those were missed too often."""
        alpha, last = self._alphas[side], len(self._sorted) - 1
        at = alpha * (last + 2) - 1.0
        away = max(0.0, -at) * (self._sorted[-1] - self._sorted[0]) / (last + 1)
        place = min(last, max(0, math.floor(at)))
        return self._sorted[place] - away if side == 0 else self._sorted[last - place] + away

    def snapshot(self) -> ConformalState:
        """All it remembers."""
        return ConformalState((self._alphas[0], self._alphas[1]), tuple(self._scores))

    def restore(self, state: ConformalState) -> None:
        """Go on from a snapshot."""
        self._alphas = list(state.alphas)
        self._scores = deque(state.scores)
        self._sorted = sorted(state.scores)


def _root(count: float) -> float:
    if count < 0.0:
        raise DetectorError(f"count = {count} must be >= 0")
    return 2.0 * math.sqrt(count + 0.375)


def _count(root: float) -> float:
    return max(0.0, max(0.0, root) ** 2 / 4.0 - 0.375)
