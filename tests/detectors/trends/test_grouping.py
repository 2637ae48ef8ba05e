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


def test_a_common_word_ties_no_two_topics() -> None:
    """An explosion here and one there: the word goes with the one it shares more posts with."""
    here, there = make_candidate("amuay", [1, 2, 3], surprise=9.0), make_candidate("waco", [4, 5, 6, 7], surprise=8.0)
    word = make_candidate("explosion", [1, 2, 4, 5, 6], surprise=7.0)
    assert named(groups_of([here, there, word])) == [[here.key], [there.key, word.key]]
    assert named(groups_of([here, word])) == [[here.key, word.key]]


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


def test_who_leads_follows_nobody() -> None:
    """What shares posts with a follower alone is a topic of its own."""
    leader = make_candidate("skin", [1, 2, 3], surprise=9.0)
    follower = make_candidate("serum", [2, 3, 4, 5], surprise=8.0)
    other = make_candidate("oil", [4, 5, 6], surprise=7.0)
    assert named(groups_of([leader, follower, other])) == [[leader.key, follower.key], [other.key]]


@given(SAMPLES, st.randoms())
def test_each_goes_with_its_leader_in_any_order(samples: list[frozenset[int]], random: object) -> None:
    """By brute force, for any posts and any order of the candidates."""
    candidates = [make_candidate(f"word{i}", sorted(posts), surprise=float(i)) for i, posts in enumerate(samples)]
    leaders: dict[int, list[int]] = {}
    for i in reversed(range(len(samples))):
        shares = {j: len(samples[i] & samples[j]) / min(len(samples[i]), len(samples[j])) for j in leaders}
        best = max(shares, key=lambda j: (shares[j], j), default=None)
        if best is not None and shares[best] >= 0.5:
            leaders[best].append(i)
        else:
            leaders[i] = [i]
    shuffled = list(candidates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' random is a Random
    assert named(groups_of(shuffled)) == [[candidates[i].key for i in members] for members in leaders.values()]
