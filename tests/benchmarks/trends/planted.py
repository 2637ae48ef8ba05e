"""Topics of talk that begin at a known time: so many subjects that share posts, so many people in the best hour."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tests.benchmarks.trends.background import Background, Texts, made_up

SIZES = (1, 3, 11, 65, 201)
"""Subjects of a topic: n words in a row and the n - 1 phrases between them."""

HEIGHTS = (10, 30, 100)
"""People in a topic's best hour, on average."""

HEAD_SHARE = 0.7
"""Share of the posts of a large topic that hold its first two words."""

STRETCH = 8
"""Words in a row that a post takes from a larger topic, about."""

RISE_S, SPAN_S = 1500.0, 4 * 3600.0
"""Posts come as a gamma of shape 2 and this scale, seconds: the most after 25 min; what is later than the span is left
out."""

BEST_HOUR = 0.6
"""Share of a topic's people in its best hour."""

HEIGHT_CV = 0.28
KNOWN_SHARE = 0.5
"""Share of a topic's words that are ordinary words of the vocabulary, of rank 2,000 and more; the others are new."""


class Planted(NamedTuple):
    """A topic that is planted.

    Attributes:
        sound: its one subject is a sound instead of a word.
        starts_s: seconds since the beginning.
    """

    number: int
    size: int
    height: int
    sound: bool
    starts_s: float

    @property
    def kind(self) -> str:
        """Its size, in a table."""
        return f"{self.size}, a sound" if self.sound else str(self.size)


class Told(NamedTuple):
    """The posts of a planted topic, and the sound of all of them, if any."""

    topic: Planted
    texts: Texts
    sound: str | None


def plan(each: int, start_s: float, end_s: float, seed: int) -> list[Planted]:
    """`each` topics of every size and height, in random order, at even distances, shaken."""
    rng = np.random.default_rng([seed, 2])
    kinds = [(size, False) for size in SIZES] + [(1, True)]
    cells = [(*kind, height) for kind in kinds for height in HEIGHTS for _ in range(each)]
    rng.shuffle(cells)
    step = (end_s - SPAN_S - start_s) / len(cells)
    shaken = rng.uniform(0, step, len(cells)).tolist()
    return [
        Planted(i, size, height, sound, start_s + i * step + late)
        for i, ((size, sound, height), late) in enumerate(zip(cells, shaken, strict=True))
    ]


def told(topic: Planted, background: Background, seed: int) -> Told:
    """Its posts: some words of the topic in a row, among words of ordinary talk."""
    rng = np.random.default_rng([seed, 3, topic.number])
    shape = HEIGHT_CV**-2
    people = max(3, int(rng.poisson(topic.height / BEST_HOUR * rng.gamma(shape, 1 / shape))))
    ages = np.sort(rng.gamma(2, RISE_S, people))
    ages = ages[ages < SPAN_S]
    around = background.words(len(ages), topic.starts_s)
    sound = f"sound-{seed}-{topic.number}" if topic.sound else None
    chain = [] if topic.sound else _chain(rng, topic, background)
    words = [_with(rng, chain, own) for own in around]
    return Told(topic, Texts(topic.starts_s + ages, background.creators(len(ages)), words), sound)


def _chain(rng: np.random.Generator, topic: Planted, background: Background) -> list[str]:
    count = (topic.size + 1) // 2
    new = made_up(rng, count, 5)
    known = rng.integers(2000, len(background.vocabulary), count).tolist()
    is_known = rng.random(count) < KNOWN_SHARE
    if count < 3:
        is_known[0] = False  # a lone ordinary word has its past against it: that is another question
    return [background.vocabulary[k] if old else n for n, k, old in zip(new, known, is_known, strict=True)]


def _with(rng: np.random.Generator, chain: Sequence[str], around: list[str]) -> list[str]:
    if not chain:
        return around
    length = min(len(chain), STRETCH + int(rng.integers(-2, 3)))
    first = int(rng.integers(0, len(chain) - length + 1))
    own = list(chain[first : first + length])
    if len(chain) > STRETCH and first > 1 and rng.random() < HEAD_SHARE:
        own = [*chain[:2], *own]
    cut = int(rng.integers(0, len(around) + 1))
    return [*around[:cut], *own, *around[cut:]]
