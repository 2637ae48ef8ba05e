"""One detector a series, for as many as are allowed. Decides nothing."""

from collections.abc import Collection, Mapping

import msgspec

from detectors.anomalies.detector import DetectorState, Look, SeriesDetector
from detectors.anomalies.series import Series
from detectors.anomalies.verdict import Verdict


class BankState(msgspec.Struct, frozen=True, array_like=True):
    """All that a bank remembers, in the order in which the series came."""

    detectors: tuple[tuple[Series, DetectorState], ...]
    looks: tuple[tuple[Series, Look], ...]
    excess: int


class SeriesBank:
    """The detectors, made when a series first comes, and what they said at the last tick.

    Args:
        bucket_s: width of a bucket in seconds.
        warm_up_buckets: points a detector learns before it speaks.
        max_series: more than this are counted in `excess` and not tracked. The first come stay.
    """

    def __init__(self, *, bucket_s: float, warm_up_buckets: int, max_series: int) -> None:
        self._bucket_s = bucket_s
        self._warm_up = warm_up_buckets
        self._max_series = max_series
        self.detectors: dict[Series, SeriesDetector] = {}
        self.looks: dict[Series, Look] = {}
        self.excess = 0

    def look(self, at: float, values: Mapping[Series, int]) -> dict[Series, Look]:
        """Every detector's view of the bucket whose middle is `at`; learns nothing."""
        new = sorted(values.keys() - self.detectors.keys())
        room = self._max_series - len(self.detectors)
        for series in new[:room]:
            self.detectors[series] = self._fresh()
        self.excess = max(0, len(new) - room)
        self.looks = {
            series: detector.look({"at": at, "count": max(0, values.get(series, 0))})
            for series, detector in self.detectors.items()
        }
        return self.looks

    def learn(self, unknown: Collection[Series]) -> set[Series]:
        """Learn what was looked at last, but not the `unknown`; return the series that accepted a new level."""
        settled = set()
        for series, look in self.looks.items():
            if series not in unknown:
                detector = self.detectors[series]
                detector.learn_one({"at": look.at, "count": look.observed})
                if detector.settled:
                    settled.add(series)
        return settled

    def describe(self, series: Series) -> Verdict:
        """What to say about the newest bucket of a series, ordinary or not."""
        return self.detectors[series].plain(self.looks[series])

    @property
    def shapes(self) -> dict[Series, Verdict]:
        """On the shape of every series whose windows are full."""
        return {series: detector.shape for series, detector in self.detectors.items() if detector.shape is not None}

    def forget_shapes(self, doubted: Collection[str]) -> None:
        """Of a platform in doubt nobody knows whose shape it is, nor of the scopes that it may be part of."""
        for series, detector in self.detectors.items() if doubted else ():
            if series.may_be_of(doubted):
                detector.forget_shape()

    def renew(self, series: Collection[Series]) -> None:
        """These begin anew: what they were says nothing of what they are."""
        self.detectors |= {one: self._fresh() for one in series if one in self.detectors}

    def restart(self) -> None:
        """After a gap: every detector warms up again."""
        for detector in self.detectors.values():
            detector.restart()

    def snapshot(self) -> BankState:
        """All it remembers."""
        known = tuple((series, detector.snapshot()) for series, detector in self.detectors.items())
        return BankState(known, tuple(self.looks.items()), self.excess)

    def restore(self, state: BankState, *, cold: bool) -> None:
        """Go on from a snapshot; `cold` leaves out what the detectors have learned."""
        for series, known in state.detectors:
            self.detectors[series] = self._fresh()
            if not cold:
                self.detectors[series].restore(known)
        self.looks, self.excess = dict(state.looks), state.excess

    def _fresh(self) -> SeriesDetector:
        return SeriesDetector(bucket_s=self._bucket_s, warm_up=self._warm_up, shaped=True)

    @property
    def warming_up(self) -> int:
        """Detectors that do not speak yet."""
        return sum(detector.warming_up > 0 for detector in self.detectors.values())

    @property
    def points_to_go(self) -> int:
        """Points until the last of them speaks."""
        return max((detector.warming_up for detector in self.detectors.values()), default=0)
