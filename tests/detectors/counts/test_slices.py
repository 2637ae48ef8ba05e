"""What some runs make of an event-time bucket, against dictionaries of sets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detectors.counts.slicing import slices_of
from tests.detectors.making import Said, columns_of_said, voices_of

KEYS = np.arange(1, 7, dtype=np.uint64) * np.uint64(8)
SAID = st.builds(
    Said,
    st.integers(1, 30),
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(8, 10),
    st.lists(st.sampled_from(KEYS.tolist()), max_size=4).map(tuple),
)
PARTS = st.lists(st.lists(SAID, max_size=20), max_size=3)


@given(PARTS, st.lists(st.integers(1, 30), max_size=5))
def test_a_slice_counts_the_living(parts: list[list[Said]], taken_back: list[int]) -> None:
    """Voices and authors of a slice are those of the posts that are left, touched or not."""
    for part in slices_of([columns_of_said(said) for said in parts]):
        here = [one for said in parts for one in said if one.bucket == part.bucket]
        for gone in ([], taken_back, taken_back):
            part.delete(np.array(gone, np.uint64))
            left = [one for one in here if one.post_id not in gone]
            expected = voices_of(left)
            assert part.voices.tolist() == [expected.get(key, 0) for key in part.keys.tolist()]
            authors = {key: {one.author for one in left if key in one.keys} for key in part.keys.tolist()}
            assert part.authors.tolist() == [len(authors[key]) for key in part.keys.tolist()]


@given(PARTS)
def test_every_row_is_in_the_slice_of_its_bucket(parts: list[list[Said]]) -> None:
    """Posts of all runs, divided by event time; each subject finds its own."""
    slices = slices_of([columns_of_said(said) for said in parts])
    found = [
        (part.bucket, int(KEYS[place]), int(part.posts.post_id[post]), int(part.posts.author[post]))
        for part in slices
        for place, post in zip(*(column.tolist() for column in part.find(KEYS)), strict=True)
    ]
    expected = [
        (one.bucket, key, one.post_id, one.author) for said in parts for one in said for key in dict.fromkeys(one.keys)
    ]
    assert sorted(found) == sorted(expected)
    assert [part.bucket for part in slices] == sorted({bucket for bucket, *_ in expected})


def test_many_posts_need_wider_numbers() -> None:
    """Beyond 65,536 posts a row does not fit two bytes."""
    n = 70_000
    said = [Said(i, i, i, 10, (8 + 8 * (i // 1000),)) for i in range(n)]
    (part,) = slices_of([columns_of_said(said[:30_000]), columns_of_said(said[30_000:])])
    assert part.find(part.keys).post.tolist() == list(range(n))
