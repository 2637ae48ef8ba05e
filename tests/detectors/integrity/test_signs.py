"""The signs: what is counted, of what, and who is clean."""

from collections.abc import Sequence
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from detectors.counts.known import code_of
from detectors.counts.people import People
from detectors.counts.ticks import PostRef
from detectors.integrity.signs import Sign, people_in, people_signs, post_signs
from detectors.model.posts import Post
from detectors.trends.trend import SeenPost
from tests.detectors.making import at, make_post

DAY_S = 86_400.0


def seen(posts: Sequence[Post], authors: Sequence[int] | None = None, known: int = 0) -> list[SeenPost]:
    """Posts that were read, each of its own author if nothing else is said."""
    numbers = authors or range(len(posts))
    return [SeenPost(PostRef(0, i, i, a, known), p) for i, (a, p) in enumerate(zip(numbers, posts, strict=True))]


def test_repeats_are_the_posts_beyond_the_first() -> None:
    """Whoever posts once is clean."""
    assert people_signs(People(9, 4, 3, 39, 0, 0), 1.0)["repeats"] == Sign(5, 9, 0.75)
    assert people_signs(None, 1.0) == {}


def test_deleted_is_a_share_of_all_that_was_posted() -> None:
    """Whose posts have stood for a while is clean."""
    assert people_signs(People(9, 9, 9, 9, 3, 3), 0.4)["deleted"] == Sign(3, 12, 0.4)


def test_near_copies_of_others() -> None:
    """Half the words are the same; a short text, or a copy of one's own, is none."""
    texts = ["glass skin serum tonight", "glass skin serum again", "glass skin", "garage door repair tools"]
    posts = [make_post(f"p{i}", i, text) for i, text in enumerate(texts)]
    assert post_signs(seen(posts), 10)["copies"] == Sign(1, 3, 0.5)
    assert post_signs(seen(posts, [7, 7, 8, 9]), 10)["copies"] == Sign(0, 3, 1.0)


@given(st.lists(st.tuples(st.integers(1, 3), st.sets(st.sampled_from("abcdefg"), min_size=3)), max_size=7))
def test_copies_are_those_of_every_pair(said: list[tuple[int, set[str]]]) -> None:
    """Pairs that are passed over because one is too long cannot be copies."""
    words = {letter: f"{letter}lass{letter}" for letter in "abcdefg"}
    posts = [make_post(f"p{i}", i, " ".join(words[c] for c in sorted(letters))) for i, (_, letters) in enumerate(said)]
    pairs = combinations([(author, letters, i) for i, (author, letters) in enumerate(said)], 2)
    copies = {j for (a, one, _), (b, other, j) in pairs if a != b and 2 * len(one & other) >= len(one | other)}
    assert post_signs(seen(posts, [author for author, _ in said]), 10)["copies"].shown == len(copies)


def test_newcomers_were_first_seen_within_a_window() -> None:
    """Of those of whom anything is known."""
    posts = [make_post(f"p{i}", i) for i in range(4)]
    assert post_signs(seen(posts, known=code_of(3)), 12)["newcomers"] == Sign(4, 4, 0.0)
    assert post_signs(seen(posts, known=code_of(200)), 12)["newcomers"] == Sign(0, 4, 1.0)
    assert post_signs(seen(posts), 12)["newcomers"] == Sign(0, 0, 1.0)


def test_new_accounts_are_younger_than_a_month() -> None:
    """Accounts of unknown age are asked nothing, and clean; where most are, nothing is known."""
    ages = [2 * DAY_S, 400 * DAY_S, 20 * DAY_S]
    posts = [make_post(f"p{i}", i, account_created_at=at(-age)) for i, age in enumerate(ages)]
    posts.append(make_post("p9", 9))
    assert post_signs(seen(posts), 10)["new_accounts"] == Sign(2, 3, 0.5)
    many = [*posts, *(make_post(f"q{i}", 20 + i) for i in range(3))]
    assert post_signs(seen(many), 10)["new_accounts"] == Sign(0, 0, 1.0)


def test_people_in_a_sample() -> None:
    """As COUNT would have it of all posts."""
    assert people_in(seen([make_post(f"p{i}", i) for i in range(4)], [7, 7, 7, 8])) == People(4, 2, 1, 10, 0, 0)


def test_synchrony_is_another_person_within_seconds() -> None:
    """Not the same person twice."""
    posts = [make_post(f"p{i}", seconds) for i, seconds in enumerate([0, 4, 100, 105, 500])]
    assert post_signs(seen(posts, [1, 2, 3, 3, 4]), 10)["synchrony"] == Sign(1, 4, 0.5)
