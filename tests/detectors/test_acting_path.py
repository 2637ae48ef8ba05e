"""Who comments or shares, through the whole path: told with a trend, and never the reason of one."""

from collections.abc import Sequence

import pytest

from detectors.model.alerts import Alert
from detectors.model.engagements import Engagement
from tests.detectors.making import at, make_engagement
from tests.detectors.test_pipeline import Record, planted, played, stream, time_of, trend_alerts


def acts() -> list[Engagement]:
    """Each planted post is liked twice, commented on by three people, and its author by the next one's author."""
    found: list[Engagement] = []
    posts = planted()
    for i, post in enumerate(posts):
        seconds = (post.created_at.timestamp() if post.created_at else 0.0) - at(0).timestamp()
        about = {"post_id": post.post_id, "creator_id": post.creator_id}
        found.append(make_engagement(f"l{i}", seconds + 1, count=2, **about))
        found += [
            make_engagement(f"c{i} {n}", seconds + 2, "comment", actor_id=f"fan {3 * i + n}", **about) for n in range(3)
        ]
        found.append(make_engagement(f"s{i}", seconds + 3, "share", actor_id=posts[i - 1].creator_id, **about))
    return found


def alerts_of(records: Sequence[Record]) -> list[Alert]:
    """About trends, of records in the order of their times."""
    return trend_alerts(played(sorted(records, key=time_of)))


@pytest.fixture(scope="module")
def told() -> list[Alert]:
    """Of the stream with the planted trend and the acts on its posts."""
    return alerts_of([*stream(), *acts()])


def test_what_a_trend_draws_is_told_exactly(told: list[Alert]) -> None:
    """Six engagements a person; three people a post who comment; an author who shares is a voice already."""
    first = told[0]
    written = [p for p in planted() if p.created_at and p.created_at < first.window.end]
    whole = [act for act in acts() if act.at < first.window.end]
    assert first.engagement_per_voice == round(sum(act.count for act in whole) / len(written), 3)
    authors = {post.creator_id for post in written}
    fans = {act.actor_id for act in whole if act.actor_id} - authors
    assert first.engaged
    assert (first.engaged.acting, first.observed) == (len(fans), len(authors))
    assert 0 < first.engaged.usual_per_voice < 2
    assert {d.value for d in first.drivers if d.dimension == "engagement"} == {"comments_and_shares", "above_usual"}
    assert "more people comment or share" in first.explanation.en


def test_acts_change_no_figure_of_a_burst(told: list[Alert]) -> None:
    """When it is found, how many voices, how many were expected, how surprising: the same as without them."""
    without = alerts_of(stream())
    assert [(a.detected_at, a.observed, a.expected, a.surprise) for a in told if a.action in ("fired", "resolved")] == [
        (a.detected_at, a.observed, a.expected, a.surprise) for a in without if a.action in ("fired", "resolved")
    ]
    assert {a.severity for a in without} < {a.severity for a in told}


def test_a_post_that_everybody_comments_on_makes_no_trend() -> None:
    """Five hundred people in five minutes: that is one voice, and its words are one person's."""
    crowd = [
        make_engagement(f"x{n}", 60 * 70 + n / 2, kind, actor_id=f"fan {n}", post_id="b410", creator_id="c")
        for n, kind in enumerate(["comment", "share"] * 250)
    ]
    assert alerts_of([*stream(trend=False), *crowd]) == []
