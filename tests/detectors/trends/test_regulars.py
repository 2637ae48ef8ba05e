"""What comes back every day or week, and how high it usually stands."""

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.trends.regulars import REMEMBERED_H, Regulars
from tests.detectors.making import key_of, make_candidate

PER_HOUR = 12
GLASS = key_of("glass")
MONDAY = 400_000


def regulars(capacity: int = 1000) -> Regulars:
    """With buckets of five minutes."""
    return Regulars(bucket_s=3600 / PER_HOUR, surprising=4.0, least=3, r_max=20.0, capacity=capacity)


def heard(memory: Regulars, hours: Iterable[int], observed: int = 30, name: str = "glass", **fields: Any) -> None:
    """A subject surprises in some hours after MONDAY."""
    for hour in hours:
        candidate = make_candidate(name, observed=observed, **fields)
        memory.learn((MONDAY + hour) * PER_HOUR + 3, [candidate])


def usual_at(memory: Regulars, hour: int) -> float | None:
    """The usual height of the subject at an hour after MONDAY; None: it is no regular."""
    found = memory.usual(GLASS, (MONDAY + hour) * PER_HOUR)
    return None if found is None else found.height


@pytest.mark.parametrize(
    ("hours", "now", "regular"),
    [
        ([], 72, False),
        ([48], 72, False),
        ([24, 48], 72, True),
        ([24, 48], 73, True),
        ([24, 48], 74, False),
        ([23, 49], 72, True),
        ([0, 48], 72, True),
        ([0, 24], 96, False),
        ([0, 168], 336, True),
        ([168], 336, False),
        ([1, 167], 336, True),
        ([24, 48], 60, False),
    ],
)
def test_a_regular_comes_back_at_its_hour(hours: list[int], now: int, regular: bool) -> None:
    """Twice in the last three days or the last two weeks, an hour earlier or later."""
    memory = regulars()
    heard(memory, hours)
    assert (usual_at(memory, now) is not None) == regular


def test_the_usual_height_is_the_median() -> None:
    """One high day does not raise it; what is usual reaches two deviations above."""
    memory = regulars()
    for day, observed in enumerate([30, 31, 500, 29]):
        heard(memory, [24 * day], observed)
    found = memory.usual(GLASS, (MONDAY + 96) * PER_HOUR)
    assert found is not None
    assert (found.height, usual_at(memory, 96)) == (31, 31)
    assert found.limit == pytest.approx(31 + 2 * (31 + 31 * 31 / 20) ** 0.5)


def test_an_hour_counts_by_its_highest_bucket() -> None:
    """Several buckets of one hour are one time."""
    memory = regulars()
    for day in (0, 1):
        for observed in (10, 40, 20):
            heard(memory, [24 * day], observed)
    assert usual_at(memory, 48) == 40


def test_what_goes_on_is_no_regular() -> None:
    """A trend of two days surprises at every hour: it does not come back."""
    memory = regulars()
    heard(memory, range(72))
    assert usual_at(memory, 72) is None


def test_what_did_not_surprise_is_not_remembered() -> None:
    """Nor what had too few voices."""
    memory = regulars()
    heard(memory, [24, 48], surprise=3.9)
    heard(memory, [24, 48], observed=2)
    assert usual_at(memory, 72) is None
    assert not memory.known(GLASS, (MONDAY + 72) * PER_HOUR)


def test_known_is_what_surprised_before() -> None:
    """Half a day ago, not just now."""
    memory = regulars()
    heard(memory, [0])
    assert [memory.known(GLASS, (MONDAY + hour) * PER_HOUR) for hour in (0, 11, 12)] == [False, False, True]


def test_memory_is_bounded() -> None:
    """Hours of more than two weeks ago go first, then the subjects that surprised longest ago."""
    memory = regulars(capacity=8)
    heard(memory, range(4), name="old")
    heard(memory, [REMEMBERED_H + n for n in range(1, 5)], name="glass")
    heard(memory, [REMEMBERED_H + 5], name="skin")
    bucket = (MONDAY + REMEMBERED_H + 40) * PER_HOUR
    assert [memory.known(key_of(name), bucket) for name in ("old", "glass", "skin")] == [False, True, True]
    heard(memory, [REMEMBERED_H + 6 + n for n in range(6)], name="skin")
    assert [memory.known(key_of(name), bucket) for name in ("old", "glass", "skin")] == [False, False, True]


HEARD = st.lists(
    st.tuples(st.integers(0, 300), st.sampled_from(["glass", "skin", "oil"]), st.integers(1, 99)), max_size=40
)


@given(HEARD, HEARD)
def test_a_restart_changes_nothing(before: list[tuple[int, str, int]], after: list[tuple[int, str, int]]) -> None:
    """Cut anywhere, forgetting included."""
    one = regulars(capacity=12)
    for hour, name, observed in sorted(before):
        heard(one, [hour], observed, name)
    other = regulars(capacity=12)
    other.restore(one.snapshot())
    for hour, name, observed in sorted(after):
        for memory in (one, other):
            heard(memory, [300 + hour], observed, name)
    assert one.snapshot() == other.snapshot()
    assert len(msgspec.msgpack.decode(one.snapshot())[2]) <= 4 * 12
