import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.anomalies.excursions import EDGE, NORMAL_EXCESS, NORMAL_RATE
from detectors.anomalies.tail import Tail


@given(st.floats(-8, 8).filter(lambda z: abs(z) > 1e-3), st.floats(0.05, 1e6))
def test_count_at_is_the_inverse_of_z(z: float, expected: float) -> None:
    """Unless even no count at all is not that low."""
    tail = Tail(half_life=100)
    count = tail.count_at(z, expected)
    assert tail.z(count, expected) == pytest.approx(z, rel=1e-3) or (count < 1e-9 and tail.z(0.0, expected) > z)


@given(st.floats(0.05, 1e5), st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_higher_count_never_has_a_lower_z(expected: float, one: float, other: float) -> None:
    """Counts are ordered as their z."""
    tail = Tail(half_life=100)
    low, high = sorted((one, other))
    assert tail.z(low, expected) <= tail.z(high, expected) + 1e-9


def test_surprise_does_not_saturate() -> None:
    """Among impossible counts, the more impossible one ranks higher."""
    tail = Tail(half_life=100)
    scores = [tail.surprise(tail.z(count, 100.0)) for count in (1e3, 1e4, 1e6, 1e9)]
    assert scores == sorted(scores)
    assert len(set(scores)) == 4


def test_counts_beyond_poisson_widen_the_tail() -> None:
    """The same count is less surprising where counts have strayed more."""
    calm, wild = Tail(half_life=300), Tail(half_life=300)
    rng = np.random.default_rng(1)
    for _ in range(600):
        calm.learn(float(rng.poisson(100)), 100.0)
        wild.learn(float(rng.poisson(rng.gamma(5, 20))), 100.0)
    assert calm.spread < 0.01
    assert wild.spread == pytest.approx(0.2, abs=0.06)
    assert calm.surprise(calm.z(50, 100.0)) > 2 * wild.surprise(wild.z(50, 100.0))


def test_batches_are_told_from_a_wandering_rate() -> None:
    """Acts that come in tens: variance 10 times the mean at every size, and no spread."""
    tail = Tail(half_life=2000)
    rng = np.random.default_rng(2)
    for i in range(4000):
        expected = 200.0 * math.exp(1.5 * math.sin(i / 40))
        tail.learn(float(10 * rng.poisson(expected / 10)), expected)
    assert tail.batch == pytest.approx(10, rel=0.2)
    assert tail.spread < 0.02


def test_the_tail_is_calibrated_on_heavy_noise() -> None:
    """Noise with far heavier tails than the model's (Student, 4): one in a thousand stays within three times that."""
    tail = Tail(half_life=1000)
    rng = np.random.default_rng(3)
    beyond = 0
    for i, noise in enumerate(rng.standard_t(4, 24_000)):
        count = float(rng.poisson(200 * math.exp(0.1 * noise)))
        if i >= 4000:
            beyond += tail.surprise(tail.z(count, 200.0)) >= 3
        tail.learn(count, 200.0)
    assert 5 <= beyond <= 60


def test_the_far_tail_is_calibrated_though_few_excursions_are_known() -> None:
    """A surprise of 5 comes in 5e-6 of cases after twenty excursions, on average over what these happened to be.

    With their mean taken for certain it would be twice as often.
    """
    rng = np.random.default_rng(8)
    came = []
    for _ in range(400):
        tail = Tail(half_life=1e9)
        for excess in rng.exponential(NORMAL_EXCESS, 20):
            tail._excursions._excesses[1].learn(excess, 1.0)
        low, high = EDGE, 100.0
        for _ in range(60):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if tail.surprise(middle) < 5.0 else (low, middle)
        came.append(NORMAL_RATE * math.exp(-(high - EDGE) / NORMAL_EXCESS))
    assert 2e-6 < np.mean(came) < 6e-6


def test_one_catastrophe_does_not_blind_the_tail() -> None:
    """After three hours at zero (the level follows by then) the next one is still seen."""
    tail = Tail(half_life=288)
    rng = np.random.default_rng(4)
    for _ in range(1000):
        tail.learn(float(rng.poisson(100)), 100.0)
    for _ in range(36):
        tail.learn(0.0, 100.0)
    assert tail.surprise(tail.z(0.0, 100.0)) > 4


def test_rare_batches_are_known_after_a_few() -> None:
    """Acts that come by ten, a batch in fifty buckets: after five, two at once are no news; of singles they are."""
    batches, singles = Tail(half_life=288), Tail(half_life=288)
    for i in range(250):
        batches.learn(10.0 * (i % 50 == 49), 0.2)
        singles.learn(1.0 * (i % 5 == 4), 0.2)
    assert batches.surprise(batches.z(20.0, 0.2)) < 4.0
    assert singles.surprise(singles.z(20.0, 0.2)) > 7.0


def test_a_rare_catastrophe_makes_no_batch() -> None:
    """A thousand acts where one was usual: a hundred are news still, and it fades."""
    tail = Tail(half_life=288)
    for i in range(500):
        tail.learn(1.0 * (i % 5 == 4), 0.2)
    tail.learn(1000.0, 0.2)
    assert tail.batch < 2.0
    assert tail.surprise(tail.z(100.0, 0.2)) > 6.0


def test_acts_that_come_by_ones_are_no_batches() -> None:
    """Though two or three of them meet in a bucket."""
    tail, rng = Tail(half_life=288), np.random.default_rng(11)
    for _ in range(3000):
        tail.learn(float(rng.poisson(0.7)), 0.7)
    assert tail.batch < 1.1


def test_what_a_count_teaches_is_cut() -> None:
    """A spike teaches three standard deviations, an ordinary count all of itself."""
    tail = Tail(half_life=100)
    assert tail.learn(105.0, 100.0) == 105.0
    assert 100.0 < tail.learn(1e6, 100.0) < 300.0


def test_the_interval_holds_the_expectation() -> None:
    """From 2.5 % to 97.5 %, wider where the expectation itself is in doubt."""
    tail = Tail(half_life=100)
    low, high = tail.interval(100.0)
    wide_low, wide_high = tail.interval(100.0, doubt=0.2)
    assert wide_low < low < 100.0 < high < wide_high
