"""How surprising a count is, given what was expected and how this series strays. Does not know why it was expected."""

import math

import msgspec

from detectors.anomalies.excursions import Excursions, ExcursionsState
from detectors.anomalies.ratio import Ratio, RatioState

SPREAD_PRIOR = 0.05
SPREAD_WEIGHT = 5.0
LEAST_SPREAD = 1e-4
"""Relative variance beyond the counting noise: before any data, how firmly, and the least that is believed."""
BATCH_WEIGHT = 20.0
"""How firmly single acts (a batch of 1) are believed in before any data, in expected counts."""

RARE_EXCESS = 0.35
"""Mean log of such a count, if acts come one by one, for each expected: 0.09 of 0.25, 0.35 of 1 (Poisson)."""
RARE_HALF_LIFE = 50.0
"""Such counts after which a past one weighs half."""
RATE_MEMORY = 5.0
"""How many times longer than the spread's the memory of the tails is: their points are few."""

CUT = 3.0
"""|z| beyond which a count teaches only what lies within."""


class TailState(msgspec.Struct, frozen=True, array_like=True):
    """All that a tail remembers: its ratios in the order in which they are made, and what follows from them."""

    ratios: tuple[RatioState, ...]
    excursions: ExcursionsState
    batch: float
    spread: float


class Tail:
    """Calibrated two-sided tail of counts around an expectation.

    Three steps. (1) The variance, batch * mean + spread * mean^2. Acts that arrive in batches (counters, deltas) are
    noisier than Poisson at every size, a wandering rate only at large ones: the batch is learned while less than usual
    is expected, the spread while more is, each by the method of moments as a ratio of decayed sums. Where acts are rare
    these say little for weeks, but each count does: the batch is at least their geometric mean, which one catastrophe
    among twenty acts hardly moves. (2) z, the signed
    root of twice the log-likelihood ratio against `expected` of a negative binomial in batches: right for small
    counts too, and it never saturates. (3) The p of z, of its learned excursions (`excursions.py`).

    Args:
        half_life: points after which a past one weighs half. > 0.
        overlap: points in which a count is seen, where they are sums. >= 1.

    Cost: about 10 us a point with its score; 18 floats.
    Source: McCullagh and Nelder, Generalized Linear Models, 1989, 9.2 and 2.4.

    >>> tail = Tail(half_life=1000)
    >>> [round(tail.surprise(tail.z(count, 100.0))) for count in (100, 60, 0)]
    [0, 1, 7]
    """

    LEAST_BATCH = 1.0
    """Acts that come one by one: the least that is believed."""
    RARE = 1.0
    """Where fewer are expected, a count that is not 0 is about one batch."""

    def __init__(self, *, half_life: float, overlap: int = 1) -> None:
        self._usual = Ratio(half_life=half_life, prior=0.0, weight=1e-9)
        self._batch = Ratio(half_life=half_life, prior=1.0, weight=BATCH_WEIGHT)
        self._rare = Ratio(half_life=RARE_HALF_LIFE * overlap, prior=0.0, weight=float(overlap))
        self._spread = Ratio(half_life=half_life, prior=SPREAD_PRIOR, weight=SPREAD_WEIGHT)
        self._excursions = Excursions(half_life=RATE_MEMORY * half_life)
        self.batch = 1.0
        self.spread = SPREAD_PRIOR

    def variance(self, expected: float) -> float:
        """Variance of a count relative to the square of its expectation."""
        return self.batch / expected + self.spread

    def z(self, count: float, expected: float, doubt: float = 0.0) -> float:
        """Standardised deviation, unbounded; `doubt` is the relative variance of `expected` itself."""
        shape = 1.0 / (self.spread + doubt)
        seen, mean = count / self.batch, expected / self.batch
        gain = seen * (math.log(seen) - math.log(mean)) if seen > 0 else 0.0
        gain -= (seen + shape) * math.log((seen + shape) / (mean + shape))
        return math.copysign(math.sqrt(max(0.0, 2.0 * gain)), seen - mean)

    def count_at(self, z: float, expected: float, doubt: float = 0.0) -> float:
        """The count whose z this is (0 if none is so low): the inverse of `z`, by bisection."""
        low, high = (0.0, expected) if z < 0 else (expected, 2.0 * expected + 1.0)
        while z > 0 and self.z(high, expected, doubt) < z and math.isfinite(2.0 * high):
            high *= 2.0
        for _ in range(50):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self.z(middle, expected, doubt) < z else (low, middle)
        return low

    def surprise(self, z: float) -> float:
        """-log10 of the two-sided p of `z`."""
        return self._excursions.surprise(z)

    def interval(self, expected: float, doubt: float = 0.0) -> tuple[float, float]:
        """The counts that are ordinary in 95 of 100 cases."""
        return self.count_at(-1.96, expected, doubt), self.count_at(1.96, expected, doubt)

    def learn(self, count: float, expected: float, doubt: float = 0.0, z: float | None = None) -> float:
        """Take in one point; return the count as far as it may teach, brought back to where |z| is `CUT`.

        Args:
            z: its deviation, where that is known already.
        """
        z = self.z(count, expected, doubt) if z is None else z
        kept = count if abs(z) <= CUT else self.count_at(math.copysign(CUT, z), expected, doubt)
        if count > 0 and expected < self.RARE:
            self._rare.learn(math.log(count) - RARE_EXCESS * expected, 1.0)
            self._believe_batch()
        self._learn_variance((kept - expected) ** 2, expected)
        self._excursions.learn(z)
        return kept

    def snapshot(self) -> TailState:
        """All it remembers."""
        ratios = tuple(ratio.snapshot() for ratio in (self._usual, self._batch, self._rare, self._spread))
        return TailState(ratios, self._excursions.snapshot(), self.batch, self.spread)

    def restore(self, state: TailState) -> None:
        """Go on from a snapshot."""
        for ratio, known in zip((self._usual, self._batch, self._rare, self._spread), state.ratios, strict=True):
            ratio.restore(known)
        self._excursions.restore(state.excursions)
        self.batch, self.spread = state.batch, state.spread

    def _learn_variance(self, square: float, expected: float) -> None:
        self._usual.learn(expected, 1.0)
        if expected < self._usual.value:
            self._batch.learn(square - self.spread * expected * expected, expected)
            self._believe_batch()
        else:
            self._spread.learn(square - self.batch * expected, expected * expected)
            self.spread = max(LEAST_SPREAD, self._spread.value)

    def _believe_batch(self) -> None:
        rare = self._rare.value
        self.batch = max(self.LEAST_BATCH, self._batch.value, math.exp(rare) if rare > 0 else 0.0)
