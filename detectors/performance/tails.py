"""How often posts stray how far: the tail of the scores of each kind, learned from all posts. It tells nobody."""

import math
from collections.abc import Iterable, Iterator

import msgspec
import numpy as np

from detectors.performance.judged import KindSums
from detectors.performance.score import MEMORY_S
from detectors.performance.usual import Counts, Floats

EDGE = 2.0
"""The score from which a post belongs to the tail."""

NORMAL_RATE, NORMAL_EXCESS = 0.02275, 0.373
"""Share beyond the edge, and mean excess over it, of a normal score: where tails start from."""

RATE_POSTS, EXCESS_POSTS = 300.0, 10.0
"""How firmly that is believed: posts, and posts beyond the edge; as in `anomalies/tail.py`."""

WORST = 4.0
"""Excess that one post can teach at most: a single success must not hide all others for weeks."""


class TailBank:
    """P(score > x) = rate * exp(-(x - EDGE) / excess), of each kind, for x > EDGE.

    Posts whose engagement has no mean have such a tail on our scale, which is logarithmic; others have a shorter one.

    Args:
        bucket_s: seconds.
    Source: peaks over a threshold, Davison and Smith, JRSS B 52 (1990), with shape 0; as `anomalies/tail.py`.

    >>> tails = TailBank(bucket_s=300.0)
    >>> round(tails.surprise(0, 5.0), 2)
    5.14
    >>> tails.learn([KindSums(0, 3000, 300, 300.0)], 0)
    >>> round(tails.surprise(0, 5.0), 2)
    2.36
    """

    def __init__(self, *, bucket_s: float) -> None:
        self._decay = 0.5 ** (bucket_s / MEMORY_S)
        self._sums: dict[int, list[float]] = {}
        self._bucket = 0

    def surprise(self, kind: int, score: float) -> float:
        """-log10 P(at least such a score); 0 below the edge, where it is nobody's concern."""
        posts, beyond, excess = self._sums.get(kind, (0.0, 0.0, 0.0))
        if score <= EDGE:
            return 0.0
        rate = (beyond + NORMAL_RATE * RATE_POSTS) / (posts + RATE_POSTS)
        mean = (excess + NORMAL_EXCESS * EXCESS_POSTS) / (beyond + EXCESS_POSTS)
        return round((score - EDGE) / (mean * math.log(10.0)) - math.log10(rate), 4)

    def learn(self, kinds: Iterable[KindSums], bucket: int) -> None:
        """Take in the posts of a bucket, those that stand out too: they belong to the tail."""
        fade = self._decay ** max(0, bucket - self._bucket)
        self._bucket = max(self._bucket, bucket)
        for sums in self._sums.values():
            sums[:] = [fade * each for each in sums]
        for told in kinds:
            sums = self._sums.setdefault(told.kind, [0.0, 0.0, 0.0])
            for place, each in enumerate((told.posts, told.beyond, told.excess)):
                sums[place] += each

    def snapshot(self) -> bytes:
        """All it remembers."""
        return msgspec.msgpack.encode((self._sums, self._bucket))

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        self._sums, self._bucket = msgspec.msgpack.decode(value, type=tuple[dict[int, list[float]], int])


def kind_sums(kind: Counts, scores: Floats) -> Iterator[KindSums]:
    """What each kind adds to its tail. Shapes: [n] each."""
    posts = np.bincount(kind)
    beyond = np.bincount(kind[scores > EDGE], minlength=len(posts))
    excess = np.bincount(kind, np.clip(scores - EDGE, 0.0, WORST), minlength=len(posts))
    for one in np.flatnonzero(posts).tolist():
        yield KindSums(one, int(posts[one]), int(beyond[one]), round(float(excess[one]), 4))
