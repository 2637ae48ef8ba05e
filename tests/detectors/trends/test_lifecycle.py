"""A trend's life, as curves and the states along them."""

import pytest

from detectors.model.alerts import State
from detectors.trends.lifecycle import CALM, Moment, Reason, next_state

WINDOW = 6
CURVES: list[tuple[State, list[float], State, Reason]] = [
    ("emerging", [5], "emerging", Reason.STARTED),
    ("emerging", [5, 9], "emerging", Reason.STARTED),
    ("emerging", [5, 7, 9], "rising", Reason.GROWS),
    ("emerging", [5, 5, 5], "peaking", Reason.LEVEL),
    ("rising", [5, 9, 9, 9], "peaking", Reason.LEVEL),
    ("rising", [10, 20, 19, 20], "peaking", Reason.LEVEL),
    ("rising", [10, 20, 15, 19], "rising", Reason.UNCHANGED),
    ("peaking", [20, 19, 19, 25], "rising", Reason.GROWS),
    ("peaking", [20, 14, 14], "peaking", Reason.UNCHANGED),
    ("peaking", [20, 14, 14, 14], "declining", Reason.FALLS),
    ("rising", [20, 15, 14, 13], "rising", Reason.UNCHANGED),
    ("declining", [20, 14, 14, 15], "declining", Reason.UNCHANGED),
    ("declining", [20, 6, 12, 12], "declining", Reason.UNCHANGED),
    ("declining", [20, 6, 12, 13, 12], "resurgent", Reason.RETURNS),
    ("ended", [20, 1, 3, 4, 3], "resurgent", Reason.RETURNS),
    ("ended", [20, 0, 1, 1, 1], "ended", Reason.UNCHANGED),
]


def history(observed: list[float], surprise: float = 6.0) -> list[Moment]:
    """Moments of a curve, all equally surprising."""
    return [Moment(bucket, n, 1.0, surprise) for bucket, n in enumerate(observed, 10)]


@pytest.mark.parametrize(("state", "curve", "after", "reason"), CURVES)
def test_a_curve_leads_to_a_state(state: State, curve: list[float], after: State, reason: Reason) -> None:
    """Every state and reason; three buckets must agree before anything changes."""
    assert next_state(state, history(curve), WINDOW) == (after, reason)


@pytest.mark.parametrize("state", ["emerging", "rising", "peaking", "declining", "ended", "resurgent"])
def test_a_calm_window_ends_any_trend(state: State) -> None:
    """A whole window in which no count surprised; one bucket less does not do."""
    calm = history([3] * WINDOW, surprise=CALM - 0.01)
    assert next_state(state, calm, WINDOW) == ("ended", Reason.CALM)
    assert next_state(state, calm[1:], WINDOW)[1] != Reason.CALM
    assert next_state(state, [*calm[1:], *history([3], surprise=CALM)], WINDOW)[1] != Reason.CALM


def test_a_calm_return_is_none() -> None:
    """Twice the trough means nothing while it is what was to be expected."""
    curve = [*history([20, 2], 6.0), *history([8, 8, 8], CALM - 0.01)]
    assert next_state("declining", curve, WINDOW) == ("declining", Reason.UNCHANGED)


def test_a_trend_that_is_back_is_not_measured_by_its_former_height() -> None:
    """From its return on the peak counts anew: it is not declining at once."""
    curve = history([100, 90, 60, 50, 50, 5, 20, 20, 20, 20])
    assert next_state("resurgent", curve, WINDOW) == ("declining", Reason.FALLS)
    assert next_state("resurgent", curve, WINDOW, since=curve[-4].bucket) == ("peaking", Reason.LEVEL)
