"""Will a topic of a ranked list reach its first ranks in time? Features, forest, calibration and patience."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
import numpy as np

from detectors.errors import DetectorError
from detectors.forecast.calibration import Calibration, CalibrationState
from detectors.forecast.drift import LossDrift, LossDriftState
from detectors.forecast.forest import ForestState, RollingForest, vector
from detectors.forecast.knobs import Knobs
from detectors.forecast.lists import HOUR_S, NAMES, ListFeatures, ListsState
from detectors.forecast.rates import Rates, RatesState
from detectors.forecast.waiting import Waiting, WaitingState

FORMAT = 1
"""Of a forecaster's state."""
HORIZON_S = 6 * HOUR_S
KEEP_S = 48 * HOUR_S
"""A question that has had no answer for as long gets none."""
P_DIGITS = 6
LEAST_P = 1e-6


class Asked(NamedTuple):
    """A question that was asked: the features as bytes of f4, the keys of its rates, and what was said."""

    values: bytes
    keys: tuple[str, ...]
    odds: float
    p: float


class ListForecasterState(msgspec.Struct, frozen=True, array_like=True):
    """All that a forecaster remembers."""

    format: int
    lists: ListsState
    rates: RatesState
    forest: ForestState
    calibration: CalibrationState
    waiting: WaitingState[Asked, bool]
    drift: LossDriftState


class ListForecaster:
    """P(a topic that is not among the first ten is, at any of the next 6 hourly lists). River's two verbs.

    `predict_proba_one(x)` when the list arrives, row by row in order of rank; `learn_one(x, y)` whenever the answer is
    known. It is learned when the lists' own clock is `HORIZON_S` past the question: an answer given earlier waits.

    `x` has at (epoch s), rank, heat, reads, discussions, posts (counts or None), category, age_h (hours since first
    seen), ranks and heats (the topic's last 6 hourly values, oldest first, this one included; a gap is None).

    Args:
        knobs: of the forest.

    State: that of the forest, 14 MB with its defaults. Cost: where the source says.
    Raises: DetectorError for a state of another format.
    Source: ours; docs/decisions/0023-forecasting.md.
    """

    def __init__(self, *, knobs: Knobs | None = None) -> None:
        self._features = ListFeatures()
        self._rates = Rates()
        self._forest = RollingForest(features=NAMES, knobs=knobs)
        self._calibration = Calibration()
        self._waiting = Waiting[Asked, bool](horizon_s=HORIZON_S, keep_s=KEEP_S)
        self.drift = LossDrift()

    @property
    def learned(self) -> int:
        """Answers it has learned from."""
        return self._forest.seen

    def predict_proba_one(self, x: Mapping[str, Any]) -> float:
        """Probability in ]0, 1[. Takes the row in: ask once, and in order."""
        if x["at"] > self._waiting.now:
            for asked, answer in self._waiting.due(x["at"]):
                self._learn(asked, answer)
        keys = self._keys(x)
        values = vector([*self._features(x), *(self._rates(key) for key in keys)])
        odds = self._forest.margin(values)
        p = round(min(1.0 - LEAST_P, max(LEAST_P, self._calibration(odds))), P_DIGITS)
        self._waiting.ask((x["at"], x["rank"]), Asked(values.tobytes(), keys, odds, p))
        return p

    def learn_one(self, x: Mapping[str, Any], y: bool) -> None:
        """Take the answer to the question of that time and rank, for when it may be known."""
        self._waiting.answer((x["at"], x["rank"]), bool(y))

    def _keys(self, x: Mapping[str, Any]) -> tuple[str, ...]:
        category = x["category"].strip()
        return category, f"{category}/{self._features.hour(x['at']) // 3}"

    def _learn(self, asked: Asked, answer: bool) -> None:
        self._rates.learn(asked.keys, answer)
        self._forest.learn(np.frombuffer(asked.values, np.float32), answer)
        base = self._rates.base
        self._calibration.learn(asked.odds, answer, centre=math.log(base / (1.0 - base)))
        self.drift.learn(self._waiting.now, asked.p, answer)

    def snapshot(self) -> ListForecasterState:
        """All it remembers, as plain numbers."""
        return ListForecasterState(
            FORMAT,
            self._features.snapshot(),
            self._rates.snapshot(),
            self._forest.snapshot(),
            self._calibration.snapshot(),
            self._waiting.snapshot(),
            self.drift.snapshot(),
        )

    def restore(self, state: ListForecasterState) -> None:
        """Go on from a snapshot as if nothing had happened."""
        if state.format != FORMAT:
            raise DetectorError(f"format = {state.format} of a forecaster's state must be {FORMAT}")
        self._features.restore(state.lists)
        self._rates.restore(state.rates)
        self._forest.restore(state.forest)
        self._calibration.restore(state.calibration)
        self._waiting.restore(state.waiting)
        self.drift.restore(state.drift)
