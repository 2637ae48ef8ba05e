"""Distinct creators: exact while they are few, near beyond, and the same in any order."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.figures.voices import SAMPLE, WHOLE, Voices

POSTS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from([1, 1, 1, -1])), max_size=60)


@settings(max_examples=50)
@given(POSTS)
def test_few_creators_are_counted_exactly(posts: list[tuple[int, int]]) -> None:
    """A creator whose posts were all deleted is no voice."""
    voices = Voices()
    for author, change in posts:
        voices.add([(author, change)])
    sums = {author: sum(c for a, c in posts if a == author) for author, _ in posts}
    assert voices.number == sum(n > 0 for n in sums.values())


def test_many_are_estimated_the_same_in_any_order() -> None:
    """20,000 creators, a third of them gone again: within 10 %, three standard errors; whatever came first."""
    rng = random.Random(5)
    authors = rng.sample(range(WHOLE), 20_000)
    changes = [(author, 1) for author in authors] + [(author, -1) for author in authors[:6000]]
    found = []
    for _ in range(2):
        voices = Voices()
        for start in range(0, len(changes), 1000):
            batch: dict[int, int] = {}
            for author, change in changes[start : start + 1000]:
                batch[author] = batch.get(author, 0) + change
            voices.add(batch.items())
        found.append((voices.number, voices.limit))
        rng.shuffle(changes)
    assert found[0] == found[1]
    assert abs(found[0][0] / 14_000 - 1) < 0.1
    assert len(voices.counts) <= SAMPLE


def test_what_was_cut_before_is_not_believed_whole() -> None:
    """A part that says "all below this" lowers the bound of the whole."""
    voices = Voices({5: 1, 900: 1})
    voices.add([(7, 1), (300, 1)], limit=100)
    assert (voices.limit, sorted(voices.counts)) == (100, [5, 7])
