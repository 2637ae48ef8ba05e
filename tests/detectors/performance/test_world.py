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
