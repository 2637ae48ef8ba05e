"""What to expect of a post."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detectors.performance.usual import NONE, POOL_POSTS, expectations, kinds, middles


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=100), st.integers(0, 5))
def test_the_middle_is_that_of_the_sorted_rest(counts: list[int], missing: int) -> None:
    """A quarter of the posts is left out at either end; what is not known takes no part."""
    cut = len(counts) // 4
    kept = sorted(counts)[cut : len(counts) - cut]
    mean, n = middles(np.array([[NONE] * missing + counts]))
    assert (mean[0], n[0]) == (sum(kept) / len(kept), len(counts))


def test_no_post_has_no_middle() -> None:
    """It is told by its number."""
    assert middles(np.full((1, 3), NONE))[1].tolist() == [0]


def test_few_posts_lean_on_the_pool() -> None:
    """The first post of a creator is expected to be as others; after a hundred the creator decides."""
    n = np.array([0, POOL_POSTS, 100])
    expected = expectations(np.full(3, 50.0), n, np.full(3, 10.0), np.full(3, 100))
    assert expected[0] == 10.0
    assert expected[1] == 30.0
    assert 45.0 < expected[2] < 50.0


def test_too_few_posts_say_nothing() -> None:
    """Not knowing yet is no expectation of 0."""
    few = np.array([POOL_POSTS - 1]), np.array([0])
    assert np.isnan(expectations(np.array([5.0]), few[0], np.array([0.0]), few[1]))[0]


def test_nothing_is_expected_to_be_nothing() -> None:
    """A hundred posts without any engagement leave room for one."""
    assert expectations(np.zeros(1), np.array([60]), np.zeros(1), np.array([40]))[0] == 0.005


def test_kinds_part_ages_and_foundations() -> None:
    """Three ages, and five degrees of how well an expectation is founded."""
    age, own = np.repeat(np.arange(3), 5), np.tile([0, 1, 3, 10, 30], 3)
    assert kinds(age, own).tolist() == list(range(15))
