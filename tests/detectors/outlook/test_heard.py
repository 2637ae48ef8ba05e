"""Distinct people of several windows, against sets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.counts.people import SAMPLE
from detectors.outlook.heard import Heard, distinct


def heard(authors: set[int]) -> Heard:
    """A window in which these spoke."""
    return Heard(float(len(authors)), np.array(sorted(authors)[:SAMPLE], "<u4").tobytes())


@given(st.lists(st.sets(st.integers(0, 30)), max_size=8))
def test_few_people_are_counted_one_by_one(windows: list[set[int]]) -> None:
    """A person counts once, in however many windows."""
    assert distinct([heard(authors) for authors in windows]) == len(set[int]().union(*windows))


@pytest.mark.parametrize(("people", "each"), [(100_000, 1_000), (2_000, 500), (600, 500)])
def test_many_are_told_by_a_sample(people: int, each: int) -> None:
    """Few that come again, half, nearly all: within a tenth, four times out of sigma."""
    rng = np.random.default_rng(people)
    for _ in range(30):
        everybody = rng.integers(0, 2**32, people, dtype=np.uint32)
        windows = [set(rng.choice(everybody, each, replace=False).tolist()) for _ in range(6)]
        found = distinct([heard(authors) for authors in windows])
        assert abs(found / len(set[int]().union(*windows)) - 1) < 0.14


def test_fewer_texts_than_people_are_so_many_voices() -> None:
    """Voices of a window may be fewer than its authors: copies are one voice. The whole shrinks as they do."""
    two = [Heard(5.0, heard(set(range(n, n + 10))).least) for n in (0, 10)]
    assert distinct(two) == 10.0
    assert distinct([two[0], two[0]]) == 5.0


def test_nobody() -> None:
    """No window, or empty ones, or one whose people are not told."""
    assert distinct([]) == 0.0
    assert distinct([Heard(0.0, b"")] * 3) == 0.0
    assert distinct([Heard(7.0, b"")]) == 7.0
