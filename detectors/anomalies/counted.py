"""A count by the hour, of a scope that has no series of its own: the detector of series, an hour at a time."""

from collections.abc import Hashable
from typing import Any, Self

from detectors.anomalies.detector import DetectorState, SeriesDetector
from detectors.anomalies.rates import Hour
from detectors.anomalies.verdict import Verdict

HOUR_S = 3600.0
WINDOWS_S = (0.0, 6 * HOUR_S)
"""Of sums that are looked at: sudden, and small but lasting."""
LEVEL_HALF_LIFE_S = 24 * HOUR_S
"""In two hours there are two points: what they say of the level would be doubt, not news."""
SPREAD_HALF_LIFE_S = 7 * 24 * HOUR_S
"""In a day there are 24 points: what they say of the noise, and of far tails, is little."""
WARM_UP_H = 48
"""Hours that are learned before a count is judged: each hour of the day was met twice."""


class Counted:
    """One count over the hours; an hour of which nothing is told had none. As `Rate`, but without a denominator."""

    def __init__(self) -> None:
        self._detector = SeriesDetector(
            bucket_s=HOUR_S,
            warm_up=WARM_UP_H,
            windows_s=WINDOWS_S,
            level_half_life_s=LEVEL_HALF_LIFE_S,
            spread_half_life_s=SPREAD_HALF_LIFE_S,
        )

    @property
    def warm(self) -> bool:
        """Whether it has been learned for long enough to be judged."""
        return not self._detector.warming_up

    def look(self, hour: Hour) -> Verdict:
        """What is to be said of an hour, before it is learned."""
        look = self._detector.look(_point(hour))
        verdict = look.verdict
        return verdict if verdict is not None and verdict.interval else self._detector.plain(look)

    def learn(self, hour: Hour) -> bool:
        """Take in an hour; True if a change that has lasted is what is usual from now on."""
        self._detector.learn_one(_point(hour))
        return self._detector.settled

    def snapshot(self) -> DetectorState:
        """All it remembers."""
        return self._detector.snapshot()

    @classmethod
    def restored(cls, state: DetectorState) -> Self:
        """One that goes on from a snapshot."""
        made = cls()
        made._detector.restore(state)
        return made


def _point(hour: Hour) -> dict[Hashable, Any]:
    return {"at": hour.end_at - HOUR_S / 2, "count": hour.numerator}
