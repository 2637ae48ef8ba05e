"""What a source's usual pause is, and how it is forgotten."""

import pytest

from detectors.anomalies.pauses import Pauses


def after(*pauses: int, half_life: float = 1e9) -> Pauses:
    """A source that paused so long, one after the other."""
    found = Pauses(half_life=half_life)
    for length in pauses:
        for _ in range(length):
            found.step(empty=True)
        found.step(empty=False)
    return found


@pytest.mark.parametrize(
    ("pauses", "usual"),
    [
        ([], 0),
        ([0] * 100, 0),
        ([11] * 24, 11),
        ([11] * 100 + [23] * 2, 11),
        ([11] * 97 + [23] * 3, 23),
        ([0] * 800 + [72] * 2, 0),
    ],
)
def test_one_pause_in_fifty_is_rare(pauses: list[int], usual: int) -> None:
    """What is longer than the usual one is news: two outages of a lively source, too, make no third one usual."""
    assert after(*pauses).usual == usual


def test_a_source_that_speaks_again_is_lively_again() -> None:
    """Once an hour for a day, then in every bucket."""
    made = after(*[11] * 24, half_life=100.0)
    for _ in range(288):
        made.step(empty=False)
    assert made.usual == 0


def test_a_restart_goes_on() -> None:
    """In the middle of a pause."""
    made, again = after(3, 4), Pauses(half_life=1e9)
    made.step(empty=True)
    again.restore(made.snapshot())
    assert (again.usual, again.lasting) == (made.usual, made.lasting) == (4, 1)
    again.hole()
    assert again.lasting == 0
