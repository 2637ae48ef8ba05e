"""How much a group of bursting subjects confirms itself: a topic of talk has words that go together, chance has not."""

from collections.abc import Sequence

import numpy as np

from detectors.subjects.kinds import kind_of, phrase_keys
from detectors.trends.discovery import simes

CONFIRMING = 2
"""Words of its own from which a group confirms itself."""

MOST_WORDS = 500
"""Words of a group that are looked at, in pairs: in a cold start a group may have thousands."""

LONELY_WEIGHT = 0.02
"""Weight of a group that does not: its p must be fifty times smaller."""


def own_subjects(keys: Sequence[int]) -> int:
    """Words that say something for themselves.

    A hashtag, product or sound repeats what the text says, a phrase ties its two words into one.

    >>> from detectors.subjects.kinds import subject_key
    >>> own_subjects([subject_key("hashtag", "glowup"), subject_key("word", "glowup"), subject_key("word", "serum")])
    2
    """
    words = [key for key in keys if kind_of(key) == "word"][:MOST_WORDS]
    return len(words) - _tied(words, {key for key in keys if kind_of(key) == "phrase"})


def _tied(words: Sequence[int], phrases: set[int]) -> int:
    """Pairs of words that one of the phrases consists of, in either order."""
    if not phrases or len(words) < 2:
        return 0
    n, known = len(words), np.fromiter(phrases, np.uint64, len(phrases))
    keys = np.array(words, np.uint64)
    tied = np.isin(phrase_keys(np.repeat(keys, n), np.tile(keys, n)), known).reshape(n, n)
    return int(np.count_nonzero(np.triu(tied | tied.T, 1)))


def weighted_p(p_values: Sequence[float], keys: Sequence[int]) -> float:
    """One p for a group of bursts, over its weight, for weighted false-discovery control.

    Source: Genovese, Roeder, Wasserman 2006; the weights are ours, see docs/decisions/.
    """
    p = simes(p_values)
    return p if own_subjects(keys) >= CONFIRMING else p / LONELY_WEIGHT
