"""Platforms whose growth is not known for a time, because their totals were not asked for. It judges no series."""

from collections.abc import Mapping

import msgspec

from detectors.anomalies.jumping import LEAST_TOTALS
from detectors.anomalies.pauses import HALF_LIFE_S

GAP = "gap"
"""Why a platform is in doubt whose growth is not known: its sums are parts, however ordinary they look."""

COME_ALONE = ("posts", "voices", "orders")
"""Measures that no total tells: they are known in a gap too."""

MOST = 0.5
"""Share of what comes of a platform from which it is told by totals, and share of these from which they bridge gaps."""

GONE_S = 86_400.0
"""A source that told no totals for so long is gone, seconds: then nothing is nothing again."""


class AskedState(msgspec.Struct):
    """What is remembered of a platform.

    `at` is the end of the bucket in which totals last came, epoch seconds; `recent` the totals with growth, grown or
    not, of each bucket of the last window, and those of them that bridge more than one; the others are decayed sums of
    records, and of these two.
    """

    at: float
    recent: list[tuple[int, int]] = []
    arrived: float = 0.0
    measured: float = 0.0
    bridged: float = 0.0


class GapWatch:
    """Growth over more than a window is in no series: for as long a platform's series are not known.

    Two signs of a gap. Most of the totals that came in the last window bridge more than one. And before these are
    there: none has come for a window, of a platform that is told mostly by totals. Without the second the hour that
    was not asked for would be learned as one in which nothing happened. Where totals usually bridge more than a
    window, that is no gap: there is never anything in its series.

    Args:
        bucket_s, window_s: seconds.

    >>> gaps, counts = GapWatch(bucket_s=300.0, window_s=3600.0), {"platform:x": 30}
    >>> [bool(gaps.step(300.0 * n, *([counts, counts] if n % 12 == 0 and n != 36 else [{}, {}]), {})) for n in (
    ...     0, 12, 24, 35, 36, 47, 48)]
    [False, False, False, False, True, True, False]
    """

    def __init__(self, *, bucket_s: float, window_s: float) -> None:
        self._window_s, self._window = window_s, max(1, round(window_s / bucket_s))
        self._keep = 0.5 ** (bucket_s / HALF_LIFE_S)
        self._asked: dict[str, AskedState] = {}

    def step(
        self, end_at: float, arrived: Mapping[str, int], measured: Mapping[str, int], bridged: Mapping[str, int]
    ) -> list[str]:
        """Take what came in the bucket that ended at `end_at`, by platform -> those that are in a gap."""
        end_at = float(end_at)  # a snapshot knows floats only
        for scope in sorted({*measured, *self._asked}):
            asked = self._asked.setdefault(scope, AskedState(end_at))
            told, over = measured.get(scope, 0), bridged.get(scope, 0)
            asked.at = end_at if told else asked.at
            asked.recent = [*asked.recent, (told, over)][-self._window :]
            asked.arrived = asked.arrived * self._keep + arrived.get(scope, 0)
            asked.measured = asked.measured * self._keep + told
            asked.bridged = asked.bridged * self._keep + over
        return [scope for scope, asked in sorted(self._asked.items()) if self._in_gap(asked, end_at)]

    def _in_gap(self, asked: AskedState, end_at: float) -> bool:
        if asked.bridged >= MOST * asked.measured:
            return False
        told, over = (sum(column) for column in zip(*asked.recent, strict=True))
        if told >= LEAST_TOTALS and over >= MOST * told:
            return True
        told_by_totals = asked.measured >= max(LEAST_TOTALS, MOST * asked.arrived)
        return told_by_totals and self._window_s <= end_at - asked.at < GONE_S

    def snapshot(self) -> dict[str, AskedState]:
        """All it remembers."""
        return self._asked

    def restore(self, state: Mapping[str, AskedState]) -> None:
        """Go on from a snapshot."""
        self._asked = dict(state)
