"""Series that come in another shape than usual: told once, and once more when it is over. Judges no sum."""

from collections.abc import Collection, Mapping

import msgspec

from detectors.anomalies.anomaly import Anomaly
from detectors.anomalies.episode import EpisodeState
from detectors.anomalies.findings import grouped, odd
from detectors.anomalies.ledger import Ledger
from detectors.anomalies.promise import PART, threshold
from detectors.anomalies.series import Series
from detectors.anomalies.shape import LOOKS_S
from detectors.anomalies.verdict import Verdict

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

    def __init__(self, *, false_alerts_per_day: float, min_change: float, min_share: float) -> None:
        self._false_alerts_per_day = PART * false_alerts_per_day
        self._min_change, self._min_share = min_change, min_share
        self._ledger = Ledger(bucket_s=LOOKS_S, calm_buckets=CALM_LOOKS)
        self._last: dict[Series, Verdict] = {}

    def step(
        self, end_at: float, verdicts: Mapping[Series, Verdict], explained: Collection[Series], *, tracked: int
    ) -> list[Anomaly]:
        """Take the shapes of the hour that ended at `end_at`.

        Where nothing is known of a shape that is open, or its level is told of, it stays open.

        Args:
            verdicts: of the series whose windows are full.
            explained: series about whose level something is told.
            tracked: series that are looked at.
        """
        free = {series: verdict for series, verdict in verdicts.items() if series not in explained}
        found = odd(free, min_change=self._min_change, min_share=self._min_share)
        limit = threshold(self._false_alerts_per_day, tests=tracked, every_s=LOOKS_S)
        news = self._ledger.groups(grouped(found, free), end_at, limit)
        self._last = {series: verdicts.get(series) or self._last[series] for series in sorted(self._ledger.leads())}
        return news + self._ledger.close(self._last, self._last.keys() - free.keys(), end_at)

    def close(self, end_at: float) -> list[Anomaly]:
        """A hole in the ticks ends all that is open."""
        return self._ledger.close(self._last, (), end_at, gap=True)

    def snapshot(self) -> ShapesState:
        """All it remembers."""
        return ShapesState(self._ledger.snapshot(), {str(series): verdict for series, verdict in self._last.items()})

    def restore(self, state: ShapesState) -> None:
        """Go on from a snapshot."""
        self._ledger.restore(state.open)
        self._last = {Series.named(name): verdict for name, verdict in state.last.items()}
