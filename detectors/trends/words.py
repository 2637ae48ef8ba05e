"""How common a word is, as far as the ticks have told, and how alike two bags of words are."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

import msgspec
import numpy as np

from detectors.counts.ticks import Tick

Bag = Counter[int]
"""Posts that hold each word, by the word's key."""


class RatesState(msgspec.Struct, frozen=True, array_like=True):
    """Exposure; keys u8[n] and pasts f8[n], in the order in which they were told."""

    exposure: float
    keys: bytes
    pasts: bytes


_read_state = msgspec.msgpack.Decoder(RatesState).decode


class _Idf(dict[int, float]):
    """Of each word asked about in a bucket, worked out once: hundreds of posts hold the same ones."""

    def __init__(self, past: Mapping[int, float], exposure: float) -> None:
        self._past = past
        self._most = exposure + 1
        self._rare = max(0.0, math.log(self._most / 0.5))

    def __missing__(self, key: int) -> float:
        past = self._past.get(key)
        self[key] = idf = self._rare if past is None else max(0.0, math.log(self._most / (past + 0.5)))
        return idf


class Rates:
    """Decayed pasts of frequent words; a word that was never told is rare.

    Args:
        capacity: words remembered; the rarest are forgotten first. > 0.
    """

    def __init__(self, capacity: int = 20_000) -> None:
        self._capacity = capacity
        self._past: dict[int, float] = {}
        self._exposure = 0.0
        self._idf = _Idf(self._past, self._exposure)

    def learn(self, ticks: Iterable[Tick]) -> None:
        """Take what the ticks of one bucket publish."""
        for tick in ticks:
            self._exposure = tick.past_exposure
            self._past.update(tick.frequent)
            self._past.update((c.key, c.past) for c in tick.candidates)
        if len(self._past) > self._capacity:
            kept = sorted(self._past.items(), key=lambda item: (-item[1], item[0]))[: self._capacity // 2]
            self._past = dict(kept)
        self._idf = _Idf(self._past, self._exposure)

    def idf(self, key: int) -> float:
        """Inverse frequency of a word over the decayed past: log((E + 1) / (S + 1/2)), never negative."""
        return self._idf[key]

    def idfs(self, keys: Iterable[int]) -> list[float]:
        """Of many."""
        return list(map(self._idf.__getitem__, keys))

    def share(self, key: int) -> float:
        """Share of all voices that use a word: (S + 1/2) / (E + 1), more than 0."""
        return (self._past.get(key, 0.0) + 0.5) / (self._exposure + 1)

    def likeness(self, a: Mapping[int, int], b: Mapping[int, int]) -> float:
        """Cosine of two bags of words, each word weighted by its idf. 0 to 1."""
        return Centre(self, b).likeness(a)

    def snapshot(self) -> bytes:
        """All it remembers."""
        keys = np.fromiter(self._past.keys(), np.uint64, len(self._past))
        pasts = np.fromiter(self._past.values(), np.float64, len(self._past))
        return msgspec.msgpack.encode(RatesState(self._exposure, keys.tobytes(), pasts.tobytes()))

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        state = _read_state(value)
        keys, pasts = np.frombuffer(state.keys, np.uint64), np.frombuffer(state.pasts)
        self._exposure, self._past = state.exposure, dict(zip(keys.tolist(), pasts.tolist(), strict=True))
        self._idf = _Idf(self._past, self._exposure)


class Centre:
    """A bag of words that many others are held against: its weights and its length are worked out once.

    >>> centre = Centre(Rates(), {1: 2, 2: 1})
    >>> centre.likeness({1: 2, 2: 1}), centre.likeness({1: 1}, without=1)
    (1.0, 0.0)
    >>> centre.near({1, 2}) == centre.likeness({1: 1, 2: 1})
    True
    """

    def __init__(self, rates: Rates, bag: Mapping[int, int]) -> None:
        self._rates = rates
        self._weighted = {key: w * n for (key, n), w in zip(bag.items(), rates.idfs(bag), strict=True)}
        self._square = sum(w * w for w in self._weighted.values())

    def likeness(self, bag: Mapping[int, int], without: int = 0) -> float:
        """Cosine with another bag, each word weighted by its idf; one word may be left out. 0 to 1."""
        idfs = zip(bag.items(), self._rates.idfs(bag), strict=True)
        weighted = {key: w * n for (key, n), w in idfs if key != without}
        own = self._square - self._weighted.get(without, 0.0) ** 2
        return self._cosine(weighted, weighted.values(), own)

    def near(self, words: Collection[int]) -> float:
        """Cosine with a post, which holds each of its words once. 0 to 1."""
        weights = self._rates.idfs(words)
        return self._cosine(words, weights, self._square)

    def _cosine(self, words: Iterable[int], weights: Collection[float], own: float) -> float:
        mine = self._weighted
        across = sum([w * mine[key] for key, w in zip(words, weights, strict=True) if key in mine])
        return min(1.0, across / math.sqrt(sum([w * w for w in weights]) * own)) if across else 0.0
