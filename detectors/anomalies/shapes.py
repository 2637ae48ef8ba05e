"""Series that come in another shape than usual: told once, and once more when it is over. Judges no sum."""

import math
from collections.abc import Collection, Mapping

import msgspec

from detectors.anomalies.anomaly import Anomaly
from detectors.anomalies.episode import EpisodeState
from detectors.anomalies.findings import grouped, odd
from detectors.anomalies.ledger import Ledger
from detectors.anomalies.series import Series
from detectors.anomalies.shape import LOOKS_S
from detectors.anomalies.verdict import Verdict

DAY_S = 86_400.0
PART = 0.1
"""Of the promised false alerts a day: so many may come of shapes, besides those of sums."""
CALM_LOOKS = 3
"""Ordinary looks in a row that end an episode."""


class ShapesState(msgspec.Struct, frozen=True):
    """All that is remembered: episodes, and what was last said of their leading series."""

    open: tuple[EpisodeState, ...]
    last: dict[str, Verdict]


class ShapeWatch:
    """Tells of shapes that are odd while the sums are not: a change of the level has its own alert.

    Each of m series is looked at once an hour; an alert takes a p below `PART` * false_alerts_per_day / (24 * m).

    Args:
        false_alerts_per_day, min_change, min_share: see SeriesJudge; a change is of what was too much or too little.
    """

    def __init__(self, *, bucket_s: float, false_alerts_per_day: float, min_change: float, min_share: float) -> None:
        self._false_alerts_per_day = PART * false_alerts_per_day
        self._min_change, self._min_share = min_change, min_share
        self._ledger = Ledger(bucket_s=bucket_s, calm_buckets=round(CALM_LOOKS * LOOKS_S / bucket_s))
        self._last: dict[Series, Verdict] = {}

    def step(
        self,
        end_at: float,
        verdicts: Mapping[Series, Verdict],
        explained: Collection[Series],
        *,
        tracked: int,
        doubted: bool,
    ) -> list[Anomaly]:
        """Take the shapes of the bucket that ended at `end_at`.

        Args:
            verdicts: of the series whose windows are full.
            explained: series about whose level something is told.
            tracked: series that are looked at.
            doubted: whether a source is: then nobody knows whose shape it is, and nothing changes.
        """
        if doubted:
            return self._ledger.close(self._last, self._ledger.leads(), end_at)
        free = {series: verdict for series, verdict in verdicts.items() if series not in explained}
        found = odd(free, min_change=self._min_change, min_share=self._min_share)
        news = self._ledger.groups(grouped(found, free), end_at, self.threshold(tracked))
        self._last = {series: verdicts.get(series) or self._last[series] for series in self._ledger.leads()}
        return news + self._ledger.close(self._last, (), end_at)

    def close(self, end_at: float) -> list[Anomaly]:
        """A hole in the ticks ends all that is open."""
        return self._ledger.close(self._last, (), end_at, gap=True)

    def threshold(self, tracked: int) -> float:
        """Decades of surprise an alert takes, of so many series."""
        looks = DAY_S / LOOKS_S * max(1, tracked)
        return round(-math.log10(min(1.0, self._false_alerts_per_day / looks)), 4)

    def snapshot(self) -> ShapesState:
        """All it remembers."""
        return ShapesState(self._ledger.snapshot(), {str(series): verdict for series, verdict in self._last.items()})

    def restore(self, state: ShapesState) -> None:
        """Go on from a snapshot."""
        self._ledger.restore(state.open)
        self._last = {Series.named(name): verdict for name, verdict in state.last.items()}
