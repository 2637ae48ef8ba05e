"""What is ordinary for a distance, learned from its own past. Says nothing about what the distance is of."""

import math
from typing import Any

import msgspec
from river import drift

from detectors.anomalies import models
from detectors.errors import DetectorError

DRIFT_DELTA = 0.002
DRIFT_EVERY = 32
"""ADWIN's significance, and how many points apart it looks."""
KEPT = 500.0
"""What the past still counts for after a drift, in points."""


class ScaleState(msgspec.Struct, frozen=True, array_like=True):
    """All that a scale remembers."""

    total: float
    count: float
    drift: models.DriftState


class Scale:
    """Root mean square of a distance, the past counting for less once the series has become wilder for good.

    The mean over all the past is the steadiest unit there is, but after a series has become wilder it calls everything
    strange for as long as it was calm before. `river.drift.ADWIN` watches the distances, in ranges of the series (they
    are within 0 to 1, as its bound supposes); when their mean has grown, the past keeps the weight of `KEPT` points.
    When it has shrunk nothing is forgotten: a calm week does not make the usual one strange.

    Args:
        warm_up: distances seen before it speaks. >= 0.
        prior: square of one imagined earlier distance. >= 0.

    Cost: about 2 us; 2 floats and ADWIN's buckets, whose number grows with the log of the points (about 3 KiB).
    Raises: DetectorError for an impossible argument.
    Source: Bifet and Gavalda, Learning from time-changing data with adaptive windowing, SDM 2007.

    >>> scale = Scale(warm_up=2)
    >>> for distance in (3.0, 4.0, 3.0, 4.0): scale.learn(distance, unit=10.0)
    >>> round(scale.ratio(7.0, floor=0.0), 2)
    1.98
    """

    def __init__(self, *, warm_up: int, prior: float = 0.0) -> None:
        if warm_up < 0 or prior < 0:
            raise DetectorError(f"warm_up = {warm_up} and prior = {prior}: both must be >= 0")
        self._warm_up = warm_up
        self._total, self._count = prior, float(prior > 0)
        self._seen_at = warm_up + self._count
        # River's drift detectors are untyped.
        self._adwin: Any = drift.ADWIN(delta=DRIFT_DELTA, clock=DRIFT_EVERY)  # type: ignore[no-untyped-call]

    def ratio(self, distance: float | None, floor: float) -> float:
        """The distance in units of what is ordinary, but at least of `floor`; 0 while there is nothing to say."""
        if distance is None or self._count < self._seen_at:
            return 0.0
        square = floor * floor + (self._total / self._count if self._count else 0.0)
        return distance / math.sqrt(square) if square > 0 else 0.0

    def learn(self, distance: float | None, unit: float) -> None:
        """Take in a distance; `unit` is the series' range, or 0 if it has none yet."""
        if distance is None:
            return
        self._total += distance * distance
        self._count += 1.0
        if unit > 0:
            before = self._adwin.estimation
            self._adwin.update(min(1.0, distance / unit))
            wilder = self._adwin.drift_detected and self._adwin.estimation > before
            if wilder and self._count > KEPT:
                self._total *= KEPT / self._count
                self._count = KEPT

    def snapshot(self) -> ScaleState:
        """All it remembers."""
        return ScaleState(self._total, self._count, models.drift_state(self._adwin))

    def restore(self, state: ScaleState) -> None:
        """Go on from a snapshot."""
        self._total, self._count = state.total, state.count
        models.restore_drift(self._adwin, state.drift)
