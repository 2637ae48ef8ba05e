"""River's models as numbers: they come back to the last bit, and River keeps its state where we look."""

import random
from typing import Any

import pytest
from river import drift, linear_model

from detectors.anomalies.models import (
    VERSIONS,
    drift_state,
    regression_state,
    restore_drift,
    restore_regression,
)


def regression() -> Any:
    return linear_model.BayesianLinearRegression(alpha=0.25, beta=8.0, smoothing=0.99)


def detector() -> Any:
    made: Any = drift.ADWIN
    return made(delta=0.002, clock=3)


def point(numbers: random.Random) -> dict[str, float]:
    return {f"x{i}": numbers.gauss(0, 1) for i in range(10)}


@pytest.mark.parametrize("learned", [0, 1, 50])
@pytest.mark.parametrize("asked", [False, True])
def test_a_regression_goes_on_as_before(learned: int, asked: bool) -> None:
    """Bit for bit: predictions, their spread, and what is learned from then on."""
    numbers = random.Random(learned)
    model, again = regression(), regression()
    for _ in range(learned):
        model.learn_one(point(numbers), numbers.gauss(3, 1))
    if asked:
        model.predict_one(point(numbers))
    restore_regression(again, regression_state(model))
    for _ in range(20):
        x = point(numbers)
        assert again.predict_one(x) == model.predict_one(x)
        assert again.predict_one(x, with_dist=True).sigma == model.predict_one(x, with_dist=True).sigma
        y = numbers.gauss(3, 1)
        model.learn_one(x, y)
        again.learn_one(x, y)
    assert regression_state(again) == regression_state(model)


def test_nothing_of_a_regression_is_left_out() -> None:
    """An attribute that River adds must be looked at before the version is raised."""
    known = {"_idx", "_ss_arr", "_ss_inv_arr", "_eta_arr", "_m_arr", "_m_dirty", "_cap", "_n"}
    model = regression()
    model.learn_one({"x": 1.0}, 1.0)
    assert set(vars(model)) - known == {"alpha", "beta", "smoothing"}
    assert model._n == 1


@pytest.mark.parametrize("seen", [0, 1, 400])
def test_a_drift_detector_goes_on_as_before(seen: int) -> None:
    """It finds the shift at the same value, from what it saw before and after."""
    numbers = random.Random(seen)
    adwin, again = detector(), detector()
    for _ in range(seen):
        adwin.update(numbers.gauss(0, 1))
    restore_drift(again, drift_state(adwin))
    detected = []
    for i in range(400):
        value = numbers.gauss(3 * (i > 200), 1)
        adwin.update(value)
        again.update(value)
        assert (again.drift_detected, again.width, again.estimation) == (
            adwin.drift_detected,
            adwin.width,
            adwin.estimation,
        )
        detected += [i] * adwin.drift_detected
    assert detected
    assert drift_state(again) == drift_state(adwin)


def test_nothing_of_a_drift_detector_is_left_out() -> None:
    """The same for ADWIN."""
    known = {"_drift_detected", "_helper"}
    parameters = {"delta", "clock", "max_buckets", "min_window_length", "grace_period"}
    assert set(vars(detector())) == known | parameters


def test_the_versions_are_those_that_run() -> None:
    """Of what the state belongs to."""
    from importlib.metadata import version

    assert VERSIONS["river"] == version("river")
    assert VERSIONS["numpy"] == version("numpy")
