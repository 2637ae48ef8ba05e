"""The variance of a window's deviations: calibrated in calm, blind to level and single spikes, restartable."""

from collections.abc import Iterable

import numpy as np
import pytest

from detectors.anomalies.fit import Fit, Misfit

BLOCKS = 24


def fed(fit: Fit, zs: Iterable[float], expected: float = 100.0) -> list[Misfit | None]:
    """A look a block, of which the last are returned."""
    looks = []
    for z in zs:
        fit.take(z, expected + 10.0 * z, expected, 10.0)
        looks.append(fit.step())
    return looks


def learned(seed: int = 1) -> Fit:
    fit = Fit(blocks=BLOCKS, looks=BLOCKS)
    fed(fit, np.random.default_rng(seed).normal(size=600))
    return fit


@pytest.mark.parametrize("spread", [0.5, 1.0, 2.0])
def test_calm_keeps_the_promise(spread: float) -> None:
    """Whatever the usual variance of a series is: at most as many looks as p says are beyond it."""
    looks = fed(Fit(blocks=BLOCKS, looks=BLOCKS), spread * np.random.default_rng(2).normal(size=30_000))
    surprises = np.array([look.surprise for look in looks if look is not None])
    assert len(surprises) > 29_000
    for decades in (2.0, 3.0, 4.0):
        assert np.mean(surprises >= decades) <= 2.0 * 10.0**-decades


def test_nothing_is_said_before_it_is_known() -> None:
    """A full window, and three windows of looks."""
    looks = fed(Fit(blocks=BLOCKS, looks=BLOCKS), np.random.default_rng(3).normal(size=200))
    assert [look is None for look in looks] == [True] * (4 * BLOCKS - 1) + [False] * (200 - 4 * BLOCKS + 1)


def test_pulses_are_uneven_and_steadiness_is_even() -> None:
    """More strays than usual, or less; both by far."""
    uneven, even = fed(learned(), [2.2, -2.2] * 12)[-1], fed(learned(), [0.05, -0.05] * 12)[-1]
    assert uneven is not None
    assert even is not None
    assert uneven.surprise > 4.5
    assert uneven.observed > uneven.interval[1] > uneven.expected
    assert even.surprise > 5.0
    assert even.observed < even.interval[0] < even.expected
    assert uneven.observed == pytest.approx(22.0 * BLOCKS)


def test_what_is_usual_is_said_in_the_unit_of_what_strays() -> None:
    """A normal variable strays by .8 of its deviation, in either direction."""
    for zs in ([1.9, -1.9] * 12, [0.0] * BLOCKS):
        misfit = fed(learned(), zs)[-1]
        assert misfit is not None
        assert misfit.expected == pytest.approx(0.8 * 10.0 * BLOCKS, rel=0.1)


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_a_level_is_no_shape(share: float) -> None:
    """All of the window three deviations higher, or its half: others tell of that."""
    zs = np.random.default_rng(4).normal(size=BLOCKS)
    zs[BLOCKS - round(share * BLOCKS) :] += 3.0
    misfit = fed(learned(), zs)[-1]
    assert misfit is not None
    assert misfit.surprise < 2.0


def test_a_spike_is_no_shape() -> None:
    """One block that is far beyond everything."""
    noise = np.random.default_rng(5).normal(size=BLOCKS)
    noise[12] = 40.0
    misfit = fed(learned(), noise)[-1]
    assert misfit is not None
    assert misfit.surprise < 2.5


def test_blocks_of_few_say_nothing() -> None:
    """Where fewer than five are expected the deviations are of another form by themselves."""
    fit = learned()
    before = fit.snapshot()
    fit.take(3.0, 9.0, 4.9, 2.0)
    assert fit.snapshot() == before


def test_where_evenness_is_no_news_it_is_not_odd() -> None:
    """The hours of a day that are as expected, after wild days."""
    fit = Fit(blocks=BLOCKS, looks=BLOCKS, even=False)
    fed(fit, np.random.default_rng(1).normal(size=600))
    misfit = fed(fit, [0.05, -0.05] * 12)[-1]
    assert misfit is not None
    assert misfit.surprise == 0.0
    again = fed(fit, [2.2, -2.2] * 12)[-1]
    assert again is not None
    assert again.surprise > 4.5


def test_a_new_shape_becomes_usual() -> None:
    """After some weeks."""
    looks = fed(learned(), [2.2, -2.2] * 12 * 60)
    assert looks[-1] is not None
    assert looks[-1].surprise < 2.0


def test_no_deviation_at_all_is_most_even() -> None:
    """And no division by nothing."""
    misfit = fed(learned(), [0.0] * BLOCKS)[-1]
    assert misfit is not None
    assert misfit.surprise > 5.0
    assert misfit.observed == pytest.approx(0.0)


def test_it_goes_on_from_a_snapshot() -> None:
    """The same looks, to the last digit."""
    zs = np.random.default_rng(6).normal(size=300)
    whole, second = learned(), Fit(blocks=BLOCKS, looks=BLOCKS)
    second.restore(whole.snapshot())
    assert fed(second, zs) == fed(whole, zs)
    assert second.snapshot() == whole.snapshot()
