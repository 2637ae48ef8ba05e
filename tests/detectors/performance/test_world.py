"""A made-up week: where nothing outperforms next to nothing is told, and what outperforms is."""

import numpy as np
import pytest

from tests.detectors.performance.world import DAY, Made, World, ordinary, played

DAYS, CREATORS = 6, 100
SHARE = 0.2
"""Ten times more false alerts than a user would choose, so that a week of them can be counted."""

TIMES = 40
PLANTED = range(3 * DAY, (DAYS - 1) * DAY, DAY // 3)
"""Buckets in which somebody's post gets so many times the usual: few, for where they are many they are usual."""


def planted(posts: list[Made]) -> list[Made]:
    """The first ordinary post of each of these buckets outperforms, and no more than that."""
    first = {post.bucket: post for post in reversed(posts)}
    numbers = {first[bucket].number for bucket in PLANTED if bucket in first}
    usual = {post.creator: 0.0 for post in posts}
    for creator in usual:
        usual[creator] = float(np.median([post.likes for post in posts if post.creator == creator]))
    return [
        post._replace(likes=int(TIMES * max(usual[post.creator], 5.0))) if post.number in numbers else post
        for post in posts
    ]


@pytest.mark.parametrize("heavy", [False, True])
def test_calm_days_bring_few_alerts(heavy: bool) -> None:
    """At most q / (1 - q) a day, on average; also where a few posts have most of the engagement, as usual there."""
    world = World(false_share=SHARE)
    rng = np.random.default_rng(11)
    alerts = played(world, ordinary(rng, days=DAYS, creators=CREATORS, spread=0.7, heavy=heavy), days=DAYS)
    fired = [alert for alert in alerts if alert.action == "fired"]
    most = SHARE / (1 - SHARE) * (DAYS + 1)
    assert len(fired) <= most + 3 * most**0.5
    compared = sum(kind.posts for _, said in world.said for kind in said.kinds)
    beyond = sum(kind.beyond for _, said in world.said for kind in said.kinds)
    assert compared > 1000
    assert 0 < beyond / compared < 0.15  # scores are about standard


def test_what_outperforms_is_told() -> None:
    """Most of what is planted, each once; among what is told hardly anything else."""
    posts = planted(ordinary(np.random.default_rng(12), days=DAYS, creators=3 * CREATORS, spread=0.5))
    alerts = played(World(), posts, days=DAYS)
    fired = [int(alert.subject.id.removeprefix("post ")) for alert in alerts if alert.action == "fired"]
    first = {post.bucket: post.number for post in reversed(posts)}
    hits = {first[bucket] for bucket in PLANTED if bucket in first}
    assert len(fired) == len(set(fired))
    assert len(hits) >= 5
    assert len(hits & set(fired)) >= len(hits) / 2
    assert len(set(fired) - hits) <= 1


def test_what_stood_out_is_told_again_after_its_day() -> None:
    """Once each, with all that it drew; and before, what is usual by then and what it drew at the age before."""
    made = {post.number: post for post in ordinary(np.random.default_rng(13), days=4, creators=60, spread=1.0)}
    world = World()
    played(world, made.values(), days=4)
    sent = {(post.post_id, post.age): (bucket, post) for bucket, said in world.said for post in said.standouts}
    days = [(bucket, day) for bucket, said in world.said for day in said.days]
    young = {post_id for post_id, age in sent if age < 2}
    assert {day.post_id for _, day in days} == young
    assert len(days) == len(young) >= 10
    for bucket, day in days:
        assert day.observed == pytest.approx(made[day.post_id].likes, rel=0.01)  # some likes come later
        assert (day.made, bucket) == (made[day.post_id].bucket, day.made + DAY - 1)
    for (post_id, age), (bucket, post) in sent.items():
        assert (post.day is not None) == (age < 2 and bucket > 1.5 * DAY)
        if age and (post_id, age - 1) in sent:
            assert post.before == sent[post_id, age - 1][1].observed
        if post.day is not None:
            assert post.expected <= post.day < 10 * post.expected
