"""Do posts speak of one thing? Those of a word that bursts by chance have nothing else in common.

Read `coherence` (how far posts hold together), then `Chance` (how often posts do that by chance).
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple, Protocol

import msgspec
import numpy as np
from scipy.special import bdtrc

COPY = 0.5
"""Posts are near copies when they share this part of their words (Jaccard)."""

FEWEST_WORDS = 3
"""Shorter posts are no copies of each other: a challenge is often its hashtag alone."""

TIED_WEIGHT = 0.25
"""What a further word counts for that ties the same posts as stronger ones do."""

LEAST_P = 1e-30
DIGITS = 6


class Said(NamedTuple):
    """A post as seen here: who speaks, and the keys of its words."""

    author: int
    words: frozenset[int]


class Shares(Protocol):
    """How common words are."""

    def share(self, key: int) -> float:
        """Share of all voices that use a word, greater than 0."""


def apart(posts: Sequence[Said]) -> list[Said]:
    """One post an author, near copies once, the first of each.

    >>> a, b = frozenset({1, 2, 3}), frozenset({1, 2, 3, 4})
    >>> len(apart([Said(1, a), Said(2, b), Said(1, frozenset({7})), Said(3, frozenset({8}))]))
    2
    """
    authors, kept, own = set[int](), list[frozenset[int]](), list[Said]()
    for post in posts:
        long = len(post.words) >= FEWEST_WORDS
        if post.author in authors or (long and any(_alike(post.words, other) for other in kept)):
            continue
        authors.add(post.author)
        own.append(post)
        if long:
            kept.append(post.words)
    return own


def _alike(a: frozenset[int], b: frozenset[int]) -> bool:
    both = len(a & b)
    return both >= COPY * (len(a) + len(b) - both)


def coherence(own: AbstractSet[int], posts: Sequence[Said], shares: Shares) -> float:
    """How far some posts share further words than their own, in decades. 0: not at all.

    For each other word, how surprising it is that so many of the posts hold it, given how common it is: a binomial
    tail, times the number of words as rare as that one (about 1 / share). Surprises add up, the strongest first;
    a word that ties only posts which stronger words have tied already counts for a quarter.

    Args:
        own: the words of the subject that brought the posts together.
        posts: n posts that are `apart`.
    Source: ours, see docs/decisions/0018.
    """
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for i, post in enumerate(posts):
        for word in post.words:
            if word not in own:
                holders[word].append(i)
    shared = [word for word, at in holders.items() if len(at) > 1]
    if not shared:
        return 0.0
    surprises = _surprises([len(holders[word]) for word in shared], [shares.share(word) for word in shared], len(posts))
    total, tied = 0.0, set[tuple[int, int]]()
    for surprise, word in sorted(zip(surprises, shared, strict=True), key=lambda pair: (-pair[0], pair[1])):
        pairs = set(itertools.combinations(holders[word], 2))
        fresh = len(pairs - tied) / len(pairs)
        total += surprise * (TIED_WEIGHT + (1 - TIED_WEIGHT) * fresh)
        tied |= pairs
    return round(total, DIGITS)


def _surprises(holding: Sequence[int], shares: Sequence[float], n: int) -> list[float]:
    """-log10 of the p of each word, rounded."""
    share = np.array(shares)
    p = np.minimum(1.0, bdtrc(np.array(holding) - 1.0, n, np.minimum(share, 1.0)) / share)
    rounded: list[float] = (-np.log10(np.maximum(p, LEAST_P))).round(DIGITS).tolist()
    return rounded


SIZES = (3, 4, 6, 10)
"""Groups of up to so many posts are alike, and those of more."""

STEP = 0.25
"""Width of a cell of coherence, decades."""

CELLS = 121
ENOUGH = 200
"""Chance groups that must have been seen before a tail is fitted."""

TAIL = 0.02
"""Share of the greatest beyond which the tail is taken to be exponential."""

TAIL_GROUPS = 5
FLOOR = 0.1
"""A p is never less than this, divided by the groups seen: what was not observed is not trusted."""


class ChanceState(msgspec.Struct, frozen=True, array_like=True):
    """Groups seen, by size and coherence: i8[sizes, cells]."""

    counts: bytes


_read_state = msgspec.msgpack.Decoder(ChanceState).decode


class Chance:
    """Running distribution of the coherence of groups of posts that share a subject which does not burst, by size.

    A theoretical one was wrong by 250 times: language holds together.
    """

    def __init__(self) -> None:
        self._counts = np.zeros((len(SIZES) + 1, CELLS), np.int64)

    def learn(self, size: int, value: float) -> None:
        """Take a group of so many posts."""
        self._counts[_row(size)][_cell(value)] += 1

    def p(self, size: int, value: float) -> float:
        """P(a chance group of this size holds together so well), 0 to 1, rounded."""
        if value <= 0:
            return 1.0
        counts, cell = self._counts[_row(size)], _cell(value)
        n, over = int(counts.sum()), np.cumsum(counts[::-1])[::-1]
        start = int(np.argmax(over <= TAIL * n))
        beyond = int(over[start])
        if n < ENOUGH or cell <= start or beyond < TAIL_GROUPS:
            return _rounded((int(over[cell]) + 1) / (n + 2))
        mean = float((np.arange(start, CELLS) - start) @ counts[start:]) / beyond * STEP + STEP / 2
        exponential = (beyond + 1) / (n + 2) * math.exp(-(value - start * STEP) / max(2 * STEP, mean))
        return _rounded(max(exponential, FLOOR / (n + 2)))

    def snapshot(self) -> bytes:
        """All it remembers."""
        return msgspec.msgpack.encode(ChanceState(self._counts.astype("<i8").tobytes()))

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        self._counts[:] = np.frombuffer(_read_state(value).counts, "<i8").reshape(self._counts.shape)


def _row(size: int) -> int:
    return sum(size > limit for limit in SIZES)


def _cell(value: float) -> int:
    return min(CELLS - 1, int(value / STEP))


def _rounded(p: float) -> float:
    """To so many digits behind the first: p are compared."""
    return float(f"{p:.{DIGITS}e}")


def fisher(p: float, q: float) -> float:
    """One p of two independent ones. Source: Fisher 1932; for two, P(UV <= z) = z (1 - ln z).

    >>> round(fisher(0.01, 0.1), 4)
    0.0079
    """
    z = max(p * q, 1e-300)
    return _rounded(min(1.0, z * (1 - math.log(z))))
