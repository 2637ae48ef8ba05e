"""Figures as the page keeps them: the last hours and days of every place. It is told; it says nothing."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from detectors.model.kpis import Kpi

HOURS = 48
DAYS = 14
"""Windows kept of a place, at most."""

HOUR, DAY = "PT1H", "P1D"

DIMENSIONS = ("all", "platform", "campaign", "community", "tier", "format")
"""Places that the page shows, in this order; creators are left to who reads the topic: they are too many to look at."""

_read = msgspec.json.Decoder(Kpi).decode


class Told(NamedTuple):
    """One window of a place, as it was told last."""

    revision: int
    raw: bytes


class Place:
    """A scope's windows by their start, and what the page said of them last, by language."""

    __slots__ = ("days", "hours", "said")

    def __init__(self) -> None:
        self.hours: dict[str, Told] = {}
        self.days: dict[str, Told] = {}
        self.said: dict[str, msgspec.Raw] = {}

    @property
    def latest(self) -> str:
        """The start of its latest window."""
        return max((*self.hours, *self.days), default="")

    def windows(self, duration: str) -> Iterator[Kpi]:
        """Its hours or days, the earliest first."""
        told = self.hours if duration == HOUR else self.days
        return (_read(told[start].raw) for start in sorted(told))


class Places:
    """Places by scope, those of which something was told last.

    Args:
        size: places kept, at most. > 0.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._places: dict[str, Place] = {}
        self._left_out: set[str] = set()

    @property
    def left_out(self) -> int:
        """How many are not kept for want of room; counted up to as many as are kept."""
        return len(self._left_out)

    def get(self, scope: str) -> Place | None:
        """A place by its scope."""
        return self._places.get(scope)

    def scopes(self) -> list[str]:
        """All, by dimension and name."""
        return sorted(self._places, key=lambda scope: (DIMENSIONS.index(scope.partition(":")[0]), scope))

    def take(self, raw: bytes) -> bool:
        """A record of the figures' topic -> whether it changes anything. Raises: what decoding raises."""
        kpi = _read(raw)
        start, _, duration = kpi.window.partition("/")
        if kpi.scope.partition(":")[0] not in DIMENSIONS or duration not in (HOUR, DAY):
            return False
        place = self._places.get(kpi.scope) or Place()
        told, most = (place.hours, HOURS) if duration == HOUR else (place.days, DAYS)
        before = told.get(start)
        if before is not None and before.revision > kpi.revision:
            return False
        told[start] = Told(kpi.revision, raw)
        if len(told) > most:
            del told[min(told)]
        place.said.clear()
        self._places[kpi.scope] = place
        self._left_out.discard(kpi.scope)
        self._bound()
        return kpi.scope in self._places

    def _bound(self) -> None:
        if len(self._places) <= self._size:
            return
        least = min(self._places, key=lambda scope: (scope == "all", self._places[scope].latest))
        del self._places[least]
        if len(self._left_out) < self._size:
            self._left_out.add(least)
