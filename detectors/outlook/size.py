"""How many people will speak of a trend: an expected number, and the range in which nine of ten come to lie."""

import math

import msgspec

from detectors.forecast import dynamic
from detectors.forecast.conformal import ConformalInterval, ConformalState
from detectors.forecast.dynamic import DynamicLinear, Floats

SPREAD = 0.1
"""Of a weight before any answer: in logarithms of voices, whose noise is about 1."""
FADE = 1e-6
WIDEST = 5.0
"""Logarithms of growth are cut here."""
MISS = 0.1
"""Share of answers outside of the range."""
DIGITS = 1


class SizeState(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered."""

    linear: dynamic.RegressionState
    interval: ConformalState


class Size:
    """Expected distinct people, given those of now; learned in logarithms, for growth multiplies.

    Args:
        features: how many.
    """

    def __init__(self, features: int) -> None:
        self._linear = DynamicLinear(features=features, spread=SPREAD, fade=FADE)
        self._interval = ConformalInterval(miss=MISS)

    def expected(self, voices: float, x: Floats) -> float:
        """People, given the voices of the window: f8[n + 1] -> one number, rounded."""
        growth = max(-WIDEST, min(WIDEST, self._linear.expected(x)))
        return round(max(0.0, (voices + 1.0) * math.exp(growth) - 1.0), DIGITS)

    def around(self, expected: float) -> tuple[float, float] | None:
        """The range, whole people; None while too little was learned."""
        return self._interval.around(expected)

    def learn(self, voices: float, expected: float, x: Floats, came: float) -> None:
        """Take in how many came where `expected` was said of a trend of so many voices."""
        self._interval.learn(expected, came)
        growth = math.log((came + 1.0) / (voices + 1.0))
        self._linear.learn(x, max(-WIDEST, min(WIDEST, growth)))

    def snapshot(self) -> SizeState:
        """All it remembers, as plain numbers."""
        return SizeState(self._linear.snapshot(), self._interval.snapshot())

    def restore(self, state: SizeState) -> None:
        """Go on from a snapshot."""
        self._linear.restore(state.linear)
        self._interval.restore(state.interval)
