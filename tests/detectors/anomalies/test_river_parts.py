"""Each River part is needed: with a stand-in that learns nothing, something a user would notice breaks."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from river import drift, linear_model

from detectors.anomalies.detector import SeriesDetector

Traffic = Callable[..., list[int]]
NOON = 5 * 288 + 144
ALARM = 4.5


class ConstantRegression:
    """Predicts what it met first, whatever the hour."""

    def __init__(self, **_: Any) -> None:
        self._value: float | None = None

    def learn_one(self, x: dict[str, float], y: float) -> None:
        """Keep the first target; `constant` undoes the weight that both sides were multiplied by."""
        if self._value is None:
            self._value = 10.0 * y / x["constant"]

    def predict_one(self, _: dict[str, float], *, with_dist: bool = False) -> Any:
        """The constant."""
        value = self._value or 0.0
        return SimpleNamespace(mu=value, sigma=0.0) if with_dist else value


def scores(counts: list[int]) -> list[float]:
    detector, said = SeriesDetector(), []
    for i, count in enumerate(counts):
        x: dict[Any, float] = {"at": 300.0 * (i + 0.5), "count": count}
        said.append(detector.score_one(x) or 0.0)
        detector.learn_one(x)
    return said


def test_without_the_regression_a_collapse_drowns_in_the_day(traffic: Traffic, monkeypatch: pytest.MonkeyPatch) -> None:
    """A constant in its place: the daily cycle passes for noise, and a third of the likes left is nothing unusual."""
    counts = traffic(days=6, mean=500, seed=3, factor={(NOON, 6 * 288): 0.3})
    with_river = max(scores(counts)[NOON : NOON + 3])
    monkeypatch.setattr(linear_model, "BayesianLinearRegression", ConstantRegression)
    without = max(scores(counts)[NOON : NOON + 3])
    assert with_river >= ALARM > without


def test_without_adwin_a_shift_alarms_for_much_longer(traffic: Traffic, monkeypatch: pytest.MonkeyPatch) -> None:
    """River's NoDrift in its place: the new level is still an alarm when ADWIN has long accepted it."""
    counts = traffic(days=6, mean=500, seed=7, factor={(NOON, 6 * 288): 0.15})
    with_river = sum(score >= ALARM for score in scores(counts)[NOON:])
    monkeypatch.setattr(drift, "ADWIN", lambda **_: drift.NoDrift())  # type: ignore[no-untyped-call]
    without = sum(score >= ALARM for score in scores(counts)[NOON:])
    assert without > 1.5 * with_river
