"""A weighted choice that is quick to repeat. It draws; what the weights mean is its owner's affair."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")

ZIPF_SHIFT = 2.0
"""Mandelbrot's shift: flattens the head, so that no word takes a tenth of all posts."""


class Ranked(Generic[T]):
    """Items drawn with fixed weights; without weights, by Zipf-Mandelbrot rank: weight = 1 / (rank + 2).

    Args:
        items: at least one.
        weights: one per item, >= 0, not all 0.

    >>> Ranked(["often", "seldom"], [1.0, 0.0]).pick(Random(1))
    'often'
    """

    def __init__(self, items: Sequence[T], weights: Sequence[float] | None = None) -> None:
        if weights is None:
            weights = [1.0 / (rank + ZIPF_SHIFT) for rank in range(1, len(items) + 1)]
        self.items = tuple(items)
        self._edges = list(accumulate(weights))
        self._total = self._edges[-1]
        self._last = len(items) - 1

    def pick(self, rng: Random) -> T:
        """One item."""
        return self.items[min(bisect_right(self._edges, rng.random() * self._total), self._last)]
