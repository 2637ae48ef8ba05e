"""New here though old elsewhere, along the whole path: a hashtag that other communities have long used reaches one."""

import random
from collections.abc import Iterable, Sequence

import msgspec
import pytest

from detectors.counts.marking import Dimension
from detectors.model.alerts import Alert
from detectors.model.posts import Post
from detectors.pipeline import Pipeline
from detectors.stages.decisions import Decision
from detectors.subjects.columns import hash64
from tests.detectors.making import at, make_delete, make_post, pipeline_settings, post_chunk

MINUTES = 150
NEWS_AT = 60 * 120
COMMUNITIES = ("skincare", "gym", "travel", "home")
STEMS = ("sun", "rain", "moon", "star", "cloud", "wind", "snow", "sea")
WORDS = [f"{first}{last}" for first in STEMS for last in STEMS]
SCOPES: tuple[Dimension, ...] = ("community", "tier", "platform")


def person(i: int) -> dict[str, object]:
    """The community, platform and followers of a creator."""
    return {
        "communities": (COMMUNITIES[i % 4],),
        "platform": ("tiktok", "instagram", "x")[i // 4 % 3],
        "followers": (500, 5_000, 50_000)[i // 12 % 3],
    }


def said(name: str, seconds: float, who: int, text: str, **fields: object) -> Post:
    """A post of a creator, in the creator's community unless another is named."""
    return make_post(name, seconds, text, f"c{who}", **(person(who) | fields))


def everyday(rng: random.Random) -> Iterable[Post]:
    """Everyday talk of 400 people; #glowup is a habit of all communities but gym."""
    for i in range(8 * MINUTES):
        who = rng.randrange(400)
        words = " and ".join(rng.sample(WORDS, 12))
        habit = who % 4 != 1 and rng.random() < 0.3
        yield said(f"b{i}", 7.5 * i, who, f"serum routine #glowup {words}" if habit else words)


def reaching(who: Sequence[int], **fields: object) -> list[Post]:
    """People who take up #glowup within five minutes, each in words of their own."""
    rng = random.Random(9)
    texts = [f"serum routine #glowup {' and '.join(rng.sample(WORDS, 12))}" for _ in who]
    return [said(f"n{i}", NEWS_AT + 12 * i, one, texts[i], **fields) for i, one in enumerate(who)]


GYM = range(1, 81, 4)
"""Twenty people of the gym community, on all platforms and of all tiers."""


def played(
    news: Iterable[Post], *, partitions: int = 1, scopes: tuple[Dimension, ...] = SCOPES, seed: int = 1
) -> list[Decision]:
    """Every decision about everyday talk and some news."""
    posts = sorted(
        [*everyday(random.Random(seed)), *news],
        key=lambda post: (str(post.created_at or post.deleted_at), post.post_id),
    )
    pipeline, decided, read = Pipeline(pipeline_settings(partitions, scopes)), list[Decision](), [0] * partitions
    for start in range(0, len(posts), 40):
        for partition in range(partitions):
            mine = [p for p in posts[start : start + 40] if hash64(p.creator_id) % partitions == partition]
            decided += pipeline.posts(partition, post_chunk(mine, read[partition])) if mine else ()
            read[partition] += len(mine)
    return [*decided, *pipeline.finish()]


def told(decisions: Iterable[Decision]) -> list[Alert]:
    """The alerts about trends."""
    return [alert for decision in decisions for alert in decision.alerts if alert.kind == "trend"]


def test_a_trend_of_a_segment_whose_posts_are_deleted_is_retracted() -> None:
    """Not over, but taken back; the alert says how many of its posts were deleted."""
    news = reaching(GYM)
    taken_back = [(i, post) for i, post in enumerate(news) if i % 15]
    deleted = [
        msgspec.structs.replace(make_delete(p.post_id, NEWS_AT + 500 + i, p.creator_id), platform=p.platform)
        for i, p in taken_back
    ]
    alerts = [alert for alert in told(played([*news, *deleted])) if alert.scope == "community:gym"]

    assert [alert.action for alert in alerts] == ["fired", "retracted"]
    assert alerts[-1].integrity.deleted_share == 0.9
    assert alerts[-1].observed == 2


@pytest.fixture(scope="module")
def gym() -> list[Decision]:
    """#glowup reaches the gym community."""
    return played(reaching(GYM))


def test_what_is_old_elsewhere_is_told_where_it_is_new(gym: list[Decision]) -> None:
    """Once, of its community, with the people there and what was to be expected there."""
    (fired,) = [alert for alert in told(gym) if alert.action == "fired"]
    assert fired.scope == "community:gym"
    assert fired.subject.label == "#glowup"
    assert fired.dedup_key == f"default|community:gym|{fired.trend_id}"
    assert at(NEWS_AT) < fired.detected_at <= at(NEWS_AT + 300)
    new = [post for post in reaching(GYM) if post.created_at and post.created_at < fired.detected_at]
    assert fired.observed == len(new)
    assert fired.expected is not None
    assert fired.expected < 3  # nobody there so far; two windows' worth of what is usual everywhere
    assert "in community gym" in fired.explanation.en
    assert "dans la communauté gym" in fired.explanation.fr
    assert set(fired.evidence.post_ids) <= {post.post_id for post in new}


def test_people_are_not_told_twice_of_its_segments(gym: list[Decision]) -> None:
    """The same people are of tiers and platforms too: one topic of talk, one trend, one end."""
    assert [alert.action for alert in told(gym)] == ["fired", "resolved"]
    assert {alert.dedup_key for alert in told(gym)} == {told(gym)[0].dedup_key}


def test_without_declared_dimensions_only_everybody_counts() -> None:
    """The same stream has nothing to tell of everybody."""
    assert told(played(reaching(GYM), scopes=())) == []


def test_what_is_new_everywhere_is_one_trend_of_all() -> None:
    """It bursts in every segment: it is told once, of everybody."""
    everywhere = [
        said(p.post_id, 20 * i + NEWS_AT, 7 * i, p.text.replace("#glowup", "#newcomer"))
        for i, p in enumerate(reaching(range(30)))
    ]
    (fired,) = [alert for alert in told(played(everywhere)) if alert.action == "fired"]
    assert fired.scope == "all"
    assert fired.dedup_key == f"default|all|{fired.trend_id}"


def test_a_trend_of_a_segment_goes_on_as_one_of_all() -> None:
    """First the gym takes it up, a little later so many of all that it is news everywhere: an update, under its key."""
    rest = [n for n in range(2, 240, 3) if n % 4 != 1]
    later = [msgspec.structs.replace(p, post_id=f"l{i}") for i, p in enumerate(reaching(rest))]
    later = [msgspec.structs.replace(p, created_at=at(NEWS_AT + 320 + 3 * i)) for i, p in enumerate(later)]
    alerts = told(played([*reaching(GYM), *later]))
    first = alerts[0]
    assert (first.action, first.scope) == ("fired", "community:gym")
    wider = [alert for alert in alerts if alert.scope == "all"]
    assert wider
    assert wider[0].action in ("updated", "escalated")
    assert {alert.dedup_key for alert in alerts} == {first.dedup_key}
    assert [alert.revision for alert in alerts] == list(range(1, len(alerts) + 1))


@pytest.mark.parametrize("tag", ["#glowup", "#newcomer"])
@pytest.mark.parametrize(("people", "named"), [(9, False), (12, True)])
def test_a_segment_of_nine_creators_is_never_named(tag: str, people: int, named: bool) -> None:
    """Neither as a scope, nor as who carries a trend, nor as where it began; of a dozen it is."""
    club = [
        msgspec.structs.replace(p, communities=("club",), text=p.text.replace("#glowup", tag))
        for p in reaching(range(1, 1 + 4 * people, 4))
    ]
    earlier = [
        said(f"e{i}", 600 + 60 * i, 1 + 4 * (i % people), WORDS[i % 64], communities=("club",)) for i in range(90)
    ]
    decisions = played([*club, *earlier])
    written = [msgspec.json.encode(record) for d in decisions for record in (*d.alerts, *d.trends.values()) if record]
    assert any(b"club" in record for record in written) is named


def test_partitions_do_not_matter(gym: list[Decision]) -> None:
    """Segments and pairs are exact over any number of sources and shares."""
    three = told(played(reaching(GYM), partitions=3))
    said_of = [(a.action, a.scope, a.subject, a.observed, a.detected_at, a.drivers, a.origin) for a in told(gym)]
    assert [(a.action, a.scope, a.subject, a.observed, a.detected_at, a.drivers, a.origin) for a in three] == said_of
    assert [a.expected for a in three] == pytest.approx([a.expected for a in told(gym)], abs=0.01)
