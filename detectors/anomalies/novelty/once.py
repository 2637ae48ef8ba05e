"""An anomaly told once: after an alarm only what is clearly bigger passes, until the series has been calm."""

from typing import Any

import msgspec
from river import base
from river.base.typing import FeatureName

from detectors.anomalies.novelty.detector import NoveltyDetector, NoveltyState
from detectors.errors import DetectorError


class OnceState(msgspec.Struct, frozen=True, array_like=True):
    """All that it remembers."""

    detector: NoveltyState
    told: float
    calm_for: int


class Once(base.AnomalyDetector):
    """A `NoveltyDetector` that does not repeat itself; a River anomaly detector over {"value"}.

    It needs no threshold: whatever passes sets the bar, a reader who alarms only from a higher score on sees less of
    the same. 0 is what he has been told already.

    Args:
        margin: how much higher than the last one a score must be to pass, in decades of ratio. >= 0.
        calm: points without such a score after which the bar is gone. >= 1.

    Cost: O(1) beside the detector's.
    Source: ours; Alertmanager's `repeat_interval`, without a clock.

    >>> once = Once(margin=0.1, calm=100)
    >>> for i in range(600): once.learn_one({"value": 40.0 + i % 5})
    >>> first = once.score_one({"value": 90.0})
    >>> once.learn_one({"value": 90.0})
    >>> first > 0.5, once.score_one({"value": 90.0})
    (True, 0.0)
    """

    def __init__(self, *, margin: float = 0.1, calm: int = 100) -> None:
        if margin < 0 or calm < 1:
            raise DetectorError(f"margin = {margin} must be >= 0 and calm = {calm} >= 1")
        self.detector = NoveltyDetector()
        self._margin = margin
        self._calm = calm
        self._told = 0.0
        self._calm_for = 0

    def score_one(self, x: dict[FeatureName, Any]) -> float | None:  # type: ignore[override] # None: not known
        """The novelty, or 0 if it is no news; None while warming up or if the value is missing."""
        score = self.detector.score_one(x)
        return score if score is None or score > self._bar else 0.0

    def learn_one(self, x: dict[FeatureName, Any]) -> None:
        """Take in a value, after it was judged."""
        score = self.detector.score_one(x)
        self.detector.learn_one(x)
        if score is None:
            return
        if score > self._bar:
            self._told, self._calm_for = score, 0
        else:
            self._calm_for += 1
            if self._calm_for >= self._calm:
                self._told = 0.0

    def snapshot(self) -> OnceState:
        """All it remembers."""
        return OnceState(self.detector.snapshot(), self._told, self._calm_for)

    def restore(self, state: OnceState) -> None:
        """Go on from a snapshot."""
        self.detector.restore(state.detector)
        self._told, self._calm_for = state.told, state.calm_for

    @property
    def _bar(self) -> float:
        return self._told + self._margin if self._told > 0 else 0.0


def for_nab() -> Once:
    """One of its own for each series, with the constants that all of them share."""
    return Once()
