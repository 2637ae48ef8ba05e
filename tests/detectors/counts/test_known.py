"""For how long authors are known: the same however posts come in chunks."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts.known import KnownAuthors, code_of

MEMORY = 4
POSTS = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 2), st.integers(0, 2)), max_size=25)


def by_hand(posts: list[tuple[int, int, int]]) -> list[int]:
    """(author, bucket, closed) one after the other: an author's row of this era, else of the last, else a new one."""
    rows: dict[int, tuple[int, int]] = {}
    codes = []
    for author, bucket, closed in posts:
        era = closed // MEMORY
        first, seen = rows.get(author, (bucket, era))
        if seen < era - 1:
            first = bucket
        rows[author] = (first, era)
        codes.append(code_of(max(0, bucket - first)))
    return codes


@settings(deadline=None, max_examples=60)
@given(POSTS, st.integers(1, 6))
def test_chunks_do_not_matter(steps: list[tuple[int, int, int]], size: int) -> None:
    """Post by post, or many at once: as a plain dictionary has it."""
    posts, closed = [], 100
    for author, later, passed in steps:
        closed += passed
        posts.append((author, closed + later, closed))
    known = KnownAuthors(memory=MEMORY, capacity=1000)
    told: list[int] = []
    for start in range(0, len(posts), size):
        columns = np.array(posts[start : start + size], np.int64).T
        told += known.see(columns[0].astype(np.uint32), columns[1], columns[2]).tolist()
    assert told == by_hand(posts)


def test_it_goes_on_from_a_snapshot() -> None:
    """Who was seen before is still known; who is not seen for two memories is new again."""
    whole = KnownAuthors(memory=MEMORY, capacity=1000)
    at = np.array([100])
    whole.see(np.array([7], np.uint32), at, at)
    cut = KnownAuthors(memory=MEMORY, capacity=1000)
    cut.restore(whole.snapshot())
    for known in (whole, cut):
        assert known.see(np.array([7], np.uint32), at + 3, at + 3).tolist() == [code_of(3)]
        assert known.see(np.array([7], np.uint32), at + 40, at + 40).tolist() == [code_of(0)]
