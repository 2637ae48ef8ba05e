import math

from detectors.anomalies.novelty.reach import Reach


def test_inside_is_nothing_and_outside_is_told_in_ranges() -> None:
    """Seen 0 to 10: 15 is half a range out, and so is -5."""
    reach = Reach(warm_up=3)
    for value in (0.0, 10.0, 5.0):
        reach.learn(value)
    assert [reach.distance(value) for value in (0.0, 10.0, 15.0, -5.0)] == [0.0, 0.0, 0.5, 0.5]


def test_it_says_none_while_warming_up() -> None:
    """Not knowing yet is None."""
    reach = Reach(warm_up=2)
    reach.learn(1.0)
    assert reach.distance(5.0) is None


def test_a_constant_has_no_unit() -> None:
    """The first move of a series that never moved has no size: shapes and scale say what they can."""
    reach = Reach(warm_up=2)
    reach.learn(4.0)
    reach.learn(4.0)
    assert reach.distance(5.0) == 0.0
    assert reach.width == 0.0


def test_it_goes_on_from_a_snapshot_even_before_the_first_value() -> None:
    """Infinite bounds are numbers too."""
    again = Reach(warm_up=1)
    again.restore(Reach(warm_up=1).snapshot())
    assert again.snapshot() == (math.inf, -math.inf, 0)
