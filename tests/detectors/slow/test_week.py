"""A week of hourly voices: what is expected of the last day, and when that is known."""

import random
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from detectors.counts.looks import Models
from detectors.counts.ticks import Hour, HourVoices
from detectors.slow.week import BURST_H, DAY_H, KEPT_H, WEEK_H, Week
from detectors.trends.gamma_poisson import tail_of
from tests.detectors.making import key_of

GLASS, SKIN = key_of("glass"), key_of("skin")
PRIOR, PRIOR_H, CAP = 0.15, 2.0, 20.0
FIRST_H, PEOPLE = 500_000, 100.0


def week() -> Week:
    return Week(Models(PRIOR, 0.05), PRIOR_H)


def hour_of(
    hour: int, voices: Mapping[int, int], *, before: float | None = None, people: float = PEOPLE, past: float = 0.0
) -> Hour:
    """An hour of one partition; `before` and `past` are of those who are followed from now on."""
    return Hour(hour, people, past, tuple(HourVoices(key, n, before) for key, n in voices.items()))


def filled(glass: Sequence[int], before: float = 0.0, past: float = 0.0) -> Week:
    """Hours of one subject, followed from the first on; people are always the same."""
    made = week()
    for n, voices in enumerate(glass):
        made.take([hour_of(FIRST_H + n, {GLASS: voices}, before=None if n else before, past=past)])
    return made


def surprise_of(observed: float, mean: float, shape: float) -> float:
    """In decades."""
    return -float(np.log10(tail_of(np.array([observed]), np.array([mean]), np.array([shape]))[0]))


def test_a_day_against_the_hours_before() -> None:
    """Voice-hours of the last day; the prior and all that is kept before it lead to what is expected."""
    look = filled([1] * 40 + [3] * DAY_H).look(DAY_H, CAP)
    mean = (PRIOR + 40) * DAY_H / (PRIOR_H + 40)
    assert (look.observed[0], look.exposure) == (72, DAY_H * PEOPLE)
    assert look.expected[0] == pytest.approx(mean)
    assert look.shape[0] == CAP
    rest = 3 * (DAY_H - BURST_H)
    assert look.surprise[0] == pytest.approx(surprise_of(rest, mean * (DAY_H - BURST_H) / DAY_H, CAP), abs=1e-6)


def test_nothing_is_known_without_a_window_before() -> None:
    """As many people as in the window: hours that are kept, or a past that COUNT remembers."""
    assert not filled([1] * (2 * DAY_H - 1)).look(DAY_H, CAP).judged.any()
    assert filled([1] * (2 * DAY_H)).look(DAY_H, CAP).judged.all()
    assert filled([1], before=30.0, past=DAY_H * PEOPLE).look(DAY_H, CAP).judged.all()


def test_the_past_of_a_new_one_is_what_was_expected_of_it() -> None:
    """Its hours before it was followed are unknown: they count as no voices in the window, and as no people before."""
    made = week()
    for n in range(60):
        made.take([hour_of(FIRST_H + n, {GLASS: 1}, before=None if n else 0.0)])
    made.take([Hour(FIRST_H + 60, PEOPLE, 3000.0, (HourVoices(GLASS, 1), HourVoices(SKIN, 5, 12.0)))])
    look, row = made.look(DAY_H, CAP), made.row(SKIN)
    assert row is not None
    assert look.observed[row] == 5
    mean = (PRIOR + 12) * DAY_H * PEOPLE / (PRIOR_H * PEOPLE + 3000)
    assert look.expected[row] == pytest.approx(mean)


def test_more_people_are_no_more_voices() -> None:
    """Nights, outages and a stream that doubles cancel: what is compared is a share of all people."""
    made = week()
    for n in range(3 * DAY_H):
        busy = 1 + (n >= 2 * DAY_H)
        made.take([hour_of(FIRST_H + n, {GLASS: 2 * busy}, before=None if n else 0.0, people=busy * PEOPLE)])
    look = made.look(DAY_H, CAP)
    assert look.expected[0] == pytest.approx(look.observed[0], rel=0.1)


def test_a_burst_is_no_slow_trend() -> None:
    """What surprises by its best hours alone does not surprise here."""
    calm, burst = [1] * 60 + [1] * DAY_H, [1] * 60 + [1] * 10 + [30] * BURST_H + [1] * 8
    assert filled(burst).look(DAY_H, CAP).surprise[0] <= filled(calm).look(DAY_H, CAP).surprise[0] + 0.5


def test_what_comes_every_week_is_expected() -> None:
    """The same hours of the week before count, if they were more than the mean of all."""
    monday, others = [6] * DAY_H, [1] * (WEEK_H - DAY_H)
    look = filled([*monday, *others, *monday]).look(DAY_H, CAP)
    assert look.expected[0] == look.observed[0] == 6 * DAY_H
    assert filled([*others, *([1] * DAY_H), *monday]).look(DAY_H, CAP).expected[0] < 2 * DAY_H


def test_a_week_needs_a_week_before() -> None:
    """As many people as in it, of whom those that left the eight days weigh less and less: it takes some 17 days."""
    hours = 2 * WEEK_H + 4 * DAY_H
    made = filled([1] * (hours - WEEK_H) + [2] * WEEK_H)
    look = made.look(WEEK_H, CAP)
    assert look.judged.all()
    assert look.observed[0] == 2 * WEEK_H
    assert look.expected[0] == pytest.approx(WEEK_H, rel=0.05)
    assert not filled([1] * (2 * WEEK_H + 2 * DAY_H)).look(WEEK_H, CAP).judged.any()


def test_an_hour_that_nobody_told_says_nothing() -> None:
    """Neither voices nor people: what is expected falls with what is counted."""
    made = filled([2] * 60)
    made.take([hour_of(FIRST_H + 60 + 11, {GLASS: 2})])
    look = made.look(DAY_H, CAP)
    assert look.observed[0] == 2 * (DAY_H - 11)
    assert look.expected[0] == pytest.approx(look.observed[0], rel=0.1)


def test_whoever_is_not_told_is_forgotten() -> None:
    """And begins anew."""
    made = filled([5] * 60)
    made.take([hour_of(FIRST_H + 60, {SKIN: 1}, before=0.0)])
    assert (made.row(GLASS), made.row(SKIN)) == (None, 0)
    made.take([hour_of(FIRST_H + 61, {GLASS: 4}, before=7.0, past=50.0)])
    assert made.look(DAY_H, CAP).observed.tolist() == [4]


def test_partitions_tell_an_hour_together() -> None:
    """In any order: people are of all sources, and each partition knows them."""
    parts = [hour_of(FIRST_H, {GLASS: 3}, before=0.0), hour_of(FIRST_H, {SKIN: 5}, before=0.0)]
    one, other = week(), week()
    one.take(parts)
    other.take(parts[::-1])
    assert one.snapshot() == other.snapshot()
    look = one.look(DAY_H, CAP)
    assert sorted(look.observed.tolist()) == [3, 5]
    assert look.exposure == PEOPLE


def test_a_restart_changes_nothing() -> None:
    """Bytes and back, at any hour, gaps and newcomers included."""
    rnd, whole = random.Random(1), week()
    hour, followed = FIRST_H, set[int]()
    for _ in range(60):
        hour += rnd.choice([1, 1, 1, 5, 30, KEPT_H + 1])
        now = {key for key in (GLASS, SKIN, key_of("oil")) if rnd.random() < 0.8}
        rows = tuple(HourVoices(key, rnd.randint(0, 9), None if key in followed else rnd.random()) for key in now)
        followed = now
        cut = week()
        cut.restore(whole.snapshot())
        for made in (whole, cut):
            made.take([Hour(hour, PEOPLE, 50.0, rows)])
        assert cut.snapshot() == whole.snapshot()
        assert cut.look(WEEK_H, CAP).surprise.tolist() == whole.look(WEEK_H, CAP).surprise.tolist()
