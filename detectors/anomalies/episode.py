"""An anomaly while it lasts: told once, again only if it gets much worse, and once more when it is over."""

from typing import Literal, Self

import msgspec

from detectors.anomalies.anomaly import Anomaly, Direction, Outcome
from detectors.anomalies.series import Series
from detectors.anomalies.verdict import Verdict

WORSE = 2.0
"""It is news again when the log change is this many times what was last told: half, then a quarter."""


class EpisodeState(msgspec.Struct, frozen=True):
    """All that an episode remembers."""

    direction: Direction
    series: tuple[Series, ...]
    opened_at: float
    seen_at: float
    settled: bool
    onset_at: float
    revision: int
    told: float


class Episode:
    """The memory of one alert about figures.

    Args:
        direction: where the figures went.
        series: the leading one first.
        opened_at: end of the bucket that fired it, epoch seconds.
        bucket_s: width of a bucket in seconds.
    """

    def __init__(
        self,
        *,
        direction: Direction,
        series: tuple[Series, ...],
        opened_at: float,
        bucket_s: float,
    ) -> None:
        self.direction = direction
        self.series = series
        self.opened_at = opened_at
        self.seen_at = opened_at
        self.settled = False
        self._bucket_s = bucket_s
        self._onset_at = opened_at
        self._revision = 0
        self._told = 0.0

    def snapshot(self) -> EpisodeState:
        """All it remembers."""
        return EpisodeState(
            self.direction,
            self.series,
            self.opened_at,
            self.seen_at,
            self.settled,
            self._onset_at,
            self._revision,
            self._told,
        )

    @classmethod
    def restored(cls, state: EpisodeState, bucket_s: float) -> Self:
        """One that goes on from a snapshot."""
        made = cls(direction=state.direction, series=state.series, opened_at=state.opened_at, bucket_s=bucket_s)
        made.seen_at, made.settled = state.seen_at, state.settled
        made._onset_at, made._revision, made._told = state.onset_at, state.revision, state.told
        return made

    @property
    def lead(self) -> Series:
        """The series the alert is about."""
        return self.series[0]

    def covers(self, scope: str) -> bool:
        """Whether figures of this scope belong to it."""
        return any(series.scope == scope for series in self.series)

    def fire(self, verdict: Verdict) -> Anomaly:
        """Tell that it began."""
        self._onset_at = self.opened_at - verdict.span * self._bucket_s
        self._told = abs(verdict.change)
        return self._news("fired", verdict, self.opened_at)

    def go_on(self, verdict: Verdict | None, series: tuple[Series, ...], end_at: float) -> Anomaly | None:
        """It lasts, and shows in `series`; tell if the leading one, of which `verdict` is, got much worse."""
        self.seen_at = end_at
        self.series = (*self.series, *(s for s in series if s not in self.series))
        worse = verdict is not None and abs(verdict.change) >= WORSE * self._told
        if verdict is None or not worse:
            return None
        self._told = abs(verdict.change)
        self._revision += 1
        return self._news("updated", verdict, end_at)

    def resolve(self, verdict: Verdict, end_at: float, outcome: Outcome) -> Anomaly:
        """Tell that it is over."""
        self._revision += 1
        return self._news("resolved", verdict, end_at, outcome)

    def _news(
        self,
        action: Literal["fired", "updated", "resolved"],
        verdict: Verdict,
        end_at: float,
        outcome: Outcome | None = None,
    ) -> Anomaly:
        return Anomaly(
            kind="data_quality" if self.direction == "silence" else "kpi_anomaly",
            action=action,
            series=self.lead,
            members=self.series[1:],
            direction=self.direction,
            opened_at=self.opened_at,
            revision=self._revision,
            onset_at=self._onset_at,
            end_at=end_at,
            window_s=float(verdict.span * self._bucket_s),
            observed=verdict.observed,
            expected=verdict.expected,
            interval=verdict.interval or (verdict.expected, verdict.expected),
            surprise=verdict.surprise,
            outcome=outcome,
        )
