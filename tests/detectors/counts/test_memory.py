"""What READ remembers, and what it forgets."""

from hypothesis import given
from hypothesis import strategies as st

from detectors.counts.memory import Memory


def memory(horizon: int = 3, capacity: int = 100) -> Memory[str]:
    """A memory of words."""
    return Memory(horizon=horizon, capacity=capacity)


def test_it_keeps_what_is_young() -> None:
    """An entry is there for `horizon` buckets, then gone."""
    m = memory(horizon=3)
    m.put(1, "a", 10)
    m.put(2, "b", 12)
    assert (m.get(1), 1 in m) == ("a", True)
    m.put(3, "c", 13)
    assert (m.get(1), 1 in m, m.get(2), len(m)) == (None, False, "b", 2)


def test_it_keeps_at_most_its_capacity() -> None:
    """When it is full, what was put first goes first."""
    m = memory(capacity=2)
    for key in (1, 2, 3):
        m.put(key, "x", 10)
    assert [key in m for key in (1, 2, 3)] == [False, True, True]


def test_what_is_put_again_is_new() -> None:
    """A running total that is used for ever neither goes first nor keeps those behind it from going."""
    m = memory(horizon=3, capacity=3)
    m.put(1, "a", 10)
    m.put(2, "b", 10)
    m.put(1, "A", 12)
    m.put(3, "c", 13)
    assert (m.get(1), m.get(2), m.get(3)) == ("A", None, "c")


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=60), st.integers(1, 6), st.integers(1, 6))
def test_no_entry_outlives_horizon_or_capacity(puts: list[tuple[int, int]], horizon: int, capacity: int) -> None:
    """For any order of keys, with buckets that never go back."""
    m, bucket, last = memory(horizon, capacity), 0, dict[int, int]()
    for key, step in puts:
        bucket += step
        m.put(key, "x", bucket)
        last[key] = bucket
        assert len(m) <= capacity
        assert all(last[k] > bucket - horizon for k in range(10) if k in m)
        assert key in m
