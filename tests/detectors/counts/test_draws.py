"""What posts of the window draw, against sums and sets."""

from collections import Counter, defaultdict
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts import caps, draws
from detectors.counts.draws import DRAW, Drawn, Draws, draws_of, pieces_of
from detectors.counts.runs import columns_of
from detectors.counts.window import Window
from tests.detectors.making import Said, columns_of_said, pieces_of_said

BUCKETS = 6
WINDOW = 3
KEYS = np.array([8, 16, 24], np.uint64)


class Act(NamedTuple):
    """What somebody (0: nobody is named) did about a post, and in which bucket it came."""

    post: int
    actor: int
    amount: int
    bucket: int


ACT = st.builds(Act, st.integers(0, 9), st.integers(0, 6), st.sampled_from([1, 1, 1, 2, -1]), st.integers(0, BUCKETS))
POST = st.tuples(st.integers(1, 4), st.integers(0, BUCKETS), st.sets(st.sampled_from(KEYS.tolist())))


def told(acts: list[Act], posts: list[Said]) -> bytes:
    """As READ tells it: all acts of a post, and those of who is named."""
    about = [act for act in acts if act.post < len(posts)]
    rows = [(act.post, 0, act.amount) for act in about]
    rows += [(act.post, act.actor, act.amount) for act in about if act.actor]
    post, actor, amount = np.array(rows, np.int64).reshape(-1, 3).T
    made = np.array([posts[number].bucket for number in post.tolist()], np.int64)
    return draws_of(post.astype(np.uint64), actor.astype(np.uint32), made, amount).tobytes()


def by_hand(key: int, posts: list[Said], acts: list[Act]) -> Drawn | None:
    """Sums and sets over the posts of a subject."""
    mine = {one.post_id for one in posts if key in one.keys}
    about = [act for act in acts if act.post in mine]
    if not about:
        return None
    people = Counter[int]()
    for act in about:
        people[act.actor] += act.amount
    wrote = {one.author for one in posts if key in one.keys}
    acting = {actor for actor, n in people.items() if n > 0 and actor} - wrote
    return Drawn(max(0, sum(act.amount for act in about)), len(wrote), len(acting))


@settings(max_examples=60)
@given(st.lists(POST, min_size=1, max_size=10), st.lists(ACT, max_size=40), st.integers(0, BUCKETS), st.booleans())
def test_as_sums_and_sets_have_it(
    made: list[tuple[int, int, set[int]]], acts: list[Act], end: int, often: bool
) -> None:
    """Whenever parts are made one; a post that has left the window draws nothing, nor does one that was deleted."""
    posts = [Said(i, author, author, bucket, tuple(keys)) for i, (author, bucket, keys) in enumerate(made)]
    acts = [act for act in acts if act.post < len(posts) and act.bucket <= end]
    window, kept = Window(WINDOW), Draws(WINDOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draws, "FEW_PARTS", 0 if often else 100)
        for bucket in range(end + 1):
            window.add([columns_of_said([one for one in posts if one.bucket == bucket and one.keys])])
            now = [act for act in acts if act.bucket == bucket]
            kept.add([told([act], posts) for act in now[::2]] + [told(now[1::2], posts)])
            window.expire(bucket)
            kept.expire(bucket)
    window.delete(np.array([0], np.uint64))
    young = [one for one in posts if one.bucket > end - WINDOW and one.bucket <= end]
    alive = [one for one in young if one.post_id]
    order = np.array([2, 0])
    assert kept.of(window.find(KEYS)[0], order) == [by_hand(key, alive, acts) for key in KEYS[order].tolist()]
    of_young = [act for act in acts if posts[act.post].bucket > end - WINDOW]
    engagements = sum(act.amount for act in of_young)
    named = sum(act.amount for act in of_young if act.actor)
    assert kept.usual(7) == (Drawn(engagements, 7, named) if engagements > 0 else None)


def test_who_posts_is_no_further_voice() -> None:
    """An author who comments is one already, whoever's post it is; who comments twice is one."""
    posts = [Said(0, 5, 5, 0, (8,)), Said(1, 6, 6, 0, (8,))]
    window, kept = Window(WINDOW), Draws(WINDOW)
    window.add([columns_of_said(posts)])
    kept.add([told([Act(0, 6, 1, 0), Act(0, 7, 1, 0), Act(1, 7, 3, 0), Act(1, 0, 4, 0)], posts)])
    assert kept.of(window.find(KEYS)[0], np.array([0])) == [Drawn(9, 2, 1)]


def test_a_sample_stands_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a subject of very many authors: engagement and people are those of the sample, scaled."""
    monkeypatch.setattr(caps, "SAMPLE", 400)
    monkeypatch.setattr("detectors.counts.runs.SAMPLE", 400)
    rng = np.random.default_rng(7)
    authors = rng.integers(1, 2**32, 4000)
    posts = [Said(i, int(author), int(author), 0, (8,)) for i, author in enumerate(authors.tolist())]
    acts = [Act(i, i + 1, 1, 0) for i in range(4000)] + [Act(i, 0, 2, 0) for i in range(4000)]
    window, kept = Window(WINDOW), Draws(WINDOW)
    window.add([columns_of(*pieces_of_said(posts, 0))])
    kept.add([told(acts, posts)])
    (drawn,) = kept.of(window.find(KEYS)[0], np.array([0]))
    assert drawn is not None
    assert drawn.per_voice == pytest.approx(3.0, rel=0.01)
    assert drawn.voices == pytest.approx(4000, rel=0.15)
    assert drawn.acting == pytest.approx(4000, rel=0.15)


def test_what_is_taken_back_leaves_nothing() -> None:
    """A comment that is deleted is no act; the post's sum stays, so that it is known of."""
    who = np.array([0, 9, 9], np.uint32)
    rows = draws_of(np.ones(3, np.uint64), who, np.zeros(3, np.int64), np.array([3, 1, -1]))
    assert rows[["post_id", "actor", "amount"]].tolist() == [(1, 0, 3)]


def test_a_run_travels_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of the rows, and at least one piece."""
    monkeypatch.setattr(draws, "PIECE_ROWS", 2)
    rows = draws_of(np.arange(5, dtype=np.uint64), np.zeros(5, np.uint32), np.zeros(5, np.int64), np.ones(5, np.int64))
    assert [len(piece) for piece in pieces_of(rows)] == [2 * DRAW.itemsize, 2 * DRAW.itemsize, DRAW.itemsize]
    assert b"".join(pieces_of(rows)) == rows.tobytes()
    assert pieces_of(rows[:0]) == [b""]


def test_no_acts_are_no_zero() -> None:
    """A subject whose posts nobody tells anything of has no figure."""
    posts = [Said(0, 5, 5, 0, (8,)), Said(1, 6, 6, 0, (16,))]
    window, kept = Window(WINDOW), Draws(WINDOW)
    window.add([columns_of_said(posts)])
    assert kept.of(window.find(KEYS)[0], np.array([0, 1])) == [None, None]
    assert kept.usual(2) is None
    kept.add([told([Act(0, 0, 1, 0)], posts)])
    assert kept.of(window.find(KEYS)[0], np.array([0, 1])) == [Drawn(1, 1, 0), None]


def test_counts_by_post_are_sums() -> None:
    """`of` and `usual` agree where one subject is all there is."""
    sums = defaultdict[int, int](int)
    posts = [Said(i, i + 1, i + 1, 0, (8,)) for i in range(4)]
    acts = [Act(i % 4, 100 + i, 1, 0) for i in range(10)]
    for act in acts:
        sums[act.post] += act.amount
    window, kept = Window(WINDOW), Draws(WINDOW)
    window.add([columns_of_said(posts)])
    kept.add([told(acts, posts)])
    assert kept.of(window.find(KEYS)[0], np.array([0])) == [kept.usual(4)] == [Drawn(sum(sums.values()), 4, 10)]
