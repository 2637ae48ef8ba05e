"""Slices looked at as one say what they say one after the other."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from detectors.counts import across as looking
from detectors.counts.across import BySlice, Joined, Met, across
from detectors.counts.slices import Slice
from detectors.counts.slicing import slices_of
from tests.detectors.counts.test_slices import KEYS, SAID
from tests.detectors.making import Said, columns_of_said

TOLD = st.lists(st.lists(SAID, min_size=1, max_size=12), min_size=1, max_size=4)


def slices(told: Sequence[Sequence[Said]], gone: Sequence[int] = ()) -> list[Slice]:
    """Those that several ticks brought, some of whose posts were taken back."""
    made = [part for said in told for part in slices_of([columns_of_said(list(said))])]
    for part in made:
        part.delete(np.array(gone, np.uint64))
    return made


def rows(found: Met, within: BySlice | Joined) -> list[tuple[object, ...]]:
    """Everything that is known of the rows, in order."""
    names = ("post_id", "author", "signature")
    columns: list[NDArray[Any]] = [found.place, found.part, *(within.column(name, found) for name in names)]
    columns += within.refs(found.part, found.post)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(TOLD, st.lists(st.integers(1, 30), max_size=6), st.sets(st.sampled_from([*KEYS.tolist(), 800])))
def test_joined_they_say_the_same(told: list[list[Said]], gone: list[int], keys: set[int]) -> None:
    """Rows in the same order, their posts, and voices; of the last slices too."""
    parts, wanted = slices(told, gone), np.array(sorted(keys), np.uint64)
    assume(parts)  # posts without subjects make none
    one, all_in_one = BySlice(parts), Joined(parts)
    for since in range(len(parts) + 1):
        found = [rows(within.find(wanted).since(since), within) for within in (one, all_in_one)]
        assert found[0] == found[1]
        assert one.voices(wanted, since).tolist() == all_in_one.voices(wanted, since).tolist()


def test_whichever_costs_less() -> None:
    """Few keys are joined, many are not, and of nothing there is nothing to join."""
    parts = slices([[Said(1, 1, 1, 10, (8, 16, 24))]])
    assert isinstance(across(parts), Joined)
    assert isinstance(across([]), BySlice)
    many = slices([[Said(1, 1, 1, 10, tuple(range(8, 8 * looking.MOST_JOINED + 16, 8)))]])
    assert isinstance(across(many), BySlice)
