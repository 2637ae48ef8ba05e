"""Expected people, and the range."""

import numpy as np
import pytest

from detectors.outlook.size import Size

X = np.array([0.0, 1.0])


def test_before_any_answer_it_goes_on_as_now() -> None:
    """As many people again, and no range."""
    size = Size(1)
    assert size.say(20.0, X) == (20.0, None)


def test_growth_is_learned_and_nine_of_ten_lie_in_the_range() -> None:
    """People triple, give or take a third."""
    rng = np.random.default_rng(1)
    size, inside = Size(1), []
    for _ in range(1500):
        voices = float(rng.integers(5, 100))
        said = size.say(voices, X)
        came = float(round(voices * 3 * np.exp(rng.normal() / 3)))
        if said.interval is not None:
            inside.append(said.interval[0] <= came <= said.interval[1])
        size.learn(voices, said, X, came)
    assert size.say(30.0, X).voices == pytest.approx(90.0, rel=0.15)
    assert np.mean(inside) == pytest.approx(0.9, abs=0.02)


def test_a_restart_changes_nothing() -> None:
    """Nor does a count that nobody would believe: growth is cut."""
    whole, again = Size(1), Size(1)
    for n in range(50):
        whole.learn(10.0, whole.say(10.0, X), X, 1e9 if n == 7 else 12.0)
    again.restore(whole.snapshot())
    assert again.snapshot() == whole.snapshot()
    assert again.say(5.0, X) == whole.say(5.0, X)
