"""Posts against the usual, through READ's own doors: what is late, falls or starts anew makes nothing stand out."""

from collections.abc import Container, Iterable, Sequence

import pytest

from detectors import pipeline
from detectors.counts.runs import Run
from detectors.model.engagements import Counters, Engagement
from detectors.model.posts import Post
from detectors.performance import judged
from detectors.performance.judged import Judged, Standout
from detectors.stages.readers import Readers
from tests.detectors.making import (
    engagement_chunk,
    make_delete,
    make_engagement,
    make_post,
    pipeline_settings,
    post_chunk,
    runs_in,
)

MINUTE_S, HOUR_S = 60.0, 3600.0
POSTS = 40
EVERY_S = 10 * MINUTE_S
LAST_AT = POSTS * EVERY_S
"""When the post is made that tests are about."""

Record = Post | Engagement
Told = tuple[float, Record]
"""A record, and when it arrives: seconds after the beginning."""


def reader() -> Readers:
    return pipeline.readers(0, pipeline_settings(1, memory_s=2 * 86_400.0))


def step(readers: Readers, records: Sequence[Record], offset: int = 0) -> list[Run]:
    """Records of one partition; posts and engagements side by side."""
    posts = [record for record in records if isinstance(record, Post)]
    acts = [record for record in records if isinstance(record, Engagement)]
    out = [*readers.posts.step(post_chunk(posts, offset)), *readers.engagements.release()]
    return runs_in([*out, *readers.engagements.step(engagement_chunk(acts, offset))])


def told_of(told: Iterable[Told], chunk: int = 1, restarts: Container[int] = ()) -> list[tuple[int, Judged]]:
    """What READ says of a stream, by bucket; after so many chunks another reader goes on."""
    records = [record for _, record in sorted(told, key=lambda one: one[0])]
    readers, runs, offset = reader(), list[Run](), 0
    for number, start in enumerate(range(0, len(records), chunk)):
        if number in restarts:
            parts, readers = readers.snapshot(), reader()
            readers.restore(parts)
        part = records[start : start + chunk]
        runs += step(readers, part, offset)
        offset += sum(isinstance(record, Post) for record in part)
    runs += runs_in([*readers.posts.finish(), *readers.engagements.finish()])
    return [(run.bucket, judged.decode(run.judged)) for run in runs if run.judged]


def standouts(told: Iterable[Told]) -> list[Standout]:
    return [post for _, said in told_of(told) for post in said.standouts]


def total(post: str, made_at: float, minutes: float, likes: int, *, late_s: float = 0.0, meaning: str = "") -> Told:
    """The running total of a post so many minutes after it was made."""
    at = made_at + minutes * MINUTE_S
    record = make_engagement(
        f"{post} {minutes}",
        at,
        "counters",
        creator_id="c",
        post_id=post,
        counters=Counters(likes=likes),
        metric_definition=meaning or None,
    )
    return at + late_s, record


def past(*, late_s: float = 0.0, likes: int = 20) -> list[Told]:
    """Ordinary posts of a few creators, one every ten minutes, and their totals of the first hour."""
    found: list[Told] = []
    for n in range(POSTS):
        made_at = n * EVERY_S
        found.append(
            (made_at, make_post(f"p{n}", made_at, creator=f"creator {n % 4}", platform="tiktok", followers=2000))
        )
        found += [total(f"p{n}", made_at, minutes, likes + n % 5, late_s=late_s) for minutes in (40, 50)]
    return found


def last(*totals: Told) -> list[Told]:
    """The post that a test is about, its totals, and somebody who posts and likes on, so that time goes by."""
    post = make_post("last", LAST_AT, creator="creator 1", platform="tiktok", followers=2000)
    found: list[Told] = [(LAST_AT, post), *totals]
    for n in range(1, 5 * 6):
        at = LAST_AT + n * EVERY_S
        found.append((at, make_post(f"x{n}", at, creator=f"elsewhere {n}", platform="x")))
        found.append((at, make_engagement(f"x{n}", at, post_id=f"x{n}", platform="x")))
    return found


def test_a_post_that_outperforms_stands_out() -> None:
    """With what it drew, what was expected, and how many posts of the creator that stands on."""
    (post,) = standouts([*past(), *last(total("last", LAST_AT, 50, 400))])
    assert (post.platform, post.tier, post.paid, post.age, post.observed) == ("tiktok", "nano", False, 0, 400)
    assert 20 <= post.expected <= 24
    assert post.low < post.expected < post.high < 400
    assert post.own == 10
    assert post.pool > 30


@pytest.mark.parametrize("late_s", [0.0, 3 * HOUR_S])
def test_an_ordinary_post_does_not(late_s: float) -> None:
    """Also where the totals of all posts before came hours late, and its own come at once."""
    assert standouts([*past(late_s=late_s), *last(total("last", LAST_AT, 50, 24))]) == []


def test_totals_that_come_late_count_where_they_belong() -> None:
    """A post is compared as soon as its total is known, at the age at which it was taken."""
    late = total("last", LAST_AT, 50, 400, late_s=2 * HOUR_S)
    (post,) = standouts([*past(), *last(late)])
    assert (post.age, post.observed) == (0, 400)


def test_a_fall_is_a_correction() -> None:
    """Likes that are taken away and come back are the same likes; what was taken away counts no more."""
    back = [total("last", LAST_AT, minutes, likes) for minutes, likes in ((10, 24), (20, 2), (40, 24), (50, 24))]
    assert standouts([*past(), *last(*back)]) == []
    gone = [total("last", LAST_AT, minutes, likes) for minutes, likes in ((10, 900), (50, 24))]
    assert standouts([*past(), *last(*gone)]) == []


def test_another_definition_starts_anew() -> None:
    """The jump to what is counted otherwise is no engagement."""
    jump = [
        total("last", LAST_AT, minutes, likes, meaning=meaning)
        for minutes, likes, meaning in ((20, 12, "a"), (40, 900, "b"), (50, 912, "b"))
    ]
    assert standouts([*past(), *last(*jump)]) == []


def test_rare_totals_are_not_compared_with_frequent_ones() -> None:
    """Where totals used to come after a day, nobody knows what an hour brings: more often is not more."""
    rare: list[Told] = [one for one in past() if isinstance(one[1], Post)]
    rare += [total(f"p{n}", n * EVERY_S, 24 * 60.0, 500) for n in range(POSTS)]
    assert standouts([*rare, *last(total("last", LAST_AT, 50, 200))]) == []


def test_a_deleted_post_that_stood_out_is_told() -> None:
    """DECIDE takes its alert back."""
    gone = (LAST_AT + 2 * HOUR_S, make_delete("last", LAST_AT + 2 * HOUR_S, "creator 1"))
    said = told_of([*past(), *last(total("last", LAST_AT, 50, 400)), gone])
    sent = [post.post_id for _, one in said for post in one.standouts]
    assert [post_id for _, one in said for post_id in one.gone] == sent
    assert len(sent) == 1


def test_chunks_and_restarts_change_nothing() -> None:
    """What is said depends on the logs alone: in any chunks, and after a restart between any two."""
    stream = [*past(late_s=HOUR_S), *last(total("last", LAST_AT, 50, 400))]
    whole = told_of(stream, chunk=20)
    assert any(said.standouts for _, said in whole)
    assert told_of(stream, chunk=1) == whole
    for cut in (2, 5, 9):
        assert told_of(stream, chunk=20, restarts=[cut]) == whole
    assert told_of(stream, chunk=1, restarts=range(len(stream))) == whole, "who goes on asks fewer posts, no other ones"
