import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import DetectorError
from detectors.forecast.calibration import Calibration

Answers = st.lists(st.tuples(st.floats(-50, 50), st.booleans()), max_size=200)


@given(Answers, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_more_odds_never_mean_less_probability(answers: list[tuple[float, bool]], one: float, other: float) -> None:
    """Whatever was learned."""
    line = Calibration(rate=0.5)
    for odds, answer in answers:
        line.learn(odds, answer, centre=-2.0)
    low, high = line(min(one, other)), line(max(one, other))
    assert 0.0 < low <= high < 1.0


def test_overconfidence_is_corrected() -> None:
    """Odds that are twice too large are halved, within 20,000 answers."""
    rng, line = random.Random(1), Calibration()
    for _ in range(20_000):
        true = rng.gauss(-2.0, 1.0)
        line.learn(2.0 * true, rng.random() < 1 / (1 + math.exp(-true)), centre=-4.0)
    assert line(-4.0) == pytest.approx(1 / (1 + math.exp(2)), abs=0.02)
    assert line(0.0) == pytest.approx(0.5, abs=0.07)


def test_it_goes_on_from_a_snapshot() -> None:
    """The line is all it knows."""
    line, again = Calibration(), Calibration()
    line.learn(1.0, True, centre=0.0)
    again.restore(line.snapshot())
    assert again.snapshot() == line.snapshot() != Calibration().snapshot()


def test_an_impossible_rate_is_refused() -> None:
    """By value and range."""
    with pytest.raises(DetectorError, match=r"rate = 1\.5"):
        Calibration(rate=1.5)
