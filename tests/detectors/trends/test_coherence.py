"""How far posts hold together, against a plain model; and how often they do by chance."""

import math
import random
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.trends.coherence import COPY, FLOOR, Chance, Said, apart, coherence, fisher

WORDS = st.frozensets(st.integers(1, 9), max_size=6)
POSTS = st.lists(st.builds(Said, st.integers(1, 8), WORDS), max_size=10)


class Shares:
    """Words are as common as they are told to be, the others rare."""

    def __init__(self, shares: dict[int, float]) -> None:
        self._shares = shares

    def share(self, key: int) -> float:
        """As told, else a thousandth."""
        return self._shares.get(key, 0.001)


def plain(own: set[int], posts: list[Said], shares: Shares) -> float:
    """Coherence in the words of its docstring."""
    told = []
    for word in {word for post in posts for word in post.words} - own:
        holders = [i for i, post in enumerate(posts) if word in post.words]
        q, n, c = shares.share(word), len(posts), len(holders)
        if c >= 2:
            p = sum(math.comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(c, n + 1))
            told.append((round(-math.log10(max(min(1.0, p / q), 1e-30)), 6), word, set(combinations(holders, 2))))
    total, tied = 0.0, set[tuple[int, int]]()
    for surprise, _, pairs in sorted(told, key=lambda one: (-one[0], one[1])):
        total += surprise * (0.25 + 0.75 * len(pairs - tied) / len(pairs))
        tied |= pairs
    return total


@settings(max_examples=60)
@given(st.sets(st.integers(1, 3)), POSTS, st.dictionaries(st.integers(1, 9), st.floats(1e-5, 0.9)))
def test_it_is_what_the_plain_model_says(own: set[int], posts: list[Said], shares: dict[int, float]) -> None:
    """For any posts, subjects and shares."""
    assert coherence(own, posts, Shares(shares)) == pytest.approx(plain(own, posts, Shares(shares)), abs=1e-4)


def test_a_rare_word_holds_posts_together_a_common_one_does_not() -> None:
    """Three posts that share a rare word, three that share what everyone says, three that share nothing."""
    rare, common, nothing = ([Said(i, frozenset({1, word or 100 + i})) for i in range(3)] for word in (5, 6, 0))
    shares = Shares({6: 0.5})
    assert coherence({1}, rare, shares) > 5
    assert coherence({1}, common, shares) < 1
    assert coherence({1}, nothing, shares) == 0


def test_a_second_word_in_the_same_posts_counts_less() -> None:
    """A phrase of two words is not twice the evidence."""
    one = coherence({1}, [Said(i, frozenset({1, 5})) for i in range(3)], Shares({}))
    two = coherence({1}, [Said(i, frozenset({1, 5, 6})) for i in range(3)], Shares({}))
    assert two == pytest.approx(1.25 * one)


@settings(max_examples=50)
@given(POSTS)
def test_what_is_apart_is_nobodys_copy(posts: list[Said]) -> None:
    """Of two kept posts none has the other's author, nor (both long) half of its words; the first one is kept."""
    kept = apart(posts)
    assert kept[:1] == posts[:1]
    for a, b in combinations(kept, 2):
        assert a.author != b.author
        if len(a.words) >= 3 and len(b.words) >= 3:
            assert len(a.words & b.words) < COPY * len(a.words | b.words)


def learned(values: list[float], size: int = 5) -> Chance:
    """After groups of these coherences."""
    chance = Chance()
    for value in values:
        chance.learn(size, value)
    return chance


def test_p_is_the_share_of_groups_that_hold_together_as_well() -> None:
    """Within what was seen; to the width of a cell."""
    rng = random.Random(1)
    values = [rng.expovariate(1.0) for _ in range(5000)]
    chance = learned(values)
    for value in (0.6, 1.3, 2.6):
        truth = sum(v >= value for v in values) / len(values)
        assert chance.p(5, value) == pytest.approx(truth, rel=0.35)
    assert chance.p(5, 0.0) == 1


def test_beyond_what_was_seen_it_is_an_exponential_with_a_floor() -> None:
    """Of exponential values the tail is met within a factor of three; what was never seen is not trusted."""
    rng = random.Random(2)
    chance = learned([rng.expovariate(1.0) for _ in range(5000)])
    assert math.exp(-7) / 3 < chance.p(5, 7.0) < math.exp(-7) * 3
    assert chance.p(5, 29.0) == pytest.approx(FLOOR / 5002, rel=1e-5)


@settings(max_examples=50)
@given(st.lists(st.floats(0, 40), max_size=300), st.lists(st.floats(0, 40), min_size=2, max_size=6))
def test_p_falls_as_coherence_grows(seen: list[float], values: list[float]) -> None:
    """To a cell's width, whatever was learned, and it is a probability."""
    chance = learned(seen)
    told = [chance.p(5, value) for value in sorted(values)]
    assert all(0 < p <= 1 for p in told)
    assert all(after <= before * 1.4 for before, after in pairwise(told))


def test_sizes_are_learned_apart() -> None:
    """Groups of one size say nothing of another's; where none was seen, all is as likely as not."""
    chance = learned([1.0] * 200, size=3)
    assert chance.p(2, 9.0) == chance.p(3, 9.0) < 0.01
    assert chance.p(4, 9.0) == 0.5


def test_it_goes_on_from_a_snapshot() -> None:
    """As if nothing had happened."""
    chance, again = learned([0.5 * i for i in range(300)]), Chance()
    again.restore(chance.snapshot())
    assert again.snapshot() == chance.snapshot()
    assert [again.p(5, x / 2) for x in range(80)] == [chance.p(5, x / 2) for x in range(80)]


@given(st.floats(1e-12, 1), st.floats(1e-12, 1))
def test_two_p_are_combined_in_any_order(p: float, q: float) -> None:
    """And the outcome is a p that is never less than their product."""
    assert fisher(p, q) == fisher(q, p)
    assert p * q <= fisher(p, q) * (1 + 1e-5) <= 1.00001
