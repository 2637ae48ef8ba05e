"""ADWIN is needed: with a stand-in that detects nothing, what a user would notice breaks."""

import random
from typing import Any

import pytest
from river import drift

from detectors.anomalies.novelty.scale import Scale
from detectors.errors import DetectorError


class Constant:
    """Says the same, whatever comes."""

    estimation = 0.0
    drift_detected = False

    def __init__(self, **_: Any) -> None:
        pass

    def update(self, _: float) -> None:
        """Learn nothing."""


def strange(scale: Scale, distances: list[float]) -> int:
    """How many of them were three times what was ordinary, score first."""
    found = 0
    for distance in distances:
        found += scale.ratio(distance, floor=0.0) >= 3.0
        scale.learn(distance, unit=100.0)
    return found


def changed(seed: int) -> list[float]:
    """Distances about 2 of 100 for long, then about 20 for good."""
    numbers = random.Random(seed)
    return [abs(numbers.gauss(0, 2)) for _ in range(3000)] + [abs(numbers.gauss(0, 20)) for _ in range(1000)]


def test_without_adwin_a_series_that_became_wilder_stays_strange(monkeypatch: pytest.MonkeyPatch) -> None:
    """A constant in its place: the long calm past keeps calling the new state strange."""
    with_river = strange(Scale(warm_up=50), changed(1))
    monkeypatch.setattr(drift, "ADWIN", Constant)
    without = strange(Scale(warm_up=50), changed(1))
    assert 0 < with_river < 0.7 * without


def test_it_is_the_root_mean_square_of_the_past() -> None:
    """3, 4 and 5 make 50 / 3; the newest is not in it."""
    scale = Scale(warm_up=0)
    for distance in (3.0, 4.0, 5.0):
        scale.learn(distance, unit=0.0)
    assert scale.ratio(10.0, floor=0.0) == pytest.approx(10 / (50 / 3) ** 0.5)


def test_it_is_silent_while_warming_up() -> None:
    """And without a distance."""
    scale = Scale(warm_up=2)
    scale.learn(1.0, unit=1.0)
    assert scale.ratio(9.0, floor=0.0) == 0.0
    scale.learn(None, unit=1.0)
    assert scale.ratio(9.0, floor=0.0) == 0.0
    scale.learn(1.0, unit=1.0)
    assert scale.ratio(9.0, floor=0.0) == 9.0
    assert scale.ratio(None, floor=0.0) == 0.0


def test_a_floor_bounds_the_ratio_where_nothing_ever_moved() -> None:
    """The first move of all is large, not infinite."""
    scale = Scale(warm_up=1)
    for _ in range(100):
        scale.learn(0.0, unit=0.0)
    assert scale.ratio(1.0, floor=0.0) == 0.0
    assert scale.ratio(1.0, floor=0.1) == 10.0


def test_it_goes_on_from_a_snapshot() -> None:
    """To the last bit, drifts included, wherever it is stopped."""
    distances = changed(2)
    scale = Scale(warm_up=50)
    for i, distance in enumerate(distances):
        if i % 500 == 499:
            again = Scale(warm_up=50)
            again.restore(scale.snapshot())
            scale = again
        scale.learn(distance, unit=100.0)
    whole: Any = Scale(warm_up=50)
    for distance in distances:
        whole.learn(distance, unit=100.0)
    assert scale.snapshot() == whole.snapshot()


def test_impossible_arguments_are_refused() -> None:
    """The error names both."""
    with pytest.raises(DetectorError, match=r"warm_up = -1 and prior = 0"):
        Scale(warm_up=-1)
