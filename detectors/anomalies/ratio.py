"""A ratio that forgets: the one statistic that the level, the spread and the tails of a series are made of."""

from typing import Any

from river import stats

from detectors.errors import DetectorError

RatioState = tuple[float, float]
"""Decayed numerator and denominator."""


class Ratio:
    """Decayed sum of numerators over decayed sum of denominators, shrunk to a prior.

    Two `river.stats.EWMean`, both started at 0: a plain EWMean gives its first value the weight of a whole
    memory, whereas in a ratio of two the start cancels. The prior does not fade, so that a series with little
    information stays near it for ever.

    Args:
        half_life: updates after which a past one weighs half. > 0.
        prior: the value without any data.
        weight: how much denominator the prior is worth. > 0.

    Cost: O(1), 2 floats.
    Source: ours.

    >>> share = Ratio(half_life=100, prior=0.5, weight=2)
    >>> share.value
    0.5
    >>> for _ in range(2): share.learn(1, 1)
    >>> round(share.value, 2)
    0.75
    """

    def __init__(self, *, half_life: float, prior: float, weight: float) -> None:
        if half_life <= 0 or weight <= 0:
            raise DetectorError(f"half_life = {half_life} and weight = {weight}: both must be > 0")
        self._prior = prior
        self._prior_weight = weight
        self._fade: float = 1.0 - 0.5 ** (1.0 / half_life)
        self.restart(0.0, 0.0)

    def learn(self, numerator: float, denominator: float) -> None:
        """Take in one pair."""
        self._numerator.update(numerator)
        self._denominator.update(denominator)

    def restart(self, value: float, weight: float) -> None:
        """Forget all and believe `value`, as if `weight` of denominator had been seen."""
        self.restore((value * weight * self._fade, weight * self._fade))

    def snapshot(self) -> RatioState:
        """All it remembers."""
        return float(self._numerator.get()), float(self._denominator.get())

    def restore(self, state: RatioState) -> None:
        """Go on from a snapshot: the first update of a mean is its value."""
        self._numerator: Any = stats.EWMean(self._fade)
        self._denominator: Any = stats.EWMean(self._fade)
        self.learn(*state)

    @property
    def weight(self) -> float:
        """Decayed sum of denominators, without the prior."""
        return float(self._denominator.get()) / self._fade

    @property
    def value(self) -> float:
        """The ratio now."""
        seen, weight = self._numerator.get() / self._fade, self._denominator.get() / self._fade
        return float((seen + self._prior * self._prior_weight) / (weight + self._prior_weight))
