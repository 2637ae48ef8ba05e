"""What is looked at in a creator's day."""

import numpy as np
import pytest

from detectors.creators import looks
from detectors.creators.days import DRAWN, NAMED, POSTS, REPEATS, UNTOLD, Days
from detectors.creators.looks import Attention
from detectors.performance.usual import NONE


def days(sums: list[dict[int, int]], followers: list[int] | None = None) -> Days:
    """One creator's days, the latest first."""
    table = np.zeros((1, len(sums), DRAWN + 3), np.int64)
    for k, day in enumerate(sums):
        for place, amount in day.items():
            table[0, k, place] = amount
    return Days(table, np.array([followers or [UNTOLD] * len(sums)]), np.zeros(1, np.uint32))


def attention(daily: list[int], usual: float = 100.0) -> Attention:
    return Attention(np.array([daily]), np.array([usual]), np.array([True]))


def test_what_is_missing_is_not_zero() -> None:
    """A day without posts or engagement is no day that something is expected by."""
    past = days([{POSTS: 2, 0: 10, 3: 5}, {}, {0: 4}])
    assert looks.counts(past, looks.POSTING).tolist() == [[2, NONE, NONE]]
    assert looks.counts(past, looks.ENGAGEMENT).tolist() == [[15, NONE, 4]]
    one = looks.counted(looks.counts(past, looks.ENGAGEMENT))
    assert (one.observed[0], one.own[0], one.n_own[0]) == (15, 4.0, 1)


def test_followers_grow_between_the_days_on_which_they_are_told() -> None:
    """A fall is no growth; after more than a week nobody knows of what day it was."""
    growth, gap = looks.growths(np.array([[150, UNTOLD, 160, 100, *[UNTOLD] * 7, 50]]))
    assert growth[0, :4].tolist() == [0, NONE, 60, NONE]
    assert gap[0, :3].tolist() == [2, 0, 1]


def test_so_many_followers_are_expected_as_days_went_by_and_views_were_more_than_usual() -> None:
    """Fewer views than usual excuse nobody's fewer followers."""
    past = days([{}] * 5, [190, UNTOLD, 130, 110, 100])
    for daily, unit in (([100, 100, 100, 0, 0], 2.0), ([300, 300, 100, 0, 0], 6.0), ([0, 0, 100, 0, 0], 2.0)):
        one = looks.gained(past, attention(daily))
        assert (one.observed[0], one.unit[0], one.of[0]) == (60, unit, 2)
        assert (one.own[0], one.n_own[0]) == (15.0, 2)
    assert np.isnan(looks.gained(past, attention([NONE] * 5, np.nan)).unit[0])


@pytest.mark.parametrize(
    ("sums", "observed"),
    [
        ([{0: 90, 1: 10}, {}], 10),
        ([{0: 100}, {1: 1}], 0),
        ([{0: 100}, {0: 100}], NONE),
        ([{1: 100}, {}], NONE),
        ([{0: 30, 1: 10}, {}], NONE),
    ],
)
def test_comments_stand_beside_likes(sums: list[dict[int, int]], observed: int) -> None:
    """Unless either is never told, or there are too few."""
    one = looks.comments(days(sums))
    assert one.observed[0] == observed
    assert (one.value[0] == NONE) == (observed == NONE)


def test_a_ratio_is_expected_of_the_base() -> None:
    """In parts of ten thousand, whatever the creator's own past."""
    one = looks.comments(days([{0: 1000, 1: 100}, {0: 50, 1: 50}]))
    assert (one.value[0], one.unit[0], one.n_own[0], one.of[0]) == (1000, 0.1, 0, 1000)


def test_repeats_stand_beside_the_people_who_are_told() -> None:
    """Of too few nothing is said."""
    one = looks.repeats(days([{NAMED: 40, REPEATS: 30}]))
    assert (one.observed[0], one.of[0]) == (30, 10)
    assert looks.repeats(days([{NAMED: 4, REPEATS: 3}])).observed[0] == NONE
