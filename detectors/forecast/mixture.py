"""Several forecasts of one event made one, weighted by how good each has been lately."""

import math
from collections.abc import Sequence

from detectors.errors import DetectorError

LEAST_P = 1e-4
"""Probabilities are cut here: nobody is ruled out by one answer."""


class Mixture:
    """P(yes) = sum of weight * p; a weight is the past likelihood of a forecaster, of which each answer forgets some.

    Args:
        size: forecasters. >= 1.
        memory: share of the logarithm of the weights that outlives an answer. In ]0, 1]; 0.99 looks back 100 answers.

    Raises: DetectorError for an argument out of range.
    Source: Raftery, Karny and Ettler, Online prediction under model uncertainty via dynamic model averaging,
    Technometrics 52 (2010), eq. 10 and 11.

    >>> two = Mixture(2, memory=0.99)
    >>> for i in range(50): two.learn([0.9, 0.5], True)
    >>> round(two([0.9, 0.5]), 2)
    0.9
    """

    def __init__(self, size: int, *, memory: float = 0.99) -> None:
        if size < 1 or not 0.0 < memory <= 1.0:
            raise DetectorError(f"size = {size} must be >= 1, memory = {memory} in ]0, 1]")
        self._memory = memory
        self.logs = [0.0] * size
        """Logarithms of the weights, unscaled. All there is to remember."""

    def __call__(self, ps: Sequence[float]) -> float:
        """The probability, given that of each: in [LEAST_P, 1 - LEAST_P]."""
        most = max(self.logs)
        weights = [math.exp(log - most) for log in self.logs]
        return sum(w * _cut(p) for w, p in zip(weights, ps, strict=True)) / sum(weights)

    def learn(self, ps: Sequence[float], answer: bool) -> None:
        """Take in the answer to what each said."""
        told = [math.log(_cut(p) if answer else 1.0 - _cut(p)) for p in ps]
        logs = [self._memory * log + one for log, one in zip(self.logs, told, strict=True)]
        self.logs = [log - max(logs) for log in logs]

    def forget(self) -> None:
        """All are as good as any other."""
        self.logs = [0.0] * len(self.logs)


def _cut(p: float) -> float:
    return max(LEAST_P, min(1.0 - LEAST_P, p))
