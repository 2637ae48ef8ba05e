"""How far a post is from what was expected, in standard deviations of its kind. It decides nothing."""

from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.performance.usual import Counts, Floats

CUT = 3.0
"""Deviations beyond which a post teaches only what lies within: an outperformer must not make the next one usual."""

LEAST_SPREAD = 1e-4
HALF = 0.5
"""Added before a logarithm: there are posts without any engagement."""

PRIOR_SPREAD, PRIOR_POSTS = 1.0, 20.0
"""Before any data posts are believed to stray by as much as is expected, as firmly as 20 posts would say it."""

MEMORY_S = 7 * 86_400.0
"""Half-life of what is learned of spreads and tails: so that a whole week is in it."""


def score(count: npt.ArrayLike, expected: Floats, batch: Floats, spread: Floats) -> Floats:
    """Signed deviation of a count whose variance is batch * mean + spread * mean^2; about 1 is ordinary.

    For large counts a logarithm of the ratio, for small ones a difference of roots: so many in a row that are twice the
    usual mean more than one, and what has no mean (a few posts take nearly all) has an exponential tail here.

    Source: Anscombe, The transformation of Poisson, binomial and negative-binomial data, Biometrika 35 (1948).

    >>> one = np.ones(1)
    >>> [round(float(score(n, 10 * one, one, 0.1 * one)[0]), 1) for n in (10, 20, 100)]
    [0.0, 1.7, 6.2]
    """
    seen, usual = _stable(np.asarray(count, np.float64), batch, spread), _stable(expected, batch, spread)
    return (seen - usual) / np.sqrt(spread)


def count_at(deviation: npt.ArrayLike, expected: Floats, batch: Floats, spread: Floats) -> Floats:
    """The count with this score, 0 if none is so low: the inverse of `score`."""
    root = _stable(expected, batch, spread) + np.asarray(deviation) * np.sqrt(spread)
    count: Floats = batch / spread * np.sinh(np.maximum(root, 0.0) / 2.0) ** 2
    return count


def _stable(count: Floats, batch: Floats, spread: Floats) -> Floats:
    return 2.0 * np.arcsinh(np.sqrt(np.maximum(count, 0.0) * spread / batch))


class SpreadState(msgspec.Struct, frozen=True, array_like=True):
    """Decayed sums by kind, and the bucket up to which they are decayed."""

    sums: list[list[float]]
    bucket: int


class Spreads(NamedTuple):
    """Shapes: f8[n] each."""

    batch: Floats
    spread: Floats


class SpreadBank:
    """How posts of each kind stray from what is expected of them.

    variance = batch * mean + spread * mean^2. Each is learned from the posts where it is the greater part, with equal
    weight for each, lest the largest accounts decide for all, and on the scale of the score there: the square of a
    difference of logarithms is spread + batch / mean; of roots, times 4, batch + spread * mean. On that of counts a
    few posts with nearly all engagement would make the spread so great that nothing stood out.

    Args:
        kinds: how many. bucket_s: seconds.
    """

    def __init__(self, kinds: int, *, bucket_s: float) -> None:
        self._decay = 0.5 ** (bucket_s / MEMORY_S)
        self._sums = np.zeros((kinds, 4))  # of batches, and posts that say so; of spreads, and posts
        self._bucket = 0

    def of(self, kind: Counts) -> Spreads:
        """What is known of these kinds."""
        batches, of_batch, spreads, of_spread = self._sums[kind].T
        batch = np.maximum((batches + PRIOR_POSTS) / (of_batch + PRIOR_POSTS), 1.0)
        spread = (spreads + PRIOR_SPREAD * PRIOR_POSTS) / (of_spread + PRIOR_POSTS)
        return Spreads(batch, np.maximum(spread, LEAST_SPREAD))

    def learn(self, kind: Counts, count: Counts, expected: Floats, bucket: int) -> None:
        """Take in posts of one bucket; those beyond `CUT` as if they were there."""
        self._sums *= self._decay ** max(0, bucket - self._bucket)
        self._bucket = max(self._bucket, bucket)
        batch, spread = self.of(kind)
        low, high = (count_at(side * CUT, expected, batch, spread) for side in (-1.0, 1.0))
        kept = np.clip(count, low, high)
        wide = spread * expected >= batch
        of_logs = np.log((kept + HALF) / (expected + HALF)) ** 2 - batch / (expected + HALF)
        of_roots = 4.0 * (np.sqrt(kept) - np.sqrt(expected)) ** 2 - spread * expected
        told = np.where(wide, of_logs, of_roots)
        for column, mine in ((0, ~wide), (2, wide)):
            np.add.at(self._sums[:, column], kind[mine], told[mine])
            np.add.at(self._sums[:, column + 1], kind[mine], 1.0)

    def snapshot(self) -> bytes:
        """All it remembers."""
        return msgspec.msgpack.encode(SpreadState(self._sums.tolist(), self._bucket))

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        state = msgspec.msgpack.decode(value, type=SpreadState)
        self._sums, self._bucket = np.array(state.sums), state.bucket
