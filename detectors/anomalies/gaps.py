"""Platforms whose growth is not known for a time, because their totals were not asked for. It judges no series."""

from collections.abc import Mapping

import msgspec

from detectors.anomalies.jumping import LEAST_TOTALS
from detectors.anomalies.lateness import HALF_LIFE_S, HabitState, LateWatch

GAP = "gap"
"""Why a platform is in doubt whose growth is not known: its sums are parts, however ordinary they look."""

COME_ALONE = ("posts", "voices", "orders")
"""Measures that no total tells: they are known in a gap too."""

MOST = 0.5
"""Share of what comes of a platform from which it is told by totals, and share of these from which they bridge gaps."""

GONE_S = 86_400.0
"""A source that told no totals for so long is gone, seconds: then nothing is nothing again."""


class AskedState(msgspec.Struct):
    """When totals last came, epoch seconds; decayed sums of records, of totals, of those that bridge."""

    at: float
    arrived: float = 0.0
    measured: float = 0.0
    bridged: float = 0.0


class GapsState(msgspec.Struct, frozen=True):
    """All that is remembered, by platform."""

    habits: dict[str, HabitState] = {}
    asked: dict[str, AskedState] = {}


class GapWatch:
    """Growth over more than a window is in no series: for as long a platform's series are not known.

    Two signs of a gap. Most of the totals that came in the last window bridge more than one, far more than usual. And
    before these are there: none has come for a window, of a platform that is told mostly by totals which do not
    bridge. Without the second the hour that was not asked for would be learned as one in which nothing happened.

    Args:
        bucket_s, window_s: seconds.

    >>> gaps, counts = GapWatch(bucket_s=300.0, window_s=3600.0), {"platform:x": 30}
    >>> [bool(gaps.step(300.0 * n, *([counts, counts] if n % 12 == 0 and n != 36 else [{}, {}]), {})) for n in (
    ...     0, 12, 24, 35, 36, 47, 48)]
    [False, False, False, False, True, True, False]
    """

    def __init__(self, *, bucket_s: float, window_s: float) -> None:
        self._bucket_s, self._window_s = bucket_s, window_s
        self._bridging = LateWatch(bucket_s=bucket_s, over_s=window_s, least=LEAST_TOTALS, warm_up_s=0.0)
        self._keep = 0.5 ** (bucket_s / HALF_LIFE_S)
        self._asked: dict[str, AskedState] = {}

    def step(
        self, end_at: float, arrived: Mapping[str, int], measured: Mapping[str, int], bridged: Mapping[str, int]
    ) -> list[str]:
        """Take what came in the bucket that ended at `end_at`, by platform -> those that are in a gap."""
        end_at = float(end_at)  # a snapshot knows floats only
        found = set(self._bridging.step(measured, bridged))
        for scope in sorted({*measured, *self._asked}):
            asked = self._asked.setdefault(scope, AskedState(end_at))
            asked.arrived = asked.arrived * self._keep + arrived.get(scope, 0)
            asked.measured = asked.measured * self._keep + measured.get(scope, 0)
            asked.bridged = asked.bridged * self._keep + bridged.get(scope, 0)
            asked.at = end_at if measured.get(scope) else asked.at
            told_by_totals = asked.measured >= max(LEAST_TOTALS, MOST * asked.arrived)
            usually_known = asked.bridged < MOST * asked.measured
            if told_by_totals and usually_known and self._window_s <= end_at - asked.at < GONE_S:
                found.add(scope)
        return sorted(found)

    def snapshot(self) -> GapsState:
        """All it remembers."""
        return GapsState(self._bridging.snapshot(), self._asked)

    def restore(self, state: GapsState) -> None:
        """Go on from a snapshot."""
        self._bridging.restore(state.habits)
        self._asked = dict(state.asked)
