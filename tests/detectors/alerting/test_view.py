"""What the records say about a trend: evidence, names, figures, drivers."""

from collections.abc import Sequence

import msgspec
import pytest
from scipy.stats import nbinom

from detectors.alerting.view import MayName, Rule, View, expected_range, growth_of, origin_of, view_of
from detectors.counts.draws import Drawn
from detectors.counts.ticks import Candidate, Look
from detectors.model.alerts import Driver, Integrity, Origin, SubjectName
from detectors.model.engaged import Engaged
from detectors.model.posts import Post
from detectors.trends.lifecycle import Pace
from detectors.trends.trend import OpenTrend
from detectors.trends.words import Rates
from tests.detectors.making import BUCKET_S, FIRST, START_AT, at, key_of, make_candidate, make_post

RULE = Rule(
    bucket_s=BUCKET_S,
    window_s=10 * BUCKET_S,
    long_window_s=60 * BUCKET_S,
    r_max=20.0,
    config_digest="d",
    evidence_posts=5,
)
PACE = Pace(window=10, calm=10)
INTEGRITY = Integrity(effective_voices=4.0, flags=("copies",))
GLASS = "glass skin serum #GlassSkin"


def trend_of(posts: Sequence[Post | None], *more: Candidate, observed: int = 6) -> OpenTrend:
    """A trend that was discovered at the close of FIRST, of posts whose offset is their place."""
    numbers = range(len(posts))
    group = [make_candidate("glassskin", numbers, "hashtag", observed=observed, expected=0.12345), *more]
    trend = OpenTrend("t1", FIRST, group)
    trend.take(FIRST, group, {(0, i): post for i, post in enumerate(posts)})
    trend.choose_leader()
    trend.measure(FIRST, group[0], PACE)
    return trend


def anywhere(_: str) -> bool:
    """Every segment has people enough."""
    return True


def seen(trend: OpenTrend, rule: Rule = RULE, may_name: MayName = anywhere) -> View:
    """The view of a trend."""
    return view_of(trend, Rates(), rule, INTEGRITY, may_name)


POSTS = [make_post(f"p{i}", i, GLASS) for i in range(4)]


def test_the_window_ends_with_the_bucket() -> None:
    """The bucket whose closing raised it, and the window before."""
    view = seen(trend_of(POSTS))
    assert (view.window.start, view.window.end) == (at(-540), at(60))
    assert view.window.end.timestamp() == START_AT + BUCKET_S


def test_a_slow_trend_shows_the_long_window() -> None:
    """Where the last hour alone is no news, until it is over."""
    slow = Look(9, 0.5, 0.2, 7.0, (), 9)
    trend = trend_of(POSTS, observed=1)
    trend.subjects[trend.leader] = msgspec.structs.replace(trend.subjects[trend.leader], long=slow)
    view = seen(trend)
    assert (view.observed, view.expected, view.surprise) == (9.0, 0.5, 7.0)
    assert (view.window.start, view.window.end) == (at(-3540), at(60))
    trend.end()
    assert (seen(trend).observed, seen(trend).window.start) == (1.0, at(-540))
    loud = trend_of(POSTS, observed=8)
    loud.subjects[loud.leader] = msgspec.structs.replace(loud.subjects[loud.leader], long=slow)
    assert seen(loud).observed == 8.0


def test_what_its_posts_draw_is_told_beside_its_voices() -> None:
    """Engagement per voice, what is usual, and both as drivers behind kinds of people; not of the long window."""
    trend, usual = trend_of(POSTS), Drawn(50, 100, 10)
    assert (seen(trend).engagement_per_voice, seen(trend).engaged) == (None, msgspec.UNSET)
    trend.subjects[trend.leader] = msgspec.structs.replace(trend.subjects[trend.leader], drawn=Drawn(12, 6, 3))
    view = view_of(trend, Rates(), RULE, INTEGRITY, anywhere, usual=usual)
    assert (view.observed, view.engagement_per_voice, view.engaged) == (6.0, 2.0, Engaged(3, 0.5))
    assert [(d.dimension, d.value, d.share) for d in view.drivers] == [
        ("platform", "tiktok", 1.0),
        ("engagement", "comments_and_shares", 0.333),
        ("engagement", "above_usual", 0.75),
    ]
    slow = trend_of(POSTS, observed=1)
    looked = msgspec.structs.replace(trend.subjects[trend.leader], long=Look(9, 0.5, 0.2, 7.0, (), 9))
    slow.subjects[slow.leader] = looked
    assert view_of(slow, Rates(), RULE, INTEGRITY, anywhere, usual=usual).engagement_per_voice is None


def test_the_onset_is_the_first_post_seen() -> None:
    """Or the window's end, where no post can be read."""
    assert seen(trend_of([POSTS[3], POSTS[1]])).onset_at == at(1)
    assert seen(trend_of([None])).onset_at == at(60)


def test_evidence_shows_the_centre_first() -> None:
    """The posts whose words are most the trend's; what cannot be read is counted."""
    outlier = make_post("odd", 5, "GLASS window repair tools garage #GlassSkin")
    view = seen(trend_of([outlier, *POSTS, None]))
    assert set(view.evidence.post_ids[:4]) == {"p0", "p1", "p2", "p3"}
    assert (view.evidence.post_ids[4], view.evidence.posts, view.evidence.missing) == ("odd", 5, 1)


def test_evidence_shows_many_people() -> None:
    """One post an author comes before the second of any."""
    trend = trend_of([make_post(f"p{i}", i, GLASS, creator="c") for i in range(6)])
    for post, author in zip(trend.seen.values(), [1, 1, 1, 1, 2, 3], strict=True):
        post.ref = post.ref.__class__(0, post.ref.offset, post.ref.post_id, author)
    assert seen(trend).evidence.post_ids[:3] == ("p0", "p4", "p5")


def test_evidence_is_bounded() -> None:
    """As many posts as the rule says, by so many creators."""
    view = seen(trend_of([make_post(f"p{i}", i, GLASS) for i in range(9)]))
    assert (view.evidence.posts, view.evidence.creators, len(view.evidence.post_ids)) == (5, 5, 5)


def test_the_leader_is_named_as_people_spell_it() -> None:
    """The others follow by size."""
    trend = trend_of(POSTS, make_candidate("skin", range(4), observed=3), make_candidate("serum", range(4), observed=4))
    view = seen(trend)
    assert view.subject == SubjectName("hashtag", "glassskin", "#GlassSkin")
    assert [member.label for member in view.members] == ["serum", "skin"]


def test_a_trend_without_a_readable_post_has_a_name() -> None:
    """It says that its posts are gone, and its key."""
    view = seen(trend_of([None, None]))
    assert view.subject == SubjectName(
        "unknown", f"{key_of('glassskin', 'hashtag'):016x}", "(its posts can no longer be read)"
    )
    assert view.drivers == ()
    assert view.integrity == INTEGRITY


def test_drivers_are_shares_of_authors() -> None:
    """What 30 % and more have in common, the platform last: it seldom explains anything."""
    fields = [{"communities": ("skincare",), "followers": 5_000}] * 3 + [{"communities": ("gym",), "language": "fr"}]
    posts = [make_post(f"p{i}", i, GLASS, **field) for i, field in enumerate(fields)]  # type: ignore[arg-type]
    assert seen(trend_of(posts)).drivers == (
        Driver("community", "skincare", 0.75),
        Driver("tier", "nano", 0.75),
        Driver("platform", "tiktok", 1.0),
    )


def test_it_began_where_the_first_post_was_written() -> None:
    """In its community, of several that which others name too; else on its platform; unknown if no post is read."""
    later = make_post("p9", 9, GLASS, communities=("gym",))
    first = make_post("p0", 0, GLASS, communities=("skincare", "beauty"))
    assert origin_of(trend_of([later, first]), anywhere) == Origin("community", "beauty")
    assert origin_of(
        trend_of([first, *[make_post("p3", 3, GLASS, communities=("skincare",))] * 2]), anywhere
    ) == Origin("community", "skincare")
    assert origin_of(trend_of([later, *POSTS]), anywhere) == Origin("platform", "tiktok")
    assert origin_of(trend_of([None]), anywhere) is None


def test_a_segment_of_few_people_is_not_named() -> None:
    """Neither as where it began nor as who carries it; and its own scope is no driver of a trend."""
    posts = [make_post(f"p{i}", i, GLASS, communities=("beauty", "skincare")) for i in range(4)]
    trend = trend_of(posts)
    view = seen(trend, may_name=lambda scope: scope != "community:beauty")
    assert view.origin == Origin("community", "skincare")
    assert view.drivers == (Driver("community", "skincare", 1.0), Driver("platform", "tiktok", 1.0))
    assert origin_of(trend, lambda scope: not scope.startswith("community")) == Origin("platform", "tiktok")
    assert origin_of(trend, lambda _: False) is None
    trend.scope = "community:skincare"
    assert seen(trend).drivers == (Driver("community", "beauty", 1.0), Driver("platform", "tiktok", 1.0))


def test_figures_are_rounded_for_the_record() -> None:
    """The same bytes on every processor."""
    view = seen(trend_of(POSTS))
    assert (view.observed, view.expected, view.surprise) == (6.0, 0.123, 9.0)


def grown(*observed: int) -> OpenTrend:
    """A trend with these voices bucket by bucket."""
    trend = OpenTrend("t", FIRST, [make_candidate("glass")])
    for bucket, n in enumerate(observed, FIRST):
        trend.measure(bucket, make_candidate("glass", observed=n), PACE)
    return trend


def test_growth_is_voices_an_hour_over_half_a_window() -> None:
    """Five buckets of a minute: 10 voices more are 120 an hour; doubling at the pace of (n + 5)."""
    growth, doubling = growth_of(grown(5, 6, 7, 8, 9, 15), RULE)
    assert growth == 120.0
    assert doubling == pytest.approx(5 / 60, abs=1e-3)


@pytest.mark.parametrize(
    ("observed", "growth"), [((5, 6, 7, 8, 9), None), ((9, 9, 9, 9, 9, 9), 0.0), ((9, 8, 7, 6, 5, 4), -60.0)]
)
def test_what_does_not_grow_does_not_double(observed: tuple[int, ...], growth: float | None) -> None:
    """Too little history is unknown; a fall has no doubling time."""
    assert growth_of(grown(*observed), RULE) == (growth, None)


@pytest.mark.parametrize("mean", [0.01, 0.5, 4.0, 300.0])
def test_the_range_holds_95_percent(mean: float) -> None:
    """Of the predictive distribution: below it at most 2.5 %, above it at most 2.5 %."""
    low, high = expected_range(mean, 20.0)
    shape = min(max(mean, 0.05), 20.0)
    distribution = nbinom(shape, shape / (shape + mean))
    assert distribution.cdf(low - 1) <= 0.025 <= distribution.cdf(low)
    assert distribution.sf(high) <= 0.025 <= distribution.sf(high - 1)
