"""A trend's life, as curves and the states along them."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.model.alerts import State
from detectors.trends.gamma_poisson import calm_limit
from detectors.trends.lifecycle import Life, Moment, Pace, Reason, gone, handed_over, next_life, vanished

PACE = Pace(window=6, calm=5)
LOUD, QUIET = 9.0, 0.5
QUIET_VOICES = 2


def lived(
    observed: list[float], life: Life | None = None, surprise: float = LOUD, **fields: Any
) -> list[tuple[Life, Reason]]:
    """Life bucket by bucket along a curve; with two voices or fewer nothing surprises."""
    history: list[Moment] = []
    now, told = life or Life(), []
    for bucket, n in enumerate(observed, 10):
        history.append(Moment(bucket, n, 1.0, surprise if n > QUIET_VOICES else QUIET, **fields))
        now, reason = next_life(now, history, PACE)
        told.append((now, reason))
    return told


def end_of(observed: list[float], **fields: Any) -> tuple[State, Reason]:
    """The last state, and the reason why it came."""
    state, why = "emerging", Reason.STARTED
    for life, reason in lived(observed, **fields):
        state, why = (life.state, reason) if life.state != state else (state, why)
    return state, why  # type: ignore[return-value]


UP = [5.0, 10.0, 20.0]
CURVES: list[tuple[list[float], State, Reason]] = [
    ([5], "emerging", Reason.STARTED),
    ([5, 9], "emerging", Reason.STARTED),
    ([5, 7, 9], "rising", Reason.GROWS),
    ([9, 9, 9], "emerging", Reason.STARTED),
    ([9, 9, 9, 9], "peaking", Reason.LEVEL),
    ([*UP, 20, 20], "rising", Reason.GROWS),
    ([*UP, *[20] * 8], "peaking", Reason.LEVEL),
    ([*UP, 20, 13, 13], "rising", Reason.GROWS),
    ([*UP, 20, 13, 13, 13], "declining", Reason.FALLS),
    ([*UP, 20, 13, 13, 19], "rising", Reason.GROWS),
    ([*[20] * 5], "peaking", Reason.LEVEL),
    ([*[20] * 5, 60, 90], "rising", Reason.GROWS),
    ([*UP, 20, 13, 13, 13, 11], "declining", Reason.FALLS),
    ([*UP, 20, 13, 13, 13, 24], "declining", Reason.FALLS),
    ([*UP, 20, 13, 13, 13, 28, 36], "rising", Reason.GROWS),
    ([*UP, 20, 9, 9, 9, 17, 17], "declining", Reason.FALLS),
    ([*UP, 20, 9, 9, 9, 18, 18], "resurgent", Reason.RETURNS),
    ([*UP, 20, 9, 9, 9, 18, 9], "declining", Reason.FALLS),
    ([*UP, *[2] * 5], "ended", Reason.CALM),
    ([*UP, *[2] * 4], "declining", Reason.FALLS),
    ([*UP, *[2] * 9], "ended", Reason.CALM),
    ([*UP, *[2] * 9, 8, 8], "resurgent", Reason.RETURNS),
    ([*UP, *[2] * 9, 8, 2, 8], "ended", Reason.CALM),
]


@pytest.mark.parametrize(("curve", "state", "reason"), CURVES)
def test_a_curve_leads_to_a_state(curve: list[float], state: State, reason: Reason) -> None:
    """Every state and reason; two or three buckets must agree before anything changes."""
    assert end_of(curve) == (state, reason)


def test_what_does_not_surprise_neither_rises_nor_peaks() -> None:
    """Growth of what is to be expected is none."""
    assert end_of([5, 7, 9, 12], surprise=3.9, calm=1.0)[0] == "emerging"
    assert end_of([9] * 6, surprise=3.9, calm=1.0)[0] == "emerging"


def test_calm_is_counted_in_time() -> None:
    """Buckets that nobody told of count too, and one voice too many begins it again."""
    calm = [Moment(bucket, 2, 1.0, QUIET) for bucket in (20, 24)]
    life, _ = next_life(Life(), calm[:1], PACE)
    assert next_life(life, calm, PACE)[1] is Reason.CALM
    assert end_of([*UP, 2, 2, 2, 3, 2, 2, 2, 2])[0] == "declining"


def test_a_trend_that_is_back_is_not_measured_by_its_former_height() -> None:
    """Its most counts anew: at a fifth of its former peak it is level, neither declining nor back at each bucket."""
    told = lived([50, 100, 100, 60, 50, 40, *[2] * 6, *[20] * 12])
    states = [life.state for life, _ in told[12:]]
    assert states == ["ended", *["resurgent"] * 4, *["peaking"] * 7]
    assert [life.occurrence for life, _ in told[12:]] == [1, *[2] * 11]


def test_another_leader_is_not_measured_by_the_former_one() -> None:
    """Half as many people speak of the new word: that is no decline of the trend. What it is, it stays."""
    life, _ = lived([*UP, 40, 80])[-1]
    history = [Moment(20 + i, 30, 1.0, LOUD, key=7) for i in range(3)]
    now = handed_over(life)
    for i in range(3):
        now, _ = next_life(now, history[: i + 1], PACE)
    assert (life.state, now.state, now.most) == ("rising", "rising", 30)


def test_growth_is_not_taken_over_from_another_leader() -> None:
    """Voices of different subjects are not compared."""
    history = [Moment(10, 5, 1.0, LOUD, key=1), Moment(11, 50, 1.0, LOUD, key=2), Moment(12, 50, 1.0, LOUD, key=2)]
    life = Life()
    for i in range(3):
        life, _ = next_life(life, history[: i + 1], PACE)
    assert (life.state, life.rises) == ("emerging", 0)


@pytest.mark.parametrize(
    ("observed", "deleted", "yes"),
    [(2, 9, True), (0, 3, True), (3, 9, False), (2, 0, False), (0, 2, False), (4, 4, False), (2, 1, False)],
)
def test_what_vanished(observed: float, deleted: float, yes: bool) -> None:
    """Half of it and more was deleted; with it, it would be news; without it, it is none."""
    assert vanished(Moment(10, observed, 0.5, LOUD, 2.0, deleted)) is yes


def test_a_trend_vanishes_at_once_and_from_any_state() -> None:
    """Deletions are no noise to wait out; what is over does not end again."""
    wave = Moment(20, 2, 0.5, QUIET, 2.0, deleted=30)
    states: list[State] = ["emerging", "rising", "peaking", "declining", "resurgent"]
    for state in states:
        life, reason = next_life(Life(state, most=30), [wave], PACE)
        assert (life.state, reason) == ("ended", Reason.VANISHED)
    assert next_life(Life("ended", most=30), [wave], PACE)[1] is not Reason.VANISHED


def test_what_is_no_longer_told_is_over() -> None:
    """COUNT has let go of all its subjects."""
    life, reason = gone(Life("rising", occurrence=2))
    assert (life.state, life.occurrence, reason) == ("ended", 2, Reason.SILENT)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=60))
def test_any_curve_moves_by_the_rules(curve: list[int]) -> None:
    """No state is skipped to that its table does not allow, and no two changes come closer than they may."""
    allowed: dict[State, set[State]] = {
        "emerging": {"rising", "peaking", "declining", "ended"},
        "rising": {"peaking", "declining", "ended"},
        "peaking": {"rising", "declining", "ended"},
        "declining": {"rising", "peaking", "resurgent", "ended"},
        "ended": {"resurgent"},
        "resurgent": {"rising", "peaking", "declining", "ended"},
    }
    states = ["emerging", *(life.state for life, _ in lived([float(n) for n in curve]))]
    for was, now in itertools.pairwise(states):
        assert was == now or now in allowed[was]
    changes = [i for i, (was, now) in enumerate(itertools.pairwise(states)) if was != now]
    assert all(b - a >= 2 for a, b in itertools.pairwise(changes) if states[b + 1] not in ("ended",))


def test_noise_does_not_change_a_level_trend() -> None:
    """Poisson counts around 50, each window sharing its posts with the last: it peaks and stays so."""
    rng = np.random.default_rng(3)
    new = rng.poisson(50 / 6, 400).astype(float)
    windows = np.convolve(new, np.ones(6), "valid").tolist()
    states = [life.state for life, _ in lived(windows, Life("peaking", most=60))]
    changes = sum(was != now for was, now in itertools.pairwise(states))
    assert changes <= 0.06 * len(states)


def test_calm_is_two_deviations() -> None:
    """Of the predictive distribution, however heavy the subject."""
    mean, shape = np.array([0.0, 10.0, 100.0]), np.array([0.15, 20.0, 20.0])
    assert calm_limit(mean, shape) == pytest.approx([0, 10 + 2 * 15**0.5, 100 + 2 * 600**0.5])
