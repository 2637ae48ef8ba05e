"""Shapes of a series whose sums are as they should be; a change of the level is none of them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from detectors.anomalies.detector import SeriesDetector
from detectors.anomalies.verdict import Verdict

Traffic = Callable[..., list[int]]
Counts = npt.NDArray[np.float64]
START = 9 * 288
ALARM = 4.5


def shapes(counts: npt.ArrayLike, detector: SeriesDetector | None = None) -> list[Verdict | None]:
    """What is said of the shape after each bucket."""
    detector = detector or SeriesDetector(shaped=True)
    said = []
    for i, count in enumerate(np.asarray(counts).tolist()):
        x: dict[Any, float] = {"at": 300.0 * (i + 0.5), "count": count}
        detector.learn_one(x)
        said.append(detector.shape)
    return said


def surprises(said: list[Verdict | None]) -> list[float]:
    return [one.surprise for one in said if one is not None]


@pytest.fixture(name="calm")
def _calm(traffic: Traffic) -> Counts:
    return np.array(traffic(days=11, mean=200, seed=11), dtype=float)


def test_calm_counts_have_no_odd_shape(calm: Counts) -> None:
    """But one that is known: it is spoken of from the second day on."""
    said = shapes(calm)
    assert max(surprises(said)) < ALARM
    assert len(surprises(said)) > 9 * 288


def test_pulses_are_found_though_every_hour_is_usual(calm: Counts) -> None:
    """A quarter of an hour much, a quarter little, for half a day."""
    counts = calm.copy()
    pulses = np.where(np.arange(144) // 3 % 2, 1.35, 0.65)
    counts[START : START + 144] = np.random.default_rng(1).poisson(counts[START : START + 144] * pulses)
    found = max((one for one in shapes(counts)[START:] if one), key=lambda one: one.surprise)
    assert found.surprise > ALARM
    assert found.shape
    assert found.interval is not None
    assert found.observed > found.interval[1] > found.expected


def test_counts_as_even_as_no_people_are_found(calm: Counts) -> None:
    """Within five hours, by the window of four."""
    counts = calm.copy()
    counts[START : START + 72] = np.round(np.convolve(calm, np.ones(25) / 25, mode="same"))[START : START + 72]
    found = next(one for one in shapes(counts)[START : START + 60] if one and one.surprise > ALARM)
    assert found.span == 4
    assert found.observed < 0.5 * found.expected


def test_another_days_form_is_found(calm: Counts) -> None:
    """Two hours a fifth too much, two too little, which no hour alone would tell: within a day and a half."""
    counts = calm.copy()
    wave = np.where(np.arange(432) // 24 % 2, 1.2, 0.8)
    counts[START : START + 432] = np.random.default_rng(2).poisson(counts[START : START + 432] * wave)
    found = max((one for one in shapes(counts)[START : START + 432] if one), key=lambda one: one.surprise)
    assert found.surprise > ALARM


@pytest.mark.parametrize("times", [0.2, 3.0])
def test_a_change_of_the_level_is_no_shape(calm: Counts, times: float) -> None:
    """For three hours: told by its sums, and the windows begin anew."""
    counts = calm.copy()
    counts[START : START + 36] = np.round(counts[START : START + 36] * times)
    said = shapes(counts)[START:]
    assert max(surprises(said)) < ALARM
    assert said[12] is None


def test_a_restart_goes_on_as_if_nothing_had_happened(calm: Counts) -> None:
    """Between two looks, and what was said last is still said."""
    cut = START + 100
    first, second = SeriesDetector(shaped=True), SeriesDetector(shaped=True)
    shapes(calm[:cut], first)
    second.restore(first.snapshot())
    assert second.shape == first.shape is not None
    for i, count in enumerate(calm[cut:].tolist(), start=cut):
        for detector in (first, second):
            detector.learn_one({"at": 300.0 * (i + 0.5), "count": count})
    assert second.snapshot() == first.snapshot()
