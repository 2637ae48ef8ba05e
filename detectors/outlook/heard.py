"""How many distinct people spoke of a trend in several windows that follow each other. It knows no trend."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detectors.counts.people import SAMPLE

ALL = 2**32 - 1
"""Hashes up to here: everybody."""


class Heard(NamedTuple):
    """A subject in one window.

    Attributes:
        voices: distinct people in it.
        least: the least hashes of its authors; see `detectors/counts/people.py`.
    """

    voices: float
    least: bytes


def distinct(windows: Sequence[Heard]) -> float:
    """Distinct people in all of these windows, which do not overlap; a whole number.

    The voices of each are exact. How many of them are heard again in another is told by the samples: of the people
    whose hashes lie under the limit of all samples, everybody is known, so that (different ones) / (all heard) there
    stands for the whole. Exact while no window has more than SAMPLE people.

    Source: ours, a ratio estimator over k minimum values (Bar-Yossef et al., RANDOM 2002; Cochran, Sampling
    techniques, 1977, ch. 6); measured in docs/decisions/0034-forecasts-of-trends.md.

    >>> some = [np.array(hashes, "<u4").tobytes() for hashes in ([1, 2, 3], [3, 4])]
    >>> distinct([Heard(3, some[0]), Heard(2, some[1])])
    4.0
    """
    samples = [np.frombuffer(window.least, "<u4") for window in windows]
    limit = min((int(sample[-1]) for sample in samples if len(sample) >= SAMPLE), default=ALL)
    told = np.concatenate([np.zeros(0, np.uint32), *(sample[sample <= limit] for sample in samples)])
    voices = sum(window.voices for window in windows)
    if not len(told):
        return voices
    told.sort()
    different = 1 + int(np.count_nonzero(told[1:] != told[:-1]))
    return max(float(round(voices * different / len(told))), *(window.voices for window in windows))
