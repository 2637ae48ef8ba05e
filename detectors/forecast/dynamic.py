"""Regressions that learn from few answers and slowly forget: logistic for yes and no, linear for numbers.

For dozens of answers, where a forest has nothing to split yet. They know no trend.
"""

import math

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.errors import DetectorError
from detectors.forecast.window import MISSING

Floats = npt.NDArray[np.float64]

WIDEST = 3.0
"""Deviations at which a feature is cut: one strange value must not decide."""
LEAST_SPREAD = 1e-3
"""A feature that never changes must not be divided by nothing."""
PRIOR_ANSWERS = 5.0
"""What is believed of a feature's spread before any answer, 1 around 0, is worth so many."""
CALM = 30.0
"""Log-odds are cut here: exp needs no more."""


class ScalesState(msgspec.Struct, frozen=True, array_like=True):
    """Answers, means and sums of squares: f8[n] each."""

    seen: int
    means: bytes
    squares: bytes


class Scales:
    """Features in deviations from their mean, as far as they are known; what is missing is as usual.

    Shapes: f4[n] -> f8[n + 1], the last is 1. Source: Welford, Note on a method for calculating corrected sums of
    squares and products, Technometrics 4 (1962).
    """

    def __init__(self, features: int) -> None:
        self._seen = 0
        self._means, self._squares = np.zeros(features), np.zeros(features)
        self.spreads = self._worked_out()
        """Deviations of the features: f8[n]."""

    def __call__(self, values: npt.NDArray[np.float32]) -> Floats:
        """The same, scaled, with a constant."""
        x = np.empty(len(values) + 1)
        x[:-1] = self._off(values) / self.spreads
        x[-1] = 1.0
        np.maximum(x, -WIDEST, out=x)
        return np.minimum(x, WIDEST, out=x)

    def learn(self, values: npt.NDArray[np.float32]) -> None:
        """Take in the features of an answer."""
        self._seen += 1
        off = self._off(values)
        self._means += off / (self._seen + PRIOR_ANSWERS)
        self._squares += off * self._off(values)
        self.spreads = self._worked_out()

    def _off(self, values: npt.NDArray[np.float32]) -> Floats:
        """How far from the mean; what is missing is not."""
        off = values - self._means
        off[values == MISSING] = 0.0
        return off

    def _worked_out(self) -> Floats:
        spreads: Floats = np.sqrt((self._squares + PRIOR_ANSWERS) / (self._seen + PRIOR_ANSWERS))
        return np.maximum(spreads, LEAST_SPREAD)

    def snapshot(self) -> ScalesState:
        """All they remember."""
        return ScalesState(self._seen, self._means.tobytes(), self._squares.tobytes())

    def restore(self, state: ScalesState) -> None:
        """Go on from a snapshot."""
        self._seen = state.seen
        self._means, self._squares = np.frombuffer(state.means).copy(), np.frombuffer(state.squares).copy()
        self.spreads = self._worked_out()


class RegressionState(msgspec.Struct, frozen=True, array_like=True):
    """Weights f8[n + 1] and their covariance f8[n + 1, n + 1]."""

    weights: bytes
    covariance: bytes


class Dynamic:
    """Weights with their covariance, which grows back to the prior by and by: what is no longer learned is forgotten.

    Args:
        features: how many. >= 1.
        spread: of a weight, before any answer. > 0.
        fade: share of the way back to the prior with each answer. In [0, 1[. About 1 / (spread * sqrt(fade)) answers
            are remembered.

    Cost: O(features^2), 15 us for 30. Sums are of whole rows, so they do not depend on where an array lies in memory.
    Raises: DetectorError for an argument out of range.
    Source: West and Harrison, Bayesian forecasting and dynamic models, 1997, ch. 4 and 6; McCormick, Raftery, Madigan
    and Burd, Dynamic logistic regression and dynamic model averaging for binary classification, Biometrics 68 (2012).
    They divide the covariance by a forgetting factor, which has no bound where a feature stands still; ours has: the
    prior.
    """

    def __init__(self, *, features: int, spread: float, fade: float) -> None:
        if features < 1 or spread <= 0 or not 0 <= fade < 1:
            raise DetectorError(f"features = {features} must be >= 1, spread = {spread} > 0, fade = {fade} in [0, 1[")
        self._prior = np.eye(features + 1) * spread**2
        self._prior[-1, -1] = max(1.0, spread**2)
        self._fade = fade
        self._weights, self._covariance = np.zeros(features + 1), self._prior.copy()

    def forget(self, share: float) -> None:
        """Believe a share of what was learned no more: new answers weigh more for a while."""
        self._covariance += share * (self._prior - self._covariance)

    def _learn(self, x: Floats, error: float, curvature: float) -> None:
        self.forget(self._fade)
        gain = self._times(x)
        share = 1.0 / (1.0 + curvature * float((gain * x).sum()))
        self._covariance -= gain[:, None] * (gain * (curvature * share))
        self._weights += gain * (error * share)  # what the new covariance makes of x

    def _times(self, x: Floats) -> Floats:
        product: Floats = (self._covariance * x).sum(1)
        return product

    def snapshot(self) -> RegressionState:
        """All it remembers."""
        return RegressionState(self._weights.tobytes(), self._covariance.tobytes())

    def restore(self, state: RegressionState) -> None:
        """Go on from a snapshot."""
        self._weights = np.frombuffer(state.weights).copy()
        self._covariance = np.frombuffer(state.covariance).reshape(self._prior.shape).copy()


class DynamicLogistic(Dynamic):
    """P(yes), less sure where the features are little known.

    Source: as above; MacKay, The evidence framework applied to classification networks, Neural Computation 4 (1992).

    >>> model = DynamicLogistic(features=1, spread=1.0, fade=0.0)
    >>> for i in range(100): model.learn(np.array([i % 2, 1.0]), i % 2 == 1)
    >>> model.odds(np.array([1.0, 1.0])) > 1 > -1 > model.odds(np.array([0.0, 1.0]))
    True
    """

    def odds(self, x: Floats) -> float:
        """Log-odds of yes: f8[n + 1] -> one number."""
        doubt = float((self._times(x) * x).sum())
        return self._margin(x) / math.sqrt(1.0 + math.pi / 8.0 * doubt)

    def learn(self, x: Floats, answer: bool) -> None:
        """Take in an answer."""
        p = 1.0 / (1.0 + math.exp(-self._margin(x)))
        self._learn(x, answer - p, p * (1.0 - p))

    def _margin(self, x: Floats) -> float:
        return max(-CALM, min(CALM, float((self._weights * x).sum())))


class DynamicLinear(Dynamic):
    """An expected number, whose noise is about 1.

    >>> model = DynamicLinear(features=1, spread=1.0, fade=0.0)
    >>> for i in range(100): model.learn(np.array([i % 2, 1.0]), 2.0 * (i % 2))
    >>> round(model.expected(np.array([1.0, 1.0])), 1)
    2.0
    """

    def expected(self, x: Floats) -> float:
        """f8[n + 1] -> one number."""
        return float((self._weights * x).sum())

    def learn(self, x: Floats, answer: float) -> None:
        """Take in an answer."""
        self._learn(x, answer - self.expected(x), 1.0)
