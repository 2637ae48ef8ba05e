"""What a reader knows: which trends were sent, up to which revision, and when something was last spoken of."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

MOST = 10_000
"""Trends, and names that were spoken of, remembered; beyond it those untouched for longest leave."""


class Told(NamedTuple):
    """What is known of a trend.

    Attributes:
        revision: the latest seen; -1: none.
        sent: whether its reader knows of it.
    """

    revision: int = -1
    sent: bool = False


class MemoryState(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered, the longest untouched first."""

    told: tuple[tuple[str, int, bool], ...]
    spoken: tuple[tuple[str, float], ...]


class Memory:
    """What a reader knows.

    State: at most `MOST` trends and `MOST` names.

    >>> memory = Memory()
    >>> memory.note("t1", 2, sent=True)
    >>> memory.told("t1"), memory.told("t2")
    (Told(revision=2, sent=True), Told(revision=-1, sent=False))
    """

    def __init__(self) -> None:
        self._told: dict[str, Told] = {}
        self._spoken: dict[str, float] = {}

    def told(self, key: str) -> Told:
        """What is known of a trend, by its `dedup_key`."""
        return self._told.get(key, Told())

    def note(self, key: str, revision: int, *, sent: bool) -> None:
        """A trend's alert was decided about."""
        self._told.pop(key, None)
        self._told[key] = Told(revision, sent)
        if len(self._told) > MOST:
            del self._told[next(iter(self._told))]

    def spoken(self, name: str) -> float | None:
        """When a trend or a subject was last spoken of, epoch seconds; None: it was not, or long ago."""
        return self._spoken.get(name)

    def speak(self, names: Iterable[str], at: float, keep_s: float) -> None:
        """A message was sent about these.

        Args:
            at: epoch seconds. keep_s: how long that is of use.
        """
        for name in names:
            self._spoken.pop(name, None)
            self._spoken[name] = at
        while self._spoken:
            oldest, spoken_at = next(iter(self._spoken.items()))
            if spoken_at > at - keep_s and len(self._spoken) <= MOST:
                break
            del self._spoken[oldest]

    def snapshot(self) -> MemoryState:
        """All it remembers."""
        told = tuple((key, known.revision, known.sent) for key, known in self._told.items())
        return MemoryState(told, tuple(self._spoken.items()))

    def restore(self, state: MemoryState) -> None:
        """Go on from a snapshot."""
        self._told = {key: Told(revision, sent) for key, revision, sent in state.told}
        self._spoken = dict(state.spoken)
