"""How often the answer was yes, by key: what a category or an hour of the day has taught. Knows no features."""

import msgspec

from detectors.errors import DetectorError

BASE_YES, BASE_ALL = 1.0, 15.0
"""What is believed before any answer: 1 in 15."""
MOST_KEYS = 4_096
"""Keys kept; beyond it the one that has had no answer for longest goes."""


class RatesState(msgspec.Struct, frozen=True, array_like=True):
    """All that rates remember: yes and all of everything, then (key, yes, all), the longest silent key first."""

    yes: int
    seen: int
    keys: tuple[tuple[str, int, int], ...]


class Rates:
    """Share of yes by key, shrunk to the share over everything (target encoding).

    rate(key) = (yes of key + weight * base) / (answers of key + weight).

    Args:
        weight: answers that the base is worth. > 0.

    Cost: O(1); at most `MOST_KEYS` keys.
    Source: Micci-Barreca, A preprocessing scheme for high-cardinality categorical attributes, SIGKDD Explor. 3 (2001).

    >>> rates = Rates(weight=20.0)
    >>> for i in range(30): rates.learn(("sport",), i % 2 == 0)
    >>> round(rates("sport"), 2), round(rates("never met"), 2)
    (0.44, 0.36)
    """

    def __init__(self, *, weight: float = 20.0) -> None:
        if weight <= 0:
            raise DetectorError(f"weight = {weight} must be > 0")
        self.weight = weight
        self._yes = 0
        self._seen = 0
        self._keys: dict[str, tuple[int, int]] = {}

    @property
    def base(self) -> float:
        """Share of yes over everything, in ]0, 1[."""
        return (self._yes + BASE_YES) / (self._seen + BASE_ALL)

    def __call__(self, key: str) -> float:
        """Share of yes of this key, in ]0, 1[."""
        yes, seen = self._keys.get(key, (0, 0))
        return (yes + self.weight * self.base) / (seen + self.weight)

    def learn(self, keys: tuple[str, ...], yes: bool) -> None:
        """Take in one answer, for each of its keys."""
        self._yes += yes
        self._seen += 1
        for key in keys:
            old_yes, old_seen = self._keys.pop(key, (0, 0))
            self._keys[key] = old_yes + yes, old_seen + 1
        while len(self._keys) > MOST_KEYS:
            del self._keys[next(iter(self._keys))]

    def snapshot(self) -> RatesState:
        """All they remember."""
        return RatesState(self._yes, self._seen, tuple((key, *counts) for key, counts in self._keys.items()))

    def restore(self, state: RatesState) -> None:
        """Go on from a snapshot."""
        self._yes, self._seen = state.yes, state.seen
        self._keys = {key: (yes, seen) for key, yes, seen in state.keys}
