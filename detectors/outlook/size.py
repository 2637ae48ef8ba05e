"""How many people will speak of a trend, or how much a post will draw: a number, and where nine of ten come to lie."""

import math
from typing import NamedTuple

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
PACE = 0.03
"""How far an answer moves the range: answers are few, and those of one trend are alike."""
DIGITS = 1


class Expected(NamedTuple):
    """What was said: people, and the range; None: too little was learned."""

    voices: float
    interval: tuple[float, float] | None


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
        self._interval = ConformalInterval(miss=MISS, pace=PACE)

    def say(self, voices: float, x: Floats) -> Expected:
        """People, rounded, and the range, given the voices of the window and f8[n + 1]."""
        growth = max(-WIDEST, min(WIDEST, self._linear.expected(x)))
        expected = round(max(0.0, (voices + 1.0) * math.exp(growth) - 1.0), DIGITS)
        return Expected(expected, self._interval.around(expected))

    def learn(self, voices: float, said: Expected, x: Floats, came: float) -> None:
        """Take in how many came where that was said of a trend of so many voices."""
        self._interval.learn(said.voices, came, said.interval)
        growth = math.log((came + 1.0) / (voices + 1.0))
        self._linear.learn(x, max(-WIDEST, min(WIDEST, growth)))

    def snapshot(self) -> SizeState:
        """All it remembers, as plain numbers."""
        return SizeState(self._linear.snapshot(), self._interval.snapshot())

    def restore(self, state: SizeState) -> None:
        """Go on from a snapshot."""
        self._linear.restore(state.linear)
        self._interval.restore(state.interval)
