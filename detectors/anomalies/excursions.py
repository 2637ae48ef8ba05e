"""How often and how far a deviation strays into its far tails: the p of one, learned. Does not know what it is of."""

import math

import msgspec

from detectors.anomalies.ratio import Ratio, RatioState

EDGE = 2.0
"""|z| from which a point belongs to the tail."""
NORMAL_RATE = 0.02275
NORMAL_EXCESS = 0.373
"""P(z > EDGE), and the mean of z - EDGE beyond it, of a normal variable: where both tails start from."""
RATE_WEIGHT = 300.0
EXCESS_WEIGHT = 30.0
"""How firmly the normal's excess is believed in, in excursions: with 10, a collapse in a first day was not told."""
WORST_EXCESS = 4.0
"""What one point can teach at most, or a single catastrophe would blind a tail for days."""


class ExcursionsState(msgspec.Struct, frozen=True, array_like=True):
    """All that excursions remember: rates and excesses of both sides, and the side that the last point was on."""

    ratios: tuple[RatioState, ...]
    side_before: int | None


class Excursions:
    """P(z > x) = rate * (1 + (x - 2) / (n excess))^-n for x > 2: both learned for each side, in n excursions.

    Of every excursion its first point counts (peaks over threshold, declustered). It is an exponential whose mean is
    known only as well as n excursions tell it: with that mean taken for certain, a p of 3e-6 would come three times as
    often. So what is wilder than its model raises its own bar.

    Args:
        half_life: points after which a past one weighs half. > 0.

    Cost: 6 us a point; 8 floats.
    Source: Davison and Smith, Models for exceedances over high thresholds, JRSS B 52 (1990), with shape 0; its
    predictive distribution, Aitchison and Dunsmore, Statistical Prediction Analysis, 1975, 2.3 (conjugate gamma prior).

    >>> round(Excursions(half_life=1000).surprise(5.0), 1)
    4.4
    """

    def __init__(self, *, half_life: float) -> None:
        self._rates = [Ratio(half_life=half_life, prior=NORMAL_RATE, weight=RATE_WEIGHT) for _ in range(2)]
        half_life *= NORMAL_RATE
        self._excesses = [Ratio(half_life=half_life, prior=NORMAL_EXCESS, weight=EXCESS_WEIGHT) for _ in range(2)]
        self._side_before: int | None = None

    def surprise(self, z: float) -> float:
        """-log10 of the two-sided p of `z`."""
        size, side = abs(z), int(z > 0)
        if size <= EDGE:
            return -math.log10(math.erfc(size / math.sqrt(2.0)))
        known = EXCESS_WEIGHT + self._excesses[side].weight
        beyond = known * math.log1p((size - EDGE) / (known * self._excesses[side].value)) / math.log(10.0)
        return max(0.0, beyond - math.log10(2.0 * self._rates[side].value))

    def learn(self, z: float) -> None:
        """Take in one point."""
        side = int(z > 0) if abs(z) > EDGE else None
        for each in range(2):
            first = side == each and self._side_before != each
            self._rates[each].learn(float(first), 1.0)
            if first:
                self._excesses[each].learn(min(WORST_EXCESS, abs(z) - EDGE), 1.0)
        self._side_before = side

    def snapshot(self) -> ExcursionsState:
        """All it remembers."""
        return ExcursionsState(tuple(r.snapshot() for r in (*self._rates, *self._excesses)), self._side_before)

    def restore(self, state: ExcursionsState) -> None:
        """Go on from a snapshot."""
        for ratio, known in zip((*self._rates, *self._excesses), state.ratios, strict=True):
            ratio.restore(known)
        self._side_before = state.side_before
