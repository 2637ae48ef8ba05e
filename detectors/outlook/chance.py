"""The probability that something happens to a trend or a post: four models, one mixture, one line of calibration."""

import math
from typing import NamedTuple

import msgspec

from detectors.forecast import dynamic
from detectors.forecast.calibration import Calibration, CalibrationState
from detectors.forecast.drift import LossDrift, LossDriftState
from detectors.forecast.dynamic import DynamicLogistic, Floats
from detectors.forecast.forest import ForestState, RollingForest
from detectors.forecast.knobs import Knobs
from detectors.forecast.likeness import Like
from detectors.forecast.mixture import Mixture
from detectors.forecast.window import Values
from detectors.outlook.record import Record

KNOBS = Knobs(every=100, window=8_000, sample=2_000, trees=300, depth=4, warm_up=200, columns=0.5)
"""Of the forest: as many answers as some weeks of a lively stream bring."""
SPREAD = 0.1
"""Of a weight of the logistic regression before any answer, where answers are few."""
FADE = 1e-6
RATE = 0.005
"""Of the calibration."""
DOUBT = 0.2
"""Share of what the regression learned that is no longer believed after the loss got worse."""
REMEMBERED = 20
"""Answers that the share of yes is worth then, at most."""
P_DIGITS = 4
LEAST_P = 1e-4


class Said(NamedTuple):
    """What was said: the share of yes, what cases like it, the regression and the forest say, all together, p.

    A forest without trees says what the regression says.
    """

    base: float
    like: float
    logistic: float
    forest: float
    odds: float
    p: float


class ChanceState(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered."""

    yes: float
    seen: float
    logistic: dynamic.RegressionState
    forest: ForestState
    mixture: tuple[float, ...]
    calibration: CalibrationState
    drift: LossDriftState
    record: Record


class Chance:
    """P(yes), from the share of yes, cases like it, a logistic regression, a forest: whichever has been right lately.

    The share is right from the first answer on, cases and regression after some dozens, the forest after hundreds. When
    ADWIN sees that the loss got worse, the record begins anew, so that nothing is told until it is good again; all four
    are equal, the regression learns faster, and calibration starts afresh.

    Args:
        names: of the features.
        spread: of a weight of the regression before any answer: the more answers come, the wider it may be.
    """

    def __init__(self, names: tuple[str, ...], knobs: Knobs = KNOBS, *, spread: float = SPREAD) -> None:
        self._yes, self._seen = 0.0, 0.0
        self._logistic = DynamicLogistic(features=len(names), spread=spread, fade=FADE)
        self._forest = RollingForest(features=names, knobs=knobs)
        self._mixture = Mixture(4)
        self._calibration = Calibration(rate=RATE)
        self.drift = LossDrift()
        self.record = Record()

    def say(self, values: Values, x: Floats, like: Like) -> Said:
        """The probability: f4[n] as the forest wants them, f8[n + 1] as the regression does; what came of the like."""
        base = (self._yes + 1.0) / (self._seen + 2.0)
        logistic = _probability(self._logistic.odds(x))
        forest = logistic if self._forest.warming_up else _probability(self._forest.margin(values))
        parts = base, like.probability(base), logistic, forest
        odds = _odds(self._mixture(parts))
        p = max(LEAST_P, min(1.0 - LEAST_P, self._calibration(odds)))
        return Said(*parts, odds, round(p, P_DIGITS))

    def learn(self, said: Said, values: Values, x: Floats, answer: bool, at: float) -> int:
        """Take in the answer, known at `at`, epoch seconds; 1 if it shows that the loss got worse, else 0."""
        shift = self.drift.learn(at, said.p, answer)
        self.record.learn(said.p, said.base, answer)
        self._mixture.learn(said[:4], answer)
        self._calibration.learn(said.odds, answer, centre=_odds(said.base))
        self._logistic.learn(x, answer)
        self._forest.learn(values, answer)
        self._yes, self._seen = self._yes + answer, self._seen + 1.0
        worse = shift is not None and shift.after > shift.before
        if worse:
            self._doubt()
        return int(worse)

    def _doubt(self) -> None:
        self.record = Record()
        self._mixture.forget()
        self._calibration = Calibration(rate=RATE)
        self._logistic.forget(DOUBT)
        share = min(1.0, REMEMBERED / self._seen)
        self._yes, self._seen = self._yes * share, self._seen * share

    def snapshot(self) -> ChanceState:
        """All it remembers, as plain numbers."""
        return ChanceState(
            self._yes,
            self._seen,
            self._logistic.snapshot(),
            self._forest.snapshot(),
            tuple(self._mixture.logs),
            self._calibration.snapshot(),
            self.drift.snapshot(),
            msgspec.structs.replace(self.record),
        )

    def restore(self, state: ChanceState, *, same_versions: bool = True) -> None:
        """Go on from a snapshot as if nothing had happened.

        Args:
            same_versions: of River and Python, as when it was taken; else ADWIN begins anew.
        """
        self._yes, self._seen = state.yes, state.seen
        self._logistic.restore(state.logistic)
        self._forest.restore(state.forest)
        self._mixture.logs = list(state.mixture)
        self._calibration.restore(state.calibration)
        if same_versions:
            self.drift.restore(state.drift)
        self.record = msgspec.structs.replace(state.record)


def _probability(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-dynamic.CALM, min(dynamic.CALM, odds))))


def _odds(p: float) -> float:
    return math.log(p / (1.0 - p))
