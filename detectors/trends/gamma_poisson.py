"""How surprising a count of voices is, given the subject's decayed past: for one subject, and for a bank of them."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from river.base import AnomalyDetector
from river.base.typing import FeatureName
from scipy.special import betainc

from detectors.errors import DetectorError

Floats = npt.NDArray[np.float64]

SURPRISE_DIGITS = 6
"""Surprise is rounded before anything compares it: the last bits of log differ between processors."""

LEAST_P = 1e-300


class Prior(NamedTuple):
    """What is believed of a subject never seen.

    Attributes:
        voices: pseudo-count of voices, by kind of subject. > 0.
        exposure: pseudo-exposure, in windows like the current one. > 0.
        r_max: cap of the gamma's shape; it keeps heavy subjects over-dispersed. > 0.
    """

    voices: float = 0.15
    exposure: float = 2.0
    r_max: float = 20.0


def expected(past: Floats, prior_voices: Floats, prior: Prior, exposure: float, past_exposure: float) -> Floats:
    """Mean of the predictive distribution, in voices. Shapes: f8[n], f8[n] -> f8[n]. Parameters as `tail`."""
    return (prior_voices + past) * exposure / (prior.exposure * exposure + past_exposure)


def tail(
    observed: Floats, past: Floats, prior_voices: Floats, prior: Prior, exposure: float, past_exposure: float
) -> Floats:
    """P(at least `observed` voices) under the Gamma-Poisson predictive distribution.

    With S the past, E its exposure and N the window's: r = a0 + S, mu = r N / (b0 N + E), r' = min(r, r_max), and the
    tail of the negative binomial with shape r' and mean mu is the regularised incomplete beta I(mu / (r' + mu); c, r').

    Shapes: observed f8[n], past f8[n], prior_voices f8[n] (a0 of each subject's kind) -> f8[n].
    Source: ours; the negative binomial's tail as in Johnson, Kemp, Kotz, Univariate Discrete Distributions, eq. 5.31.
    """
    mean = expected(past, prior_voices, prior, exposure, past_exposure)
    return tail_of(observed, mean, np.minimum(prior_voices + past, prior.r_max))


def tail_of(observed: Floats, mean: Floats, shape: Floats) -> Floats:
    """P(at least `observed` voices) where the mean and the negative binomial's shape are known. Shapes: f8[n] each."""
    p = np.asarray(betainc(np.maximum(observed, 1e-9), shape, mean / (shape + mean)), np.float64)
    return np.where(observed <= 0, 1.0, p)


def surprise(p: Floats) -> Floats:
    """-log10 p, rounded: decades; 3 means one in a thousand. Shapes: f8[n] -> f8[n].

    >>> surprise(np.array([1.0, 0.001]))
    array([0., 3.])
    """
    return (-np.log10(np.maximum(p, LEAST_P))).round(SURPRISE_DIGITS) + 0.0


class GammaPoisson(AnomalyDetector):
    """Surprise of one subject's count of voices; the bank in `stages/count.py` is this, for millions.

    Score first, then learn: `learn_one` takes what has left the window, once a bucket.

    Args:
        half_life: buckets after which a past voice weighs half. > 0.
        prior: see Prior.
    Shapes: {"voices": count, "exposure": people in the scope} in, one surprise out. State: two floats. Cost: O(1).

    >>> model = GammaPoisson(half_life=288)
    >>> for _ in range(600):
    ...     model.learn_one({"voices": 1, "exposure": 100})
    >>> model.score_one({"voices": 12, "exposure": 1200}) < 1 < model.score_one({"voices": 60, "exposure": 1200})
    True
    """

    def __init__(self, half_life: float = 288.0, prior: Prior = Prior()) -> None:  # noqa: B008 - a frozen value
        if half_life <= 0:
            raise DetectorError(f"half_life={half_life}: must be > 0 buckets")
        self.half_life = half_life
        self.prior = prior
        self.past = 0.0
        self.past_exposure = 0.0

    def learn_one(self, x: dict[FeatureName, Any]) -> None:
        """Add a bucket that has left the window to the past."""
        decay = 0.5 ** (1 / self.half_life)
        self.past = self.past * decay + x["voices"]
        self.past_exposure = self.past_exposure * decay + x["exposure"]

    def score_one(self, x: dict[FeatureName, Any]) -> float:
        """Surprise of the window's voices, given the window's exposure."""
        p = tail(
            np.array([float(x["voices"])]),
            np.array([self.past]),
            np.array([self.prior.voices]),
            self.prior,
            x["exposure"],
            self.past_exposure,
        )
        return float(surprise(p)[0])
