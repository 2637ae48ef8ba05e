"""READ of one partition, interrupted: what is saved and restored goes on as if nothing had been."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.model.engagements import Counters, Engagement
from detectors.model.posts import Post
from detectors.pipeline import readers
from detectors.stages.readers import Readers
from detectors.stages.source import Outgoing
from tests.detectors.making import (
    engagement_chunk,
    make_delete,
    make_engagement,
    make_post,
    pipeline_settings,
    post_chunk,
)

SETTINGS = pipeline_settings(2, lateness_s=20.0)

MOVES = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "update", "delete", "like", "like", "counters"]),
        st.integers(1, 8),
        st.integers(-90, 60),
    ),
    max_size=40,
)
"""(what, about which post, how far off the even pace it is dated)."""


def records(moves: Sequence[tuple[str, int, int]]) -> list[Post | Engagement]:
    """A stream of all kinds of records, some late, some of posts that come later or never."""
    made: list[Post | Engagement] = []
    for i, (what, n, shift) in enumerate(moves):
        seconds, name = max(0, 25 * i + shift), f"p{n}"
        if what == "delete":
            made.append(make_delete(name, seconds))
        elif what == "like":
            made.append(make_engagement(f"e{n}-{i % 3}", seconds, post_id=name))
        elif what == "counters":
            made.append(
                make_engagement(f"t{i}", seconds, "counters", post_id=name, counters=Counters(views=100 * i + n))
            )
        else:
            platform = "tiktok" if n % 2 else "x"
            made.append(make_post(name, seconds, f"glass skin {n}", action=what, platform=platform, followers=n * 900))
    return [*made, make_post("last", 3600), make_engagement("last", 3600)]


def take(reading: Readers, record: Post | Engagement, offset: int) -> list[Outgoing]:
    """The runs that one record brings."""
    if isinstance(record, Post):
        return [*reading.posts.step(post_chunk([record], offset)), *reading.engagements.release()]
    return reading.engagements.step(engagement_chunk([record], offset))


@settings(max_examples=80)
@given(MOVES, st.data())
def test_a_restart_anywhere_changes_no_run(moves: list[tuple[str, int, int]], data: st.DataObject) -> None:
    """Posts, deletions, joins, totals and clocks: after the snapshot come the same runs."""
    stream = records(moves)
    cut = data.draw(st.integers(0, len(stream)))
    whole, broken = readers(0, SETTINGS), readers(0, SETTINGS)
    expected, found = list[Outgoing](), list[Outgoing]()
    for offset, record in enumerate(stream):
        if offset == cut:
            parts = broken.snapshot()
            broken = readers(0, SETTINGS)
            broken.restore(parts)
        expected += take(whole, record, offset)
        found += take(broken, record, offset)
    for reading, out in ((whole, expected), (broken, found)):
        out += [*reading.posts.finish(), *reading.engagements.finish()]
    assert found == expected
    assert broken.snapshot() == whole.snapshot()


def test_one_false_time_makes_nothing_too_late() -> None:
    """A file has no Kafka times to bound the clock by: a day ahead, all others would be lost."""
    reading = readers(0, SETTINGS)
    ahead = [make_post(f"ahead{i}", 86_400 + i, creator="c") for i in range(3)]
    posts = [make_post(f"p{i}", 20 * i) for i in range(60)]
    for place, post in zip((10, 25, 40), ahead, strict=True):
        posts.insert(place, post)
    reading.posts.step(post_chunk(posts))
    assert reading.posts.tally == {"read": 63}
    assert reading.posts.source.at < 60 * 20 + posts[0].created_at.timestamp()  # type: ignore[union-attr]


def test_a_platform_polled_every_ten_minutes_loses_nothing() -> None:
    """Its posts arrive in a heap, up to ten minutes late: all count, as they are inside the window."""
    reading = readers(0, SETTINGS)
    live = [(20.0 * i, make_post(f"live{i}", 20 * i)) for i in range(180)]
    polled = [(600.0 * (i // 30 + 1), make_post(f"polled{i}", 20 * i, platform="youtube")) for i in range(180)]
    arrived = sorted([*live, *polled], key=lambda item: item[0])
    runs = reading.posts.step(post_chunk([p for _, p in arrived], kafka_at=[at for at, _ in arrived]))
    told = sum(len(run.posts) for _, run in [*runs, *reading.posts.finish()])
    assert reading.posts.tally["too_late"] == 0
    assert reading.posts.tally["late"] > 100
    assert told > 0


def test_a_jump_that_others_confirm_is_believed() -> None:
    """After a hole in the stream time goes on with the second creator, or with the tenth record of one alone."""
    both, alone = readers(0, SETTINGS), readers(0, SETTINGS)
    start = [make_post("a", 0), make_post("b", 1)]
    both.posts.step(post_chunk([*start, make_post("c", 9000), make_post("d", 9001)]))
    alone.posts.step(post_chunk([*start, *(make_post(f"e{i}", 9000 + i, creator="c") for i in range(9))]))
    assert both.posts.source.at - alone.posts.source.at == 9000
    alone.posts.step(post_chunk([make_post("f", 9009, creator="c")], 11))
    assert alone.posts.source.at - both.posts.source.at == 8
