"""READ of engagements: joined with the posts in event time, summed into series."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts.scopes import ScopeCodes
from detectors.counts.table import Table
from detectors.model.engagements import Counters, Engagement, Order
from detectors.model.posts import Post
from detectors.pipeline import readers
from detectors.stages.engagements import EngagementReader
from detectors.stages.readers import Readers
from detectors.stages.source import Outgoing
from detectors.subjects.columns import post_hash
from tests.detectors.making import (
    FIRST,
    START_AT,
    engagement_chunk,
    engagement_reader,
    make_engagement,
    make_post,
    pipeline_settings,
    post_chunk,
    post_memory,
    runs_in,
)

CODES = ScopeCodes()
NANO = CODES.of(["tiktok"], ["haul"], [1500])


def known(**buckets: int) -> Table:
    """Posts that count in these buckets after FIRST."""
    memory = post_memory()
    for post_id, bucket in buckets.items():
        numbers = np.array([post_hash("tiktok", post_id)], np.uint64)
        memory.put(numbers, FIRST + bucket, at=np.array([START_AT]), scopes=NANO)
    return memory


def summed(out: Iterable[Outgoing]) -> dict[int, dict[str, int]]:
    """What is told of each bucket after FIRST, without `platform`."""
    sums: dict[int, dict[str, int]] = {}
    for run in runs_in(out):
        told = sums.setdefault(run.bucket - FIRST, {})
        told.update({name: n for name, n in run.increments.items() if "platform" not in name})
    return sums


def sums_of(*engagements: Engagement, posts: Table | None = None) -> Counter[str]:
    """The sums over a whole stream in which every post is known, or none."""
    reader = engagement_reader(known() if posts is None else posts, lambda: FIRST + 1000, codes=CODES)
    total = Counter[str]()
    for run in runs_in([*reader.step(engagement_chunk(engagements)), *reader.finish()]):
        total.update({name: n for name, n in run.increments.items() if not name.startswith("arrived")})
    return total


def test_an_act_counts_in_the_scopes_of_its_post() -> None:
    """The post's format and tier are known; `all` and the platform always are."""
    sums = sums_of(make_engagement("e", 0), posts=known(p=0))
    assert sums == {"likes|all": 1, "likes|platform:tiktok": 1, "likes|format:haul": 1, "likes|tier:nano": 1}


def test_an_act_on_an_unknown_post_counts_with_what_it_carries() -> None:
    """And it is counted as such; one that is about no post is not."""
    reader = engagement_reader(known(), lambda: FIRST + 1000)
    out = [*reader.step(engagement_chunk([make_engagement("e", 0), make_engagement("f", 0, post_id=None)]))]
    assert summed([*out, *reader.finish()]) == {0: {"likes|all": 2}}
    assert reader.tally == {"read": 2, "unknown_post": 1}


def test_a_post_that_counts_later_is_not_known_yet() -> None:
    """An engagement of bucket 0 cannot know a post of bucket 1, whichever was read first."""
    acts = [make_engagement("e", 0), make_engagement("f", 61)]
    sums = sums_of(*acts, posts=known(p=1))
    assert (sums["likes|all"], sums["likes|tier:nano"]) == (2, 1)


def test_a_bucket_waits_for_the_posts() -> None:
    """It closes when both clocks have passed it, and no later."""
    reached = [FIRST - 1]
    reader = engagement_reader(known(), lambda: reached[0])
    assert reader.step(engagement_chunk([make_engagement("e", 0), make_engagement("f", 121)])) == []
    reached[0] = FIRST
    assert reader.release() == []
    reached[0] = FIRST + 1
    assert summed(reader.release()) == {0: {"likes|all": 1}, 1: {}}
    assert reader.release() == []


def test_it_does_not_wait_for_posts_that_do_not_come() -> None:
    """A partition of posts that is idle holds nobody up."""
    reader = engagement_reader(known(), lambda: None)
    out = reader.step(engagement_chunk([make_engagement("e", 0), make_engagement("f", 61)]))
    assert summed(out) == {0: {"likes|all": 1}}


def test_being_idle_does_not_turn_the_clock_back() -> None:
    """What the engagements have passed stays passed while they wait for the posts."""
    reached = [FIRST - 1]
    reader = engagement_reader(known(), lambda: reached[0])
    reader.step(engagement_chunk([make_engagement("e", 0), make_engagement("f", 121)]))
    reader.idle(0.0)
    reached[0] = FIRST + 1
    assert summed(reader.release()) == {0: {"likes|all": 1}, 1: {}}


@pytest.mark.parametrize(
    ("kind", "series"),
    [
        ("like", "likes"),
        ("comment", "comments"),
        ("share", "shares"),
        ("save", "saves"),
        ("view", "views"),
        ("click", "clicks"),
        ("follow", "follows"),
    ],
)
def test_each_kind_has_its_series(kind: str, series: str) -> None:
    """A count adds that many; a negative one takes back."""
    acts = [make_engagement("e", 0, kind, count=5), make_engagement("f", 0, kind, count=-2)]
    assert sums_of(*acts)[f"{series}|all"] == 3


def test_the_same_event_counts_once() -> None:
    """In the same chunk or later."""
    assert sums_of(*(make_engagement("e", seconds) for seconds in (0, 0, 61)))["likes|all"] == 1


def test_late_is_not_lost() -> None:
    """A late act counts at the pace at which it happened, one window later; an older one is for figures alone."""
    reader = engagement_reader(known(), lambda: None)
    acts = [("a", 0), ("b", 360), ("late", 300), ("edge", 61), ("old", 59), ("go on", 900)]
    out = reader.step(engagement_chunk([make_engagement(name, seconds) for name, seconds in acts]))
    told = {bucket: sums for bucket, sums in summed([*out, *reader.finish()]).items() if sums}
    assert told == {0: {"likes|all": 1}, 1 + 5: {"likes|all": 2}, 5 + 5: {"likes|all": 1}, 15: {"likes|all": 1}}
    assert reader.tally == {"read": 3, "late": 3, "unknown_post": 6}


def test_an_act_is_too_late_when_its_id_could_be_forgotten() -> None:
    """After the memory of ids, 48 h as set by default: it is dropped and counted."""
    reader = engagement_reader(known(), lambda: None)
    acts = [make_engagement("a", 0), make_engagement("now", 60_061), make_engagement("late", 60)]
    reader.step(engagement_chunk([*acts, make_engagement("old", 59)]))
    assert reader.tally == {"read": 2, "late": 1, "too_late": 1, "unknown_post": 1}


def totals(event_id: str, seconds: float, definition: str | None = None, **counters: int) -> Engagement:
    """Running totals of the post p."""
    return make_engagement(event_id, seconds, "counters", counters=Counters(**counters), metric_definition=definition)


def test_growth_of_totals_is_what_counts() -> None:
    """The first is a base, growth the difference to the last, a fall a correction from which growth goes on."""
    stream = [totals(str(i), 70 * i, views=n) for i, n in enumerate([1000, 1010, 1010, 900, 950])]
    stream.append(make_engagement("go on", 900))  # growth in buckets that are over is told a window later
    assert sums_of(*stream)["views|all"] == 10 + 50


def test_missing_totals_are_not_zero() -> None:
    """What a record does not say changes nothing; each figure has its own base."""
    stream = [totals("a", 0, views=1000, likes=5), totals("b", 1, likes=7), totals("c", 2, views=1003)]
    sums = sums_of(*stream)
    assert (sums["views|all"], sums["likes|all"]) == (3, 2)


def test_followers_are_the_creators() -> None:
    """The first total is a base, however young the post that it came with; growth is followers gained."""
    stream = [totals(str(i), 70 * i + 1, followers=n) for i, n in enumerate([5000, 5010, 4900, 4930])]
    stream.append(make_engagement("go on", 900))
    sums = sums_of(*stream, posts=known(p=0))
    assert {name: n for name, n in sums.items() if name.startswith("follows")} == {
        "follows|all": 10 + 30,
        "follows|platform:tiktok": 10 + 30,
    }
    other = make_engagement("z", 71, "counters", counters=Counters(followers=5010), post_id="q")
    assert sums_of(stream[0], other, make_engagement("go on", 900))["follows|all"] == 10


def test_another_definition_starts_anew() -> None:
    """A platform that counts otherwise from today has not grown."""
    assert sums_of(totals("a", 0, "2 s", views=10), totals("b", 1, "0 s", views=900))["views|all"] == 0


def order(event_id: str, status: Any, order_id: str = "o1") -> Engagement:
    """An order at one step of its life."""
    details = Order(order_id=order_id, status=status, items=1, net_minor=100, currency="EUR")
    return make_engagement(event_id, 0, "order", order=details, creator_id=None)


def test_an_order_counts_once() -> None:
    """However many steps of its life arrive; one that is only ever cancelled counts never."""
    steps = [order("1", "created"), order("2", "paid"), order("3", "settled"), order("4", "paid", "o2")]
    assert sums_of(*steps, order("5", "cancelled", "o3"))["orders|all"] == 2


MOVES = st.lists(st.tuples(st.booleans(), st.integers(1, 4), st.integers(-70, 70)), max_size=30)
"""(post or engagement, about which post, how far off the even pace it is dated)."""


def logs_of(moves: list[tuple[bool, int, int]]) -> tuple[list[Post], list[Engagement]]:
    """Two logs, their records dated about evenly; later versions of a post have more followers."""
    posts, acts = list[Post](), list[Engagement]()
    for i, (is_post, n, shift) in enumerate(moves):
        seconds = max(0, 20 * i + shift)
        if is_post:
            posts.append(make_post(f"p{n}", seconds, "", action="update", followers=10**n * (i + 1)))
        else:
            acts.append(make_engagement(f"e{i}", seconds, post_id=f"p{n}"))
    return [make_post("first", 0), *posts, make_post("last", 3600)], [*acts, make_engagement("last", 3600)]


def driven(reading: Readers, posts: list[Post], acts: list[Engagement], order: list[bool]) -> list[Outgoing]:
    """The engagements' runs, with the records of both logs taken in this order."""
    out: list[Outgoing] = []
    taken = {True: 0, False: 0}
    for is_post in order:
        n = taken[is_post]
        taken[is_post] += 1
        if is_post:
            reading.posts.step(post_chunk(posts[n : n + 1], n))
            out += reading.engagements.release()
        else:
            out += reading.engagements.step(engagement_chunk(acts[n : n + 1], n))
    reading.posts.finish()
    return [*out, *reading.engagements.finish()]


@settings(max_examples=40)
@given(MOVES, st.data())
def test_the_interleaving_of_posts_and_engagements_does_not_matter(
    moves: list[tuple[bool, int, int]], data: st.DataObject
) -> None:
    """Two logs of one partition: whichever is read faster, each bucket's sums are the same."""
    posts, acts = logs_of(moves)
    evenly = [True] * len(posts) + [False] * len(acts)
    order = data.draw(st.permutations(evenly))
    first = driven(readers(0, pipeline_settings(1)), posts, acts, evenly)
    second = driven(readers(0, pipeline_settings(1)), posts, acts, order)
    assert first == second


def test_every_destination_is_told_every_bucket() -> None:
    """Each gets the sums of the series that are its to keep."""
    reader: EngagementReader = readers(0, pipeline_settings(3)).engagements
    reader.step(engagement_chunk([make_engagement("e", 0)]))
    out = reader.finish()
    assert [partition for partition, _ in out] == [0, 1, 2]
    told = Counter(name for _, run in out for name in run.increments)
    assert told == {"likes|all": 1, "likes|platform:tiktok": 1, "arrived|platform:tiktok": 1}
