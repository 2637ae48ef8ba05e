"""The window's arrays against dictionaries of sets."""

from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts.window import Taken, Window
from tests.detectors.making import Said, columns_of_said, voices_of

BUCKETS = 4
KEYS = np.arange(1, 7, dtype=np.uint64) * np.uint64(8)


SAID = st.builds(
    Said,
    st.integers(1, 30),
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(0, 2),
    st.lists(st.sampled_from(KEYS.tolist()), max_size=4).map(tuple),
)
"""`bucket` is how late the post is: buckets before the tick's."""

TICKS = st.lists(st.tuples(st.lists(SAID, max_size=8), st.lists(st.integers(1, 30), max_size=3)), max_size=9)
"""For each tick the posts that arrive, and the posts that are taken back."""


def counted(window: Window) -> dict[int, int]:
    """The window's voices of each key that has any."""
    n = window.find(KEYS)[0].voices()
    return {key: v for key, v in zip(KEYS.tolist(), n.tolist(), strict=True) if v}


@settings(max_examples=40)
@given(TICKS)
def test_the_window_counts_what_sets_count(ticks: list[tuple[list[Said], list[int]]]) -> None:
    """Exact distinct voices at every tick, with copies, late posts, deletions, and posts that leave the window."""
    window, alive = Window(BUCKETS), list[Said]()
    for bucket, (arriving, taken_back) in enumerate(ticks, start=10):
        window.delete(np.array(taken_back, np.uint64))
        alive = [one for one in alive if one.post_id not in taken_back]
        dated = [one._replace(bucket=bucket - one.bucket) for one in arriving]
        half = len(dated) // 2  # two sources
        window.add([columns_of_said(part) for part in (dated[:half], dated[half:]) if part])
        window.expire(bucket)
        alive = [one for one in (*alive, *dated) if one.bucket > bucket - BUCKETS]
        assert counted(window) == voices_of(alive)
        assert set(np.concatenate([*window.known(), KEYS[:0]]).tolist()) >= {key for one in alive for key in one.keys}


@settings(max_examples=40)
@given(TICKS)
def test_what_leaves_says_what_it_held(ticks: list[tuple[list[Said], list[int]]]) -> None:
    """Authors that were counted in, changed by deletions and counted out add up to nothing."""
    window, bound = Window(BUCKETS), defaultdict[int, int](int)
    bucket = 10
    for bucket, (arriving, taken_back) in enumerate(ticks, start=10):
        changes = window.delete(np.array(taken_back, np.uint64))
        fresh = window.add([columns_of_said([one._replace(bucket=bucket - one.bucket) for one in arriving])])
        changes += [Taken(part.keys, part.authors.astype(np.int64), recent=True) for part in fresh]
        for keys, change, _ in changes:
            for key, n in zip(keys.tolist(), change.tolist(), strict=True):
                bound[key] += n
        assert all(bound[key] >= n for key, n in counted(window).items())
        for part in window.expire(bucket).long:
            for key, n in zip(part.keys.tolist(), part.authors.tolist(), strict=True):
                bound[key] -= n
    for part in window.expire(bucket + BUCKETS).long:
        for key, n in zip(part.keys.tolist(), part.authors.tolist(), strict=True):
            bound[key] -= n
    assert set(bound.values()) <= {0}
    assert len(window) == 0


def test_a_voice_is_counted_once_over_the_whole_window() -> None:
    """Two posts of one author in two buckets are one voice; so are two authors of one copied text."""
    window = Window(BUCKETS)
    key = int(KEYS[0])
    window.add([columns_of_said([Said(1, 5, 1, 10, (key,)), Said(2, 5, 2, 11, (key,))])])
    assert counted(window) == {key: 1}
    window.add([columns_of_said([Said(3, 6, 3, 11, (key,)), Said(4, 7, 3, 12, (key,))])])
    assert counted(window) == {key: 3}
    window.add([columns_of_said([Said(5, 8, 3, 12, (key,))])])
    assert counted(window) == {key: 3}


def test_one_slice_a_bucket() -> None:
    """Posts of all sources that arrive for a tick are merged by event time, and keep their source."""
    parts = [
        columns_of_said([Said(1, 5, 1, 10, (8,)), Said(2, 6, 2, 9, (8,))]),
        columns_of_said([Said(3, 7, 3, 10, (8,))]),
    ]
    window = Window(BUCKETS)
    assert [part.bucket for part in window.add(parts)] == [9, 10]
    assert window.find(KEYS)[0].totals().tolist() == [3, 0, 0, 0, 0, 0]


def test_an_empty_window_finds_nothing() -> None:
    """Nothing to find, nothing to delete, no keys."""
    window = Window(BUCKETS)
    assert (counted(window), window.known(), window.delete(KEYS[:0]), window.add([])) == ({}, [], [], [])
    assert window.add([columns_of_said([])]) == []


@given(st.lists(st.integers(0, 4), max_size=20))
def test_the_long_window_is_as_long_as_there_is_room(arriving: list[int]) -> None:
    """Beyond so many posts the oldest blocks go, for good, and all that goes is told; the short window keeps all."""
    window, gone = Window(2, 6, most=5), 0
    floor = window.floor
    for bucket, n in enumerate(arriving):
        numbers = range(100 * bucket + 1, 100 * bucket + 1 + n)
        window.add([columns_of_said([Said(number, number, number, bucket, (8,)) for number in numbers])])
        gone += sum(len(part.posts.author) for part in window.expire(bucket).long)
        short, long = (int(found.totals()[0]) for found in window.find(KEYS[:1]))
        assert short == sum(arriving[max(0, bucket - 1) : bucket + 1])
        assert long == sum(arriving[max(0, window.first(bucket)) : bucket + 1]) == sum(arriving[: bucket + 1]) - gone
        assert long - short <= 5
        assert window.floor >= floor
        floor = window.floor
