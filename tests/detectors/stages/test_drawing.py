"""What READ tells of posts of the window: all acts of each, and who comments or shares."""

import numpy as np
import pytest

from detectors.counts import draws
from detectors.counts.draws import DRAW
from detectors.counts.runs import Run
from detectors.model.engagements import Counters, Engagement
from detectors.pipeline import readers
from detectors.stages.readers import Readers
from detectors.subjects.columns import hash64, post_hash
from tests.detectors.making import (
    FIRST,
    engagement_chunk,
    make_delete,
    make_engagement,
    make_post,
    pipeline_settings,
    post_chunk,
    runs_in,
)

Told = dict[tuple[str, str], int]


def reader() -> Readers:
    """READ of the only partition, in windows of ten minutes."""
    return readers(0, pipeline_settings(1))


def runs_of(*acts: Engagement, posts: tuple[str, ...] = ("p", "q")) -> list[Run]:
    """The runs of engagements with posts of the first minute."""
    read = reader()
    made = [make_post(name, i) for i, name in enumerate(posts)]
    out = [*read.posts.step(post_chunk(made)), *read.engagements.step(engagement_chunk(acts))]
    out += [*read.posts.finish(), *read.engagements.finish()]
    return [run for run in runs_in(out) if run.stream == "engagements"]


def told(*acts: Engagement) -> Told:
    """Sums by post and actor over all runs."""
    names = {post_hash("tiktok", name): name for name in "pqr"}
    people = {hash64(name) >> 32: name for name in ("ann", "bob")} | {0: ""}
    found = Told()
    for run in runs_of(*acts):
        for row in np.frombuffer(run.drawn, DRAW):
            one = names[int(row["post_id"])], people[int(row["actor"])]
            found[one] = found.get(one, 0) + int(row["amount"])
            assert row["made"] == FIRST
    return found


def test_who_comments_or_shares_is_told() -> None:
    """By name and post; likes and saves are engagement without a voice, views and clicks are neither."""
    assert told(
        make_engagement("1", 10, "comment", actor_id="ann"),
        make_engagement("2", 20, "share", actor_id="bob", count=2),
        make_engagement("3", 30, "like", actor_id="bob"),
        make_engagement("4", 30, "save"),
        make_engagement("5", 30, "view", actor_id="ann"),
        make_engagement("6", 30, "comment"),
        make_engagement("7", 70, "comment", actor_id="ann", post_id="q"),
    ) == {("p", ""): 6, ("p", "ann"): 1, ("p", "bob"): 2, ("q", ""): 1, ("q", "ann"): 1}


def test_single_acts_and_totals_come_to_the_same() -> None:
    """Six likes one by one, in one record, or as a running total that was told twice and fell in between."""
    one_by_one = told(*(make_engagement(str(n), 10 * n) for n in range(6)))
    at_once = told(make_engagement("1", 50, count=6))
    totals = told(
        make_engagement("1", 60, "counters", counters=Counters(likes=4)),
        make_engagement("2", 120, "counters", counters=Counters(likes=3)),
        make_engagement("3", 180, "counters", counters=Counters(likes=6)),
    )
    assert one_by_one == at_once == totals == {("p", ""): 6}


def test_what_is_taken_back_and_what_comes_twice() -> None:
    """The same event counts once; a comment that is taken back leaves no sum."""
    comment = make_engagement("1", 10, "comment", actor_id="ann")
    assert told(comment, comment) == {("p", ""): 1, ("p", "ann"): 1}
    back = make_engagement("2", 20, "comment", actor_id="ann", count=-1)
    assert told(comment, back) == {("p", ""): 0}


def test_other_posts_are_not_told() -> None:
    """Of one that is not known, or that was made before the window, nobody asks."""
    assert told(make_engagement("1", 10, "comment", actor_id="ann", post_id="unknown")) == {}
    assert told(make_engagement("1", 599, "comment", actor_id="ann")) == {("p", ""): 1, ("p", "ann"): 1}
    assert told(make_engagement("1", 601, "comment", actor_id="ann")) == {}


def test_much_travels_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece some of it, and only the first one the sums of series."""
    monkeypatch.setattr(draws, "PIECE_ROWS", 2)
    acts = [make_engagement(str(n), 10, "comment", actor_id=f"a{n}") for n in range(4)]
    (*pieces,) = (run for run in runs_of(*acts) if run.bucket == FIRST)
    assert [(run.piece, run.pieces, len(run.drawn) // DRAW.itemsize) for run in pieces] == [
        (0, 3, 2),
        (1, 3, 2),
        (2, 3, 1),
    ]
    assert [bool(run.increments) for run in pieces] == [True, False, False]


def test_a_deleted_post_is_told_of_until_count_knows() -> None:
    """COUNT has no living row of it: nothing is to be taken back here."""
    read = reader()
    read.posts.step(post_chunk([make_post("p", 0), make_delete("p", 5)]))
    read.engagements.step(engagement_chunk([make_engagement("1", 10)]))
    out = runs_in([*read.posts.finish(), *read.engagements.finish()])
    assert sum(len(run.drawn) for run in out) == DRAW.itemsize
