"""Subjects of one topic of talk find each other by their posts."""

from hypothesis import given
from hypothesis import strategies as st

from detectors.counts.ticks import Candidate
from detectors.trends.grouping import groups_of
from tests.detectors.making import key_of, make_candidate


def named(groups: list[list[Candidate]]) -> list[list[int]]:
    """The keys of some groups."""
    return [[c.key for c in group] for group in groups]


def test_subjects_that_share_posts_belong_together() -> None:
    """Half of the smaller one's posts are enough; less is not."""
    a = make_candidate("glass", range(10), surprise=9.0)
    b = make_candidate("skin", [0, 1, 90, 91], surprise=8.0)
    c = make_candidate("oil", [0, 80, 81], surprise=7.0)
    assert named(groups_of([c, a, b])) == [[key_of("glass"), key_of("skin")], [key_of("oil")]]


def test_groups_chain() -> None:
    """Two subjects without a common post are together if a third ties them."""
    a, b = make_candidate("glass", [1, 2]), make_candidate("skin", [3, 4])
    tie = make_candidate("serum", [1, 2, 3, 4])
    assert len(groups_of([a, b])) == 2
    assert len(groups_of([a, b, tie])) == 1


def test_the_most_surprising_comes_first() -> None:
    """Within a group and among groups; ties by key."""
    posts = {"glass": 3.0, "skin": 8.0, "serum": 5.0}
    one = [make_candidate(name, [1, 2], surprise=s) for name, s in posts.items()]
    other = make_candidate("oil", [7], surprise=6.0)
    assert named(groups_of([*one, other])) == [[key_of("skin"), key_of("serum"), key_of("glass")], [key_of("oil")]]


def test_no_candidates_no_groups() -> None:
    """A quiet tick."""
    assert groups_of([]) == []


SAMPLES = st.lists(st.frozensets(st.integers(1, 12), min_size=1, max_size=6), max_size=8)


@given(SAMPLES, st.randoms())
def test_groups_are_the_connected_ones_in_any_order(samples: list[frozenset[int]], random: object) -> None:
    """Brute force over pairs, for any posts and any order of the candidates."""
    candidates = [make_candidate(f"word{i}", sorted(posts)) for i, posts in enumerate(samples)]
    group = {c.key: {c.key} for c in candidates}
    for i, a in enumerate(samples):
        for j, b in enumerate(samples):
            if len(a & b) >= 0.5 * min(len(a), len(b)):
                union = group[candidates[i].key] | group[candidates[j].key]
                group.update(dict.fromkeys(union, union))
    shuffled = list(candidates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' random is a Random
    found = {frozenset(keys) for keys in named(groups_of(shuffled))}
    assert found == {frozenset(keys) for keys in group.values()}
    assert groups_of(shuffled) == groups_of(candidates)
