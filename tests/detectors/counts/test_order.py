"""Fast orders and distinct values against sorted() and sets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detectors.counts.order import by_key, distinct, in_order, lasts, once, repeated, spread

HALF = 2**32
KEYS = st.integers(0, 3).flatmap(lambda high: st.integers(0, 3).map(lambda low: high * HALF**1 + low)) | st.integers(
    0, 2**64 - 1
)
"""Many share their upper half, which no hash does so often."""


@given(
    st.lists(st.integers(0, 3) | st.integers(0, 2**16) | st.integers(0, 2**40) | st.integers(0, 2**63 - 1), max_size=50)
)
def test_numbers_of_any_size_are_put_in_order(numbers: list[int]) -> None:
    """Equal ones as they came."""
    assert in_order(np.array(numbers, np.int64)).tolist() == sorted(range(len(numbers)), key=lambda i: numbers[i])


@given(st.lists(st.tuples(KEYS, st.integers(0, 2**32 - 1) | st.integers(0, 3)), max_size=50))
def test_the_order_is_that_of_sorted(rows: list[tuple[int, int]]) -> None:
    """By key; equal ones as they came, or by a second number."""
    keys, second = np.array([k for k, _ in rows], np.uint64), np.array([n for _, n in rows], np.uint32)
    order, ordered = by_key(keys)
    assert order.tolist() == sorted(range(len(rows)), key=lambda i: rows[i][0])
    assert ordered.tolist() == sorted(keys.tolist())
    assert [rows[i] for i in by_key(keys, within=second)[0].tolist()] == sorted(rows)


@given(st.lists(KEYS, max_size=50))
def test_distinct_values_are_those_of_a_set(values: list[int]) -> None:
    """And where each stands last, once they are in order."""
    array = np.array(values, np.uint64)
    assert once(array).tolist() == sorted(set(values))
    assert np.sort(array)[lasts(np.sort(array))].tolist() == sorted(set(values))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=60))
def test_groups_count_what_sets_count(rows: list[tuple[int, int]]) -> None:
    """Distinct values of each group; groups without a value have none."""
    groups, values = np.array([g for g, _ in rows], np.uint32), np.array([v for _, v in rows], np.uint32)
    assert distinct(groups, values, 6).tolist() == [len({v for g, v in rows if g == group}) for group in range(6)]


def test_none_that_repeats_is_overlooked() -> None:
    """And few others are suspected: that is what saves the time."""
    rng = np.random.default_rng(1)
    single = np.unique(rng.integers(0, 2**32, 50_000, dtype=np.uint32))
    twice = single[:5000]
    told = repeated(np.concatenate([single, twice]))
    assert told[:5000].all()
    assert told[len(single) :].all()
    assert told[5000 : len(single)].mean() < 0.25


def test_ranges_are_spread() -> None:
    """Also empty ones, and none."""
    assert spread(np.array([5, 7, 9]), np.array([2, 0, 1])).tolist() == [5, 6, 9]
    assert spread(np.zeros(0, np.int64), np.zeros(0, np.int64)).tolist() == []
