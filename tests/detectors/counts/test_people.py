"""How posts spread over people, against sets and counters."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts import people
from detectors.counts.people import People, people_of
from detectors.counts.window import Window
from tests.detectors.making import Said, columns_of_said

SAMPLED = 3

POST = st.tuples(st.integers(1, 4), st.lists(st.integers(1, 3).map(lambda n: n * 8), max_size=3, unique=True))


@settings(deadline=None, max_examples=50)
@given(st.lists(POST, max_size=20), st.sets(st.integers(0, 19)), st.sets(st.integers(0, 19)))
def test_as_counters_have_it(posts: list[tuple[int, list[int]]], deleted: set[int], replaced: set[int]) -> None:
    """Over two buckets, some posts deleted, some replaced: those are neither here nor deleted."""
    said = [Said(i, author, author, i % 2, tuple(keys)) for i, (author, keys) in enumerate(posts)]
    window = Window(5)
    window.add([columns_of_said([one for one in said if one.keys])])
    window.delete(np.array(sorted(deleted | replaced), np.uint64), np.array(sorted(replaced), np.uint64))
    living, lost = defaultdict[int, Counter[int]](Counter), defaultdict[int, list[int]](list)
    for one in said:
        for key in one.keys:
            if one.post_id not in deleted | replaced:
                living[key][one.author] += 1
            elif one.post_id not in replaced:
                lost[key].append(one.author)
    keys = np.array([8, 16, 24], np.uint64)
    told = np.array([2, 0])
    expected = [
        People(
            sum(living[key].values()),
            len(living[key]),
            sum(n == 1 for n in living[key].values()),
            sum(n * n for n in living[key].values()),
            len(lost[key]),
            len({author for author in lost[key] if author not in living[key]}),
            np.array(sorted(living[key])[:SAMPLED], "<u4").tobytes(),
        )
        for key in keys[told].tolist()
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "SAMPLE", SAMPLED)
        assert people_of(window.find(keys)[0], told) == expected


def test_what_was_deleted_before_it_was_told_is_no_voice() -> None:
    """It is only counted as deleted."""
    columns = columns_of_said([Said(1, 5, 5, 0, (8,)), Said(2, 6, 6, 0, (8,))])
    columns.posts.flags.writeable = True
    columns.posts["deleted"] = [1, 0]
    window = Window(5)
    (part,) = window.add([columns])
    found = window.find(np.array([8], np.uint64))[0]
    assert (part.authors.tolist(), found.voices().tolist()) == ([1], [1])
    assert people_of(found, np.array([0])) == [People(1, 1, 1, 1, 1, 1, np.array([6], "<u4").tobytes())]


def test_nothing_told_no_people() -> None:
    """A bucket without candidates."""
    window = Window(5)
    window.add([columns_of_said([Said(1, 5, 5, 0, (8,))])])
    assert people_of(window.find(np.array([8], np.uint64))[0], np.zeros(0, np.intp)) == []
