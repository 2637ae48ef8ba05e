"""How surprising a subject's voices are: published formulas, each of the window's voices and those of earlier windows.

All see the same windows and the same voices, and a history without gaps; what is not in the formula is not added.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.stats import poisson

from config.settings import load
from detectors.subjects.kinds import KINDS, kind_codes
from detectors.trends.gamma_poisson import Prior, surprise, tail
from tests.benchmarks.trends.windows import Floats, Moment

DF_IDF_WINDOWS = 4
POISSON_ALPHA = 0.99
HALF_LIFE_WINDOWS = 24.0
BETA = 1.0


def raw_count(moment: Moment) -> Floats:
    """The voices themselves. Shapes: f8[n]."""
    return moment.observed


def ratio(moment: Moment) -> Floats:
    """C / (m + 1), m the mean of the windows of the last seven days: `n times the usual` of most tools.

    One is added so that a new subject has a ratio. Source: vendors' help pages; common practice.
    """
    scores: Floats = moment.observed / (_mean(moment.history) + 1)
    return scores


def point_poisson(moment: Moment) -> Floats:
    """(c - v) / width of the 99 % interval of a Poisson of mean v, v the window before, at least 1.

    Source: Hendrickson, Kolb, Lehman, Montague, Trend Detection in Social Data (Gnip 2015), point by point; its code
    gives no score where v is 0, so that nothing new could be found: v is at least 1 here.
    """
    last = moment.history[-1] if len(moment.history) else np.zeros(len(moment.keys))
    mean = np.maximum(last, 1)
    low, high = poisson.interval(POISSON_ALPHA, mean)
    scores: Floats = (moment.observed - mean) / (high - low)
    return scores


def df_idf(moment: Moment) -> Floats:
    """(c + 1) / (log(m + 1) + 1), m the mean of the last four windows; without the boost of named entities.

    Source: Aiello, Petkos et al., Sensing Trending Topics in Twitter (IEEE TMM 2013), eq. 3.
    """
    scores: Floats = (moment.observed + 1) / (np.log(_mean(moment.history[-DF_IDF_WINDOWS:]) + 1) + 1)
    return scores


def signi_trend(moment: Moment) -> Floats:
    """(c - max(m, b)) / (s + b), m and s the moving mean and deviation, half-life 24 windows, b = 1.

    Source: Schubert, Weiler, Kriegel, SigniTrend (KDD 2014), eq. 4 to 6; exact tables in place of its hashed ones.
    """
    alpha = 1 - 0.5 ** (1 / HALF_LIFE_WINDOWS)
    mean, variance = np.zeros(len(moment.keys)), np.zeros(len(moment.keys))
    for row in moment.history:
        change = row - mean
        mean = mean + alpha * change
        variance = (1 - alpha) * (variance + alpha * change**2)
    scores: Floats = (moment.observed - np.maximum(mean, BETA)) / (np.sqrt(variance) + BETA)
    return scores


def gamma_poisson(moment: Moment) -> Floats:
    """-log10 p of the product's Gamma-Poisson over the same history: its burst alone."""
    settings = load().detection
    weights = 0.5 ** (np.arange(len(moment.history), 0, -1) / HALF_LIFE_WINDOWS)
    priors = np.array([settings.prior_phrases if kind == "phrase" else settings.prior_words for kind in KINDS])
    return surprise(
        tail(
            moment.observed,
            weights @ moment.history,
            priors[kind_codes(moment.keys)],
            Prior(exposure=settings.prior_exposure, r_max=settings.r_max),
            moment.exposure,
            float(weights @ moment.exposures),
        )
    )


def _mean(history: Floats) -> Floats:
    mean: Floats = history.sum(axis=0) / max(len(history), 1)
    return mean


class Baseline(NamedTuple):
    """A formula, and the thresholds that are tried: fixed beforehand, from far too many alerts to far too few."""

    name: str
    score: Callable[[Moment], Floats]
    thresholds: tuple[float, ...]


BASELINES = (
    Baseline("raw count", raw_count, (4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 50)),
    Baseline("ratio to the 7-day mean", ratio, (2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 15, 25)),
    Baseline("Gnip's point Poisson", point_poisson, (0.5, 0.65, 0.8, 1, 1.2, 1.4, 1.7, 2, 2.5, 3.5, 5)),
    Baseline("df-idf", df_idf, (3.5, 4, 4.5, 5, 6, 7, 8, 10, 12, 16, 25)),
    Baseline("SigniTrend", signi_trend, (1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 8, 12, 20)),
    Baseline("Gamma-Poisson, burst alone", gamma_poisson, (3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 10, 12)),
)
