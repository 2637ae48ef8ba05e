"""Which record of a chunk makes our own code raise."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.poison import TRIES, sift


def halves(numbers: Sequence[int]) -> list[int]:
    """Work that fails on odd numbers."""
    if any(n % 2 for n in numbers):
        raise ArithmeticError("odd")
    return [n // 2 for n in numbers]


@given(st.lists(st.integers(0, 9)))
def test_all_but_the_bad_ones_are_worked_on(numbers: list[int]) -> None:
    """In order, each record in exactly one of good and bad."""
    sifted = sift(halves, numbers)
    assert sifted.good == [i for i, n in enumerate(numbers) if n % 2 == 0]
    assert [place for place, _ in sifted.bad] == [i for i, n in enumerate(numbers) if n % 2]
    assert sifted.result == [numbers[i] // 2 for i in sifted.good]


def test_a_record_is_tried_a_few_times() -> None:
    """And no more: a record that always fails must not hold up the stream."""
    tried = Counter[int]()

    def work(numbers: Sequence[int]) -> list[int]:
        tried.update(numbers)
        return halves(numbers)

    sift(work, [1])
    assert tried[1] == 1 + TRIES


def test_what_fails_once_is_no_poison() -> None:
    """The cause was another: the record counts."""
    failures = iter([True, True, False, False])

    def work(numbers: Sequence[int]) -> list[int]:
        if next(failures, False):
            raise OSError("for a moment")
        return list(numbers)

    assert sift(work, [1]) == ([1], [0], [])


def test_what_is_no_records_fault_goes_on_raising() -> None:
    """Then the worker must stop."""

    def work(numbers: Sequence[int]) -> int:
        if len(numbers) != 1:
            raise MemoryError
        return 1

    with pytest.raises(MemoryError):
        sift(work, [1, 2])
