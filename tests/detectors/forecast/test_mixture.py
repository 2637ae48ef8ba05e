"""Several forecasts made one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import DetectorError
from detectors.forecast.mixture import LEAST_P, Mixture

PROBABILITY = st.floats(0.0, 1.0)


@given(st.lists(st.tuples(PROBABILITY, PROBABILITY, st.booleans()), max_size=50), PROBABILITY, PROBABILITY)
def test_it_lies_between_its_parts(past: list[tuple[float, float, bool]], one: float, other: float) -> None:
    """Whatever they said before; nothing is certain."""
    mixture = Mixture(2)
    for *ps, answer in past:
        mixture.learn(ps, answer)
    low, high = sorted(max(LEAST_P, min(1.0 - LEAST_P, p)) for p in (one, other))
    assert low - 1e-12 <= mixture([one, other]) <= high + 1e-12


def test_hardly_worse_than_the_best() -> None:
    """Over any answers its loss is that of the best and a little: log 3, while nothing is forgotten."""
    mixture = Mixture(3, memory=1.0)
    answers = [i % 3 == 0 for i in range(300)]
    ps = [0.34, 0.6, 0.1]
    losses = [0.0] * 4
    for answer in answers:
        for i, p in enumerate([*ps, mixture(ps)]):
            losses[i] -= math.log(p if answer else 1.0 - p)
        mixture.learn(ps, answer)
    assert losses[3] <= min(losses[:3]) + math.log(3) + 1e-9


def test_whoever_is_right_now_is_believed() -> None:
    """One that was right for long and is wrong since; a memory of 100 answers is enough."""
    mixture = Mixture(2, memory=0.99)
    for i in range(1200):
        mixture.learn([0.9, 0.1], i < 1000)
    assert mixture([0.9, 0.1]) < 0.2
    mixture.forget()
    assert mixture([0.9, 0.1]) == pytest.approx(0.5)


@pytest.mark.parametrize(("size", "memory"), [(0, 0.9), (2, 0.0), (2, 1.1)])
def test_what_makes_no_sense_is_refused(size: int, memory: float) -> None:
    """With name and value."""
    with pytest.raises(DetectorError, match=f"size = {size} must be >= 1, memory = {memory}"):
        Mixture(size, memory=memory)
