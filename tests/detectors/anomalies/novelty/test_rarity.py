"""A surprise of 3 decades is what one point in a thousand brings, whatever the scores look like."""

import random
from collections.abc import Callable

import pytest

from detectors.anomalies.novelty.rarity import Rarity
from detectors.errors import DetectorError

Draw = Callable[[random.Random], float]
DRAWS: dict[str, Draw] = {
    "exponential": lambda numbers: numbers.expovariate(12.0),
    "even": lambda numbers: numbers.uniform(0.1, 0.4),
    "normal": lambda numbers: abs(numbers.gauss(0.2, 0.05)),
}


@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize("decades", [1.0, 2.0, 3.0])
def test_it_is_calibrated(name: str, decades: float) -> None:
    """At most 1.5 times as many as promised; and of the common ones not fewer than half."""
    numbers, rarity, passed, asked = random.Random(1), Rarity(half_life=4000), 0, 0
    for i in range(20_000):
        score = DRAWS[name](numbers)
        if i >= 1000:
            asked += 1
            passed += rarity.surprise(score) >= decades
        rarity.learn(score)
    assert passed <= 1.5 * asked * 10**-decades
    assert decades > 1 or passed >= 0.5 * asked * 10**-decades


def test_it_never_saturates_and_never_falls() -> None:
    """The higher the score the higher the surprise, far beyond all that was seen."""
    numbers, rarity = random.Random(2), Rarity(half_life=1000)
    for _ in range(3000):
        rarity.learn(numbers.expovariate(10.0))
    surprises = [rarity.surprise(0.01 * i) for i in range(1000)]
    assert surprises == sorted(surprises)
    assert surprises[-1] > surprises[-100] > 10


def test_it_forgets() -> None:
    """What was rare is not, a few half-lives after the series changed."""
    rarity = Rarity(half_life=500)
    for _ in range(2000):
        rarity.learn(0.1)
    before = rarity.surprise(0.5)
    for _ in range(2000):
        rarity.learn(0.5)
    assert before > 3
    assert rarity.surprise(0.5) < 0.5


def test_weights_stay_finite() -> None:
    """However long it runs: a half-life of one point overflows a float after a thousand."""
    rarity = Rarity(half_life=1)
    for _ in range(5000):
        rarity.learn(0.2)
    assert rarity.surprise(0.1) == pytest.approx(0.0, abs=1e-9)


def test_it_goes_on_from_a_snapshot() -> None:
    """To the last bit."""
    numbers, rarity, again = random.Random(3), Rarity(half_life=50), Rarity(half_life=50)
    for _ in range(500):
        rarity.learn(numbers.random())
    again.restore(rarity.snapshot())
    for _ in range(3000):
        score = numbers.random()
        assert again.surprise(score) == rarity.surprise(score)
        rarity.learn(score)
        again.learn(score)


def test_an_impossible_half_life_is_refused() -> None:
    """The error names it."""
    with pytest.raises(DetectorError, match="half_life = 0"):
        Rarity(half_life=0)
