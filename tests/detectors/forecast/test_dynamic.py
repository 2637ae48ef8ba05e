"""Regressions for few answers: what they learn, what they forget, and that a restart changes nothing."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.errors import DetectorError
from detectors.forecast.dynamic import DynamicLinear, DynamicLogistic, Scales
from detectors.forecast.forest import vector
from detectors.forecast.window import MISSING

MODELS: list[Callable[..., Any]] = [DynamicLogistic, DynamicLinear]


def rows(n: int, seed: int, weight: float = 2.0) -> list[tuple[NDArray[np.float64], float]]:
    """Three features and a constant, of which the first counts."""
    rng = np.random.default_rng(seed)
    xs = np.column_stack([rng.normal(size=(n, 3)), np.ones(n)])
    return [(x, float(weight * x[0] + rng.normal() > 0)) for x in xs]


def test_batch_regression_is_what_it_comes_to() -> None:
    """Without fading, learning answer by answer is ridge regression over all of them."""
    data = rows(50, seed=1)
    model = DynamicLinear(features=3, spread=1.0, fade=0.0)
    for x, y in data:
        model.learn(x, y)
    xs, ys = np.array([x for x, _ in data]), np.array([y for _, y in data])
    ridge = np.linalg.solve(xs.T @ xs + np.eye(4), xs.T @ ys)
    assert model.expected(np.array([1.0, -1.0, 0.5, 1.0])) == pytest.approx(float(ridge @ [1.0, -1.0, 0.5, 1.0]))


def test_few_answers_few_words() -> None:
    """Log-odds grow with what was learned; far from what is known they are nearer to none."""
    model = DynamicLogistic(features=3, spread=1.0, fade=0.0)
    strange, x = np.array([0.0, 3.0, 3.0, 1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    odds = []
    for n, (features, y) in enumerate(rows(100, seed=2)):
        model.learn(features * [1.0, 0.0, 0.0, 1.0], bool(y))
        if n in (5, 99):
            odds.append(model.odds(x))
    assert 0 < odds[0] < odds[1]
    assert abs(model.odds(strange + x)) < abs(model.odds(x))


@pytest.mark.parametrize("fade", [0.0, 1e-4])
def test_what_faded_is_learned_again(fade: float) -> None:
    """The world turns after 2,000 answers: 200 later one that forgets has followed, one that does not has not."""
    model = DynamicLogistic(features=3, spread=1.0, fade=fade)
    for x, y in [*rows(2000, seed=3), *rows(200, seed=4, weight=-2.0)]:
        model.learn(x, bool(y))
    assert (model.odds(np.array([1.0, 0.0, 0.0, 1.0])) < 0) is (fade > 0)


def test_the_covariance_has_a_bound() -> None:
    """A feature that stands still for ever is as unknown as before any answer, not more."""
    model = DynamicLinear(features=2, spread=0.5, fade=0.01)
    for _ in range(3000):
        model.learn(np.array([1.0, 0.0, 1.0]), 1.0)
    assert model._covariance[1, 1] == pytest.approx(0.25)
    model.forget(1.0)
    assert model._covariance[0, 0] == pytest.approx(0.25)


@pytest.mark.parametrize("make", MODELS)
def test_a_restart_changes_nothing(make: Callable[..., Any]) -> None:
    """Bit for bit, wherever the arrays lie."""
    whole = make(features=3, spread=0.3, fade=1e-6)
    for x, y in rows(40, seed=5):
        whole.learn(x, y)
    again = make(features=3, spread=0.3, fade=1e-6)
    again.restore(whole.snapshot())
    for x, y in rows(40, seed=6):
        whole.learn(x, y)
        again.learn(x, y)
    assert again.snapshot() == whole.snapshot()


@pytest.mark.parametrize("wrong", [{"features": 0}, {"spread": 0.0}, {"fade": 1.0}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    """With name and value."""
    with pytest.raises(DetectorError, match=f"{next(iter(wrong))} = {next(iter(wrong.values()))}"):
        DynamicLinear(**({"features": 2, "spread": 1.0, "fade": 0.0} | wrong))  # type: ignore[arg-type]


def test_features_in_deviations() -> None:
    """What is missing is as usual, what is wild is cut, and the last is a constant."""
    scales = Scales(2)
    for n in range(1000):
        scales.learn(vector([10.0 + n % 3, float("nan")]))
    x = scales(vector([11.0, float("nan")]))
    assert x.tolist() == pytest.approx([0.0, 0.0, 1.0], abs=0.1)
    assert scales(vector([1e6, float(MISSING)]))[0] == 3.0
    again = Scales(2)
    again.restore(scales.snapshot())
    assert again.snapshot() == scales.snapshot()
