"""Ordinary talk, made up: topics whose words go together, a daily cycle, over-dispersed. Nothing in it is a trend.

Posts do not hold independent words: a detector that believes whatever holds together must be able to fail here.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

VOCABULARY = 60_000
TOPICS = 1_500
TOPIC_WORDS = 60
TOPIC_SHARE = 0.55
"""Share of a post's words that come from its topic; the others are anybody's words."""

PAIR_SHARE = 0.35
"""How often a word of a topic is followed by its usual neighbour."""

NOISE_CV = 0.42
"""Coefficient of variation of the hourly rates of words and of topics. A subject mixes several of them: its own rate
varies by 0.23 (median of the 300 most used words; a tenth by 0.4 and more): negative binomial counts of shape 20."""

DAY_S = 86_400.0
DAILY, OWN_DAILY = 0.6, 0.3
"""Amplitude of the day, for all talk, and for each topic with a phase of its own."""

CREATORS = 400_000
_SYLLABLES = [c + v for c in "bcdfghjklmnprstvz" for v in "aeiou"]


def made_up(rng: np.random.Generator, count: int, syllables: int) -> list[str]:
    """Distinct words of so many syllables, about twice as many letters.

    >>> len(set(made_up(np.random.default_rng(1), 1000, 4)))
    1000
    """
    found: dict[str, None] = {}
    while len(found) < count:
        picked = rng.integers(len(_SYLLABLES), size=(count, syllables)).tolist()
        found.update(dict.fromkeys("".join(_SYLLABLES[i] for i in row) for row in picked))
    return list(found)[:count]


def zipf(size: int, flat: float) -> Floats:
    """Shares by rank, 1 / (rank + flat) (Mandelbrot 1953). Shapes: f8[size], sum 1."""
    weights = 1 / (np.arange(size) + 1 + flat)
    shares: Floats = weights / weights.sum()
    return shares


class Texts(NamedTuple):
    """n posts. Shapes: at f8[n], seconds since the beginning, ascending; creators i8[n]; words: a list for each."""

    at: Floats
    creators: Numbers
    words: list[list[str]]


class Background:
    """Talk, hour by hour.

    Args:
        rate: posts a second, mean over the day.
        seed: the same talk for the same seed.
    """

    def __init__(self, rate: float, seed: int) -> None:
        self._rate = rate
        self._rng = rng = np.random.default_rng([seed, 1])
        self.vocabulary = made_up(rng, VOCABULARY, 3)
        self._word_shares = zipf(VOCABULARY, 10)
        self._topic_shares = zipf(TOPICS, 5)
        self._phases = rng.uniform(0, 2 * math.pi, TOPICS)
        # Words of a topic: from all ranks, rare ones more than their share, as the jargon of a community is.
        ranks = np.exp(rng.uniform(math.log(20), math.log(VOCABULARY), (TOPICS, TOPIC_WORDS)))
        self._topic_words = ranks.astype(np.int64) - 1
        self._within = np.cumsum(zipf(TOPIC_WORDS, 2))

    def hour(self, number: int) -> Texts:
        """The posts of an hour; call it for one hour after the other."""
        start_s = number * 3600.0
        daily = 1 + DAILY * math.sin(2 * math.pi * (start_s + 1800) / DAY_S - 2)
        n = int(self._rng.poisson(3600 * self._rate * daily * self._noise(1)[0] ** 0.3))
        at = np.sort(self._rng.uniform(start_s, start_s + 3600, n))
        return Texts(at, self.creators(n), self.words(n, start_s))

    def creators(self, n: int) -> Numbers:
        """Who posts: few often, many hardly ever. Shapes: i8[n]."""
        creators: Numbers = (CREATORS * self._rng.random(n) ** 1.7).astype(np.int64)
        return creators

    def words(self, n: int, at_s: float) -> list[list[str]]:
        """The words of n posts of one hour."""
        rng = self._rng
        own_day = 1 + OWN_DAILY * np.sin(2 * math.pi * at_s / DAY_S + self._phases)
        topics = _drawn(rng, self._topic_shares * own_day * self._noise(TOPICS), n)
        lengths = 5 + rng.poisson(5, n)
        post = np.repeat(np.arange(n), lengths)
        total = len(post)
        words = _drawn(rng, self._word_shares * self._noise(VOCABULARY), total)
        places = np.searchsorted(self._within, rng.random(total)).clip(max=TOPIC_WORDS - 1)
        of_topic = rng.random(total) < TOPIC_SHARE
        # A usual neighbour: the same post's next place, one further on in the list of the topic.
        follows = np.append(False, of_topic[:-1] & (post[1:] == post[:-1])) & (rng.random(total) < PAIR_SHARE)
        before = np.append(0, places[:-1])
        places = np.where(follows, (before + 1) % TOPIC_WORDS, places)
        words = np.where(of_topic | follows, self._topic_words[topics[post], places], words)
        spelled = [self.vocabulary[i] for i in words.tolist()]
        ends = np.cumsum(lengths).tolist()
        return [spelled[end - length : end] for end, length in zip(ends, lengths.tolist(), strict=True)]

    def _noise(self, size: int) -> Floats:
        shape = NOISE_CV**-2
        return self._rng.gamma(shape, 1 / shape, size)


def _drawn(rng: np.random.Generator, weights: Floats, n: int) -> Numbers:
    """Draws by weight. Shapes: f8[k] -> i8[n]."""
    sums = np.cumsum(weights)
    drawn: Numbers = np.searchsorted(sums, rng.random(n) * sums[-1]).clip(max=len(weights) - 1)
    return drawn


def spelled(words: Sequence[str]) -> str:
    """A text."""
    return " ".join(words)
