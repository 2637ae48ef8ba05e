"""Whether a model is no longer as good as it was: River's ADWIN over its losses. What follows is the caller's."""

import math
from typing import Any, NamedTuple

import msgspec
from river import drift

from detectors.anomalies import models
from detectors.errors import DetectorError

DELTA = 0.002
"""ADWIN's significance."""
CLOCK = 32
"""Answers between two looks of ADWIN."""
WORST_LOSS = 5.0
"""A loss is cut here, in nats: one forecast that was sure and wrong is no drift."""
DIGITS = 4


class Shift(NamedTuple):
    """The mean loss changed: when it was seen, from what to what, in nats. Worse if `after` is more than `before`."""

    at: float
    before: float
    after: float


class LossDriftState(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered; bound to the version of River, see `detectors/anomalies/models.py`."""

    adwin: models.DriftState
    shifts: int
    last: tuple[float, float, float] | None


class LossDrift:
    """ADWIN over the log losses of forecasts, in the order in which their answers came.

    Args:
        delta: chance of a false shift, about. In ]0, 1[.

    State: logarithmic in the answers since the last shift. Cost: 2 us an answer.
    Raises: DetectorError for a delta or a probability out of range.
    Source: Bifet and Gavalda, Learning from time-changing data with adaptive windowing, SDM 2007.

    >>> losses = LossDrift()
    >>> told = [losses.learn(float(i), 0.1, i > 2000 or i % 10 == 0) for i in range(2500)]
    >>> [shift.after > shift.before for shift in told if shift][0]
    True
    """

    def __init__(self, *, delta: float = DELTA) -> None:
        if not 0.0 < delta < 1.0:
            raise DetectorError(f"delta = {delta} must be in ]0, 1[")
        # River's drift detectors are untyped.
        self._adwin: Any = drift.ADWIN(delta=delta, clock=CLOCK)  # type: ignore[no-untyped-call]
        self.shifts = 0
        """How many were seen."""
        self.last: Shift | None = None

    def learn(self, at: float, p: float, answer: bool) -> Shift | None:
        """Take in the answer, known at `at` (epoch seconds), to a forecast of probability p; the shift it shows."""
        if not 0.0 <= p <= 1.0:
            raise DetectorError(f"p = {p} must be in [0, 1]")
        right = p if answer else 1.0 - p
        loss = min(WORST_LOSS, -math.log(right)) if right > 0.0 else WORST_LOSS
        before = self._adwin.estimation
        self._adwin.update(loss)
        if not self._adwin.drift_detected:
            return None
        self.shifts += 1
        self.last = Shift(at, round(before, DIGITS), round(self._adwin.estimation, DIGITS))
        return self.last

    @property
    def loss(self) -> float:
        """Mean log loss since the last shift, in nats; 0 before any answer."""
        return round(float(self._adwin.estimation), DIGITS)

    def snapshot(self) -> LossDriftState:
        """All it remembers."""
        return LossDriftState(models.drift_state(self._adwin), self.shifts, self.last and (*self.last,))

    def restore(self, state: LossDriftState) -> None:
        """Go on from a snapshot."""
        models.restore_drift(self._adwin, state.adwin)
        self.shifts = state.shifts
        self.last = Shift(*state.last) if state.last else None
