"""How surprising a count is, given what was expected and how this series strays. Does not know why it was expected."""

import math

import msgspec

from detectors.anomalies.ratio import Ratio, RatioState

SPREAD_PRIOR = 0.05
SPREAD_WEIGHT = 5.0
LEAST_SPREAD = 1e-4
"""Relative variance beyond the counting noise: before any data, how firmly, and the least that is believed."""
BATCH_WEIGHT = 20.0
"""How firmly single acts (a batch of 1) are believed in before any data, in expected counts."""

EDGE = 2.0
"""|z| from which a point belongs to the tail."""
NORMAL_RATE = 0.02275
NORMAL_EXCESS = 0.373
"""P(z > EDGE), and the mean of z - EDGE beyond it, of a normal variable: where both tails start from."""
RATE_WEIGHT = 300.0
EXCESS_WEIGHT = 30.0
"""How firmly the normal's excess is believed in, in excursions: with 10, a collapse in a first day was not told."""
RATE_MEMORY = 5.0
"""How many times longer than the spread's the memory of the tails is: their points are few."""
WORST_EXCESS = 4.0
"""What one point can teach the tail at most, or a single catastrophe would blind it for days."""

CUT = 3.0
"""|z| beyond which a count teaches only what lies within."""


class TailState(msgspec.Struct, frozen=True, array_like=True):
    """All that a tail remembers: its ratios in the order in which they are made, and what follows from them."""

    ratios: tuple[RatioState, ...]
    side_before: int | None
    batch: float
    spread: float


class Tail:
    """Calibrated two-sided tail of counts around an expectation.

    Three steps. (1) The variance, batch * mean + spread * mean^2. Acts that arrive in batches (counters, deltas) are
    noisier than Poisson at every size, a wandering rate only at large ones: the batch is learned while less than usual
    is expected, the spread while more is, each by the method of moments as a ratio of decayed sums. (2) z, the signed
    root of twice the log-likelihood ratio against `expected` of a negative binomial in batches: right for small
    counts too, and it never saturates. (3) P(z > x) = rate * (1 + (x - 2) / (n excess))^-n for x > 2, rate and mean
    excess learned for each side from the first point of every excursion (peaks over threshold, declustered), n of them
    in all: an exponential whose mean is known only as well as n excursions tell it. With that mean taken for certain,
    a p of 3e-6 would come three times as often. So a series that is wilder than its model raises its own bar.

    Args:
        half_life: points after which a past one weighs half. > 0.

    Cost: about 10 us a point with its score; 16 floats.
    Source: (1, 2) McCullagh and Nelder, Generalized Linear Models, 1989, 9.2 and 2.4; (3) Davison and Smith, Models
    for exceedances over high thresholds, JRSS B 52 (1990), with shape 0; its predictive distribution, Aitchison and
    Dunsmore, Statistical Prediction Analysis, 1975, 2.3 (conjugate gamma prior).

    >>> tail = Tail(half_life=1000)
    >>> [round(tail.surprise(tail.z(count, 100.0))) for count in (100, 60, 0)]
    [0, 1, 7]
    """

    LEAST_BATCH = 1.0
    """Acts that come one by one: the least that is believed."""

    def __init__(self, *, half_life: float) -> None:
        self._usual = Ratio(half_life=half_life, prior=0.0, weight=1e-9)
        self._batch = Ratio(half_life=half_life, prior=1.0, weight=BATCH_WEIGHT)
        self._spread = Ratio(half_life=half_life, prior=SPREAD_PRIOR, weight=SPREAD_WEIGHT)
        memory = RATE_MEMORY * half_life
        self._rates = [Ratio(half_life=memory, prior=NORMAL_RATE, weight=RATE_WEIGHT) for _ in range(2)]
        memory *= NORMAL_RATE
        self._excesses = [Ratio(half_life=memory, prior=NORMAL_EXCESS, weight=EXCESS_WEIGHT) for _ in range(2)]
        self._side_before: int | None = None
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
        size, side = abs(z), int(z > 0)
        if size <= EDGE:
            return -math.log10(math.erfc(size / math.sqrt(2.0)))
        known = EXCESS_WEIGHT + self._excesses[side].weight
        beyond = known * math.log1p((size - EDGE) / (known * self._excesses[side].value)) / math.log(10.0)
        return max(0.0, beyond - math.log10(2.0 * self._rates[side].value))

    def interval(self, expected: float, doubt: float = 0.0) -> tuple[float, float]:
        """The counts that are ordinary in 95 of 100 cases."""
        return self.count_at(-1.96, expected, doubt), self.count_at(1.96, expected, doubt)

    def learn(self, count: float, expected: float, doubt: float = 0.0) -> float:
        """Take in one point; return the count as far as it may teach, brought back to where |z| is `CUT`."""
        z = self.z(count, expected, doubt)
        kept = count if abs(z) <= CUT else self.count_at(math.copysign(CUT, z), expected, doubt)
        self._learn_variance((kept - expected) ** 2, expected)
        side = int(z > 0) if abs(z) > EDGE else None
        for each in range(2):
            first = side == each and self._side_before != each
            self._rates[each].learn(float(first), 1.0)
            if first:
                self._excesses[each].learn(min(WORST_EXCESS, abs(z) - EDGE), 1.0)
        self._side_before = side
        return kept

    def snapshot(self) -> TailState:
        """All it remembers."""
        return TailState(tuple(r.snapshot() for r in self._ratios()), self._side_before, self.batch, self.spread)

    def restore(self, state: TailState) -> None:
        """Go on from a snapshot."""
        for ratio, known in zip(self._ratios(), state.ratios, strict=True):
            ratio.restore(known)
        self._side_before, self.batch, self.spread = state.side_before, state.batch, state.spread

    def _ratios(self) -> tuple[Ratio, ...]:
        return self._usual, self._batch, self._spread, *self._rates, *self._excesses

    def _learn_variance(self, square: float, expected: float) -> None:
        self._usual.learn(expected, 1.0)
        if expected < self._usual.value:
            self._batch.learn(square - self.spread * expected * expected, expected)
            self.batch = max(self.LEAST_BATCH, self._batch.value)
        else:
            self._spread.learn(square - self.batch * expected, expected * expected)
            self.spread = max(LEAST_SPREAD, self._spread.value)
