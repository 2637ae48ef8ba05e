"""How rare a score is in its own series, as a tail probability. Does not know what the score means."""

import math

import msgspec

from detectors.errors import DetectorError

BINS = 64
WIDTH = 0.02
"""Of a bin; the last one holds all that is larger. Scores are decades, and half a decade is a great deal."""
TAIL_SHARE = 0.02
"""The tail begins where no more than this of the past lies: beyond it an exponential, before it the past itself."""
PRIOR_EXCESS = 0.05
PRIOR_WEIGHT = 20.0
"""Mean excess over the tail's beginning before any data, in decades of score, and how many points it counts for."""
LARGEST_WEIGHT = 1e9


class RarityState(msgspec.Struct, frozen=True, array_like=True):
    """All that a rarity remembers."""

    bins: tuple[float, ...]
    total: float
    weight: float


class Rarity:
    """-log10 of the share of the past that was at least so high, with an exponential beyond what is in memory.

    The past fades: a new point weighs a little more than the one before, and when weights are large all are divided.
    A catastrophe can teach the tail only the last bin, so it does not blind it for long.

    Args:
        half_life: points after which a past one weighs half. > 0.

    Shapes: one score in, one surprise in decades out. Cost: about 5 us; 66 floats.
    Raises: DetectorError if the half-life is not positive.
    Source: Davison and Smith, Models for exceedances over high thresholds, JRSS B 52 (1990), with shape 0.

    >>> rarity = Rarity(half_life=10_000)
    >>> for i in range(1000): rarity.learn(0.001 * (i % 200))
    >>> round(rarity.surprise(0.1), 1), rarity.surprise(0.9) > 4
    (0.3, True)
    """

    def __init__(self, *, half_life: float) -> None:
        if half_life <= 0:
            raise DetectorError(f"half_life = {half_life} must be > 0")
        self._growth = 2.0 ** (1.0 / half_life)
        self._bins = [0.0] * BINS
        self._total = 0.0
        self._weight = 1.0

    def surprise(self, score: float) -> float:
        """-log10 P(a score at least so high), >= 0."""
        edge = min(BINS - 1, int(score / WIDTH))
        points = self._total / self._weight
        above = sum(self._bins[edge:]) / self._weight
        if above > TAIL_SHARE * points:
            return -math.log10((above + 1.0) / (points + 1.0))
        start, above, excess = self._tail()
        share = (above + 1.0) / (points + 1.0)
        mean = (excess + PRIOR_EXCESS * PRIOR_WEIGHT) / (above + PRIOR_WEIGHT)
        return max(0.0, score - start) / (mean * math.log(10.0)) - math.log10(share)

    def learn(self, score: float) -> None:
        """Take in one score."""
        self._bins[min(BINS - 1, int(score / WIDTH))] += self._weight
        self._total += self._weight
        self._weight *= self._growth
        if self._weight > LARGEST_WEIGHT:
            self._bins = [held / self._weight for held in self._bins]
            self._total /= self._weight
            self._weight = 1.0

    def snapshot(self) -> RarityState:
        """All it remembers."""
        return RarityState(tuple(self._bins), self._total, self._weight)

    def restore(self, state: RarityState) -> None:
        """Go on from a snapshot."""
        self._bins, self._total, self._weight = list(state.bins), state.total, state.weight

    def _tail(self) -> tuple[float, float, float]:
        """Where the tail begins, the points in it, and the sum of their excesses."""
        most = TAIL_SHARE * self._total
        above = excess = 0.0
        edge = BINS
        while edge > 0 and above + self._bins[edge - 1] <= most:
            edge -= 1
            excess += WIDTH * above + 0.5 * WIDTH * self._bins[edge]
            above += self._bins[edge]
        return edge * WIDTH, above / self._weight, excess / self._weight
