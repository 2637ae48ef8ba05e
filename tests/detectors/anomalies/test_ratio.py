import pytest

from detectors.anomalies.ratio import Ratio
from detectors.errors import DetectorError


def test_a_ratio_without_data_is_its_prior() -> None:
    """Nothing seen: what was believed before."""
    assert Ratio(half_life=10, prior=0.3, weight=5).value == pytest.approx(0.3)


def test_the_first_value_weighs_no_more_than_the_second() -> None:
    """A plain EWMean starts at its first value; here one outlier at the start is one among many."""
    ratio = Ratio(half_life=1000, prior=0.0, weight=1e-9)
    for value in (100.0, *[1.0] * 99):
        ratio.learn(value, 1.0)
    assert ratio.value == pytest.approx(1.99, abs=0.1)


def test_a_ratio_forgets_with_its_half_life() -> None:
    """After one half-life of zeros, what was 1 is half of what it would be."""
    ratio = Ratio(half_life=10, prior=0.0, weight=1e-9)
    for _ in range(200):
        ratio.learn(1.0, 1.0)
    for _ in range(10):
        ratio.learn(0.0, 1.0)
    assert ratio.value == pytest.approx(0.5, abs=0.01)


def test_a_restart_believes_what_it_is_told() -> None:
    """The value is the new one, with the weight it was given."""
    ratio = Ratio(half_life=10, prior=0.0, weight=1.0)
    ratio.learn(50.0, 1.0)
    ratio.restart(4.0, 3.0)
    assert ratio.value == pytest.approx(3.0)
    assert ratio.weight == pytest.approx(3.0)


@pytest.mark.parametrize(("half_life", "weight"), [(0, 1), (1, 0), (-1, 1)])
def test_impossible_memories_are_refused(half_life: float, weight: float) -> None:
    """The error names the parameter and its value."""
    with pytest.raises(DetectorError, match=r"half_life = .* weight = .*> 0"):
        Ratio(half_life=half_life, prior=0.0, weight=weight)
