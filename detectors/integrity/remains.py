"""What is left of a trend without its suspicious part, and whether that would be a trend of its own: pure functions."""

from collections.abc import Iterable

from scipy.stats import nbinom

from detectors.integrity.signs import Sign

LEAST_MEAN = 0.05
"""Voices expected at least: nothing is so rare that a single voice proves it."""


def clean_voices(observed: float, signs: Iterable[Sign]) -> float:
    """Voices that would be left without those who show one of these signs; the worst of them counts.

    >>> clean_voices(40.0, [Sign(8, 10, 0.2), Sign(5, 10, 0.5)])
    8.0
    """
    return observed * min((sign.clean for sign in signs), default=1.0)


def stands_alone(voices: float, expected: float, *, r_max: float, least: float, p: float) -> bool:
    """Whether so many voices would be a trend: at least `least`, and less likely than `p`.

    Args:
        expected: voices that were to be expected; `r_max` caps the predictive shape, see Prior.

    >>> [stands_alone(n, 0.5, r_max=20.0, least=3, p=1e-4) for n in (2.0, 4.0, 12.0)]
    [False, False, True]
    """
    mean = max(expected, LEAST_MEAN)
    shape = min(mean, r_max)
    tail = float(nbinom.sf(round(voices) - 1, shape, shape / (shape + mean)))
    return voices >= least and round(tail, 12) < p
