"""Creators against the usual, through READ's own doors: what strays is said once a day, with what it stands on."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import pytest

from detectors.creators import looks, told
from detectors.creators.told import OddDay
from detectors.model.engagements import Counters
from detectors.model.posts import Post
from tests.detectors.making import START_AT, make_delete, make_engagement, make_post
from tests.detectors.stages.test_post_watch import HOUR_S, Told, told_of

DAY_S = 86_400.0
FIRST_DAY = int(START_AT // DAY_S) + 1
BEGIN_S = FIRST_DAY * DAY_S - START_AT
"""The first midnight of the tests' streams, seconds after their start."""

CREATORS, DAYS = 10, 4
LAST = DAYS - 1
"""The day that tests are about, and the one who is odd on it is "creator 1"."""


class Made(NamedTuple):
    """What a creator does in a day."""

    followers: int
    posts: int = 1
    views: int | None = 1000
    likes: int = 200
    comments: int = 20
    named: Sequence[str] = ()
    """Who comments, one act each."""


def ordinary(day: int, creator: int) -> Made:
    return Made(followers=5000 + creator + 20 * day, likes=200 + creator, comments=20 + (day + creator) % 3)


def stream(
    change: Callable[[Made], Made] = lambda made: made, make: Callable[[int, int], Made] = ordinary
) -> list[Told]:
    """Days of ten creators, one of whom is changed on the last; and somebody else all the time, so that it goes by."""
    found: list[Told] = []
    for day in range(DAYS):
        for creator in range(CREATORS):
            made = make(day, creator)
            found += _day(day, creator, change(made) if (day, creator) == (LAST, 1) else made)
    for hour in range(24 * (DAYS + 1) + 6):
        at = BEGIN_S + hour * HOUR_S
        for n in range(2):
            found.append((at, make_post(f"x{hour} {n}", at, creator=f"elsewhere {hour} {n}", platform="x")))
            found.append((at, make_engagement(f"x{hour} {n}", at, post_id=f"x{hour} {n}", platform="x")))
    return found


def _day(day: int, creator: int, made: Made) -> Iterable[Told]:
    for n in range(made.posts):
        at = BEGIN_S + day * DAY_S + 9 * HOUR_S + creator * 60.0 + n
        post_id = name(day, creator, n)
        yield at, make_post(post_id, at, creator=f"creator {creator}", followers=made.followers)
        if n:
            continue
        totals = Counters(likes=made.likes, comments=made.comments, views=made.views)
        then = at + 2 * HOUR_S
        yield then, _act(f"{post_id} totals", then, creator, "counters", post_id=post_id, counters=totals)
        for i, actor in enumerate(made.named):
            yield then, _act(f"{post_id} {i}", then, creator, "comment", post_id=post_id, actor_id=actor)


def _act(event_id: str, at: float, creator: int, kind: str, **fields: Any) -> Any:
    return make_engagement(event_id, at, kind, creator_id=f"creator {creator}", **fields)


def name(day: int, creator: int, n: int = 0) -> str:
    """The id of a post."""
    return f"p{day} {creator} {n}"


def odd(records: list[Told], chunk: int = 1) -> list[OddDay]:
    """What READ says of creators."""
    return [day for _, said in told_of(records, chunk) if said.creators for day in told.decode(said.creators).odd]


def look_of(day: OddDay) -> str:
    return looks.LOOKS[day.look]


def test_ordinary_days_are_not_odd() -> None:
    """All are compared, and nobody is sent."""
    said = [told.decode(each.creators) for _, each in told_of(stream(), chunk=20) if each.creators]
    assert sum(kind.posts for one in said for kind in one.kinds) > 100
    assert [day for one in said for day in one.odd] == []


def test_followers_without_views_are_odd() -> None:
    """With how many were expected, over how many days, and what was seen in that time."""
    (day,) = odd(stream(lambda made: made._replace(followers=made.followers + 4000)), chunk=20)
    assert (look_of(day), day.platform, day.tier, day.day) == ("follower_jump", "tiktok", "nano", FIRST_DAY + LAST)
    assert (day.observed, day.of, day.followers, day.own) == (4020, 1, 9061, 2)
    assert 15 < day.expected < 25
    assert (day.views, day.usual_views, day.by_views, day.made) == (1000, 1000.0, True, 1)
    assert day.similar > 10
    assert [offset for offset, _ in day.posts] == [day.posts[0][0]]


def test_followers_may_be_told_as_totals() -> None:
    """A running total of the creator, which no post said: the most of the day counts."""
    at = BEGIN_S + LAST * DAY_S + 20 * HOUR_S
    total = _act("total", at, 1, "counters", counters=Counters(followers=9061), post_id=None)
    (day,) = odd(sorted([*stream(), (at, total)], key=lambda one: one[0]), chunk=20)
    assert (look_of(day), day.observed, day.followers) == ("follower_jump", 4020, 9061)


def test_followers_who_come_with_views_are_not() -> None:
    """Whoever goes round the world is followed."""
    viral = stream(lambda made: made._replace(followers=made.followers + 4000, views=300_000))
    assert "follower_jump" not in map(look_of, odd(viral, chunk=20))


def test_without_views_engagement_tells() -> None:
    """Where no views are told of anybody, followers who come with likes are explained, others are not."""

    def hidden(day: int, creator: int) -> Made:
        return ordinary(day, creator)._replace(views=None)

    (day,) = odd(stream(lambda made: made._replace(followers=made.followers + 4000), hidden), chunk=20)
    assert (look_of(day), day.by_views, day.views) == ("follower_jump", False, 201 + 20 + (LAST + 1) % 3)
    many = stream(lambda made: made._replace(followers=made.followers + 4000, likes=60_000, comments=6000), hidden)
    assert "follower_jump" not in map(look_of, odd(many, chunk=20))


def test_likes_that_nobody_comments_are_odd() -> None:
    """Against what is usual of the tier; the creator's engagement is odd too, for there never was so much."""
    found = {look_of(day): day for day in odd(stream(lambda made: made._replace(likes=9000, comments=3)), chunk=20)}
    assert found.keys() == {"few_comments", "engagement"}
    day = found["few_comments"]
    assert (day.observed, day.of, day.own) == (3, 9000, 0)
    assert 100 < day.low < day.expected < 1200 < day.high
    assert (found["engagement"].observed, found["engagement"].own) == (9003, 3)


def test_comments_that_are_not_told_are_not_few() -> None:
    """Whoever hides them has none that anybody knows of."""

    def hidden(day: int, creator: int) -> Made:
        made = ordinary(day, creator)
        return made._replace(comments=0) if creator == 1 else made

    assert "few_comments" not in map(look_of, odd(stream(lambda made: made._replace(likes=9000), hidden), chunk=20))


def test_many_comments_and_many_posts_are_odd() -> None:
    """More than the likes would lead to expect; more than on other days."""
    found = odd(stream(lambda made: made._replace(comments=3000)), chunk=20)
    assert "many_comments" in map(look_of, found)
    (day,) = odd(stream(lambda made: made._replace(posts=60)), chunk=20)
    assert (look_of(day), day.observed, day.own, len(day.posts)) == ("posting", 60, 3, 5)


def test_the_same_commenters_again_and_again_are_odd() -> None:
    """A creator's own answers are none of them."""

    def people(day: int, creator: int) -> Made:
        return ordinary(day, creator)._replace(named=[f"someone {day} {creator} {n}" for n in range(60)])

    few = [f"friend {n % 3}" for n in range(60)]
    (day,) = odd(stream(lambda made: made._replace(named=few), people), chunk=50)
    assert (look_of(day), day.observed, day.of) == ("repeated_commenters", 57, 3)
    answers = [*(f"someone else {n}" for n in range(60)), *(["creator 1"] * 60)]
    assert odd(stream(lambda made: made._replace(named=answers), people), chunk=50) == []


def test_deleted_posts_were_not_made() -> None:
    """Nor are they named; what they draw later is not counted."""
    at = BEGIN_S + LAST * DAY_S + 12 * HOUR_S
    gone: list[Told] = [(at, make_delete(name(LAST, 1, n), at, "creator 1")) for n in range(1, 60)]
    assert odd([*stream(lambda made: made._replace(posts=60)), *gone], chunk=20) == []
    late = at + 2 * HOUR_S
    totals = _act("late", late, 1, "counters", post_id=name(LAST, 1), counters=Counters(likes=90_000, comments=9000))
    first: Told = (at, make_delete(name(LAST, 1), at, "creator 1"))
    assert odd([*stream(), (late, totals)], chunk=20) != []
    assert odd([*stream(), first, (late, totals)], chunk=20) == []


@pytest.mark.parametrize("cut", [3, 9, 14])
def test_chunks_and_restarts_change_nothing(cut: int) -> None:
    """What is said depends on the logs alone: in any chunks, and after a restart between any two."""
    records = stream(lambda made: made._replace(followers=made.followers + 4000, likes=9000, comments=3))
    whole = told_of(records, chunk=50)
    assert any(said.creators and told.decode(said.creators).odd for _, said in whole)
    assert told_of(records, chunk=50, restarts=[cut]) == whole
    assert told_of(records, chunk=7) == whole


def test_a_name_is_of_a_post_that_can_be_read() -> None:
    """Its posts are named by where they stand."""
    records = stream(lambda made: made._replace(posts=60))
    posts = [record.post_id for _, record in sorted(records, key=lambda one: one[0]) if isinstance(record, Post)]
    (day,) = odd(records, chunk=20)
    assert [posts[offset] for offset, _ in day.posts] == [name(LAST, 1, n) for n in range(59, 54, -1)]
