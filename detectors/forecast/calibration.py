"""From log-odds to a probability that keeps its word: Platt's straight line, kept up to date answer by answer."""

import math

import msgspec

from detectors.errors import DetectorError

SPREAD = 10.0
"""Variance of the log-odds, about: the slope's steps are so many times smaller."""
LEAST_SLOPE, MOST_SLOPE = 0.1, 4.0
"""More log-odds never mean less probability."""
CALM = 30.0
"""Log-odds are cut here: exp needs no more."""


class CalibrationState(msgspec.Struct, frozen=True, array_like=True):
    """The line."""

    slope: float
    shift: float


class Calibration:
    """p = 1 / (1 + exp(-(slope * odds + shift))), one gradient step an answer.

    Args:
        rate: of a step. In ]0, 1[; 0.005 follows within some thousand answers.

    Raises: DetectorError for a rate out of range.
    Source: Platt, Probabilistic outputs for support vector machines, 1999; online as in Zadrozny and Elkan's remark on
    drifting scores; ours is plain stochastic gradient.

    >>> line = Calibration(rate=0.01)
    >>> for i in range(3000): line.learn(0.0, i % 10 == 0, centre=0.0)
    >>> round(line(0.0), 1)
    0.1
    """

    def __init__(self, *, rate: float = 0.005) -> None:
        if not 0.0 < rate < 1.0:
            raise DetectorError(f"rate = {rate} must be in ]0, 1[")
        self.rate = rate
        self._slope, self._shift = 1.0, 0.0

    def __call__(self, odds: float) -> float:
        """Probability in ]0, 1[; never falls with the log-odds."""
        return 1.0 / (1.0 + math.exp(-max(-CALM, min(CALM, self._slope * odds + self._shift))))

    def learn(self, odds: float, answer: bool, *, centre: float) -> None:
        """Take in an answer to a forecast of these log-odds; the slope turns the line around `centre`."""
        step = self.rate * (answer - self(odds))
        self._shift += step
        slope = self._slope + step * (odds - centre) / SPREAD
        self._slope = max(LEAST_SLOPE, min(MOST_SLOPE, slope))

    def snapshot(self) -> CalibrationState:
        """All it remembers."""
        return CalibrationState(self._slope, self._shift)

    def restore(self, state: CalibrationState) -> None:
        """Go on from a snapshot."""
        self._slope, self._shift = state.slope, state.shift
