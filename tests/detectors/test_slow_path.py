"""A slow trend, through the whole path in memory: told once in voice-hours, over once, the same in any order."""

import random
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import numpy as np
import pytest

from config.settings import load
from detectors.model.alerts import Alert
from detectors.model.posts import Post
from detectors.pipeline import Pipeline
from detectors.stages.decisions import Decision
from detectors.stages.posts import PostChunk
from detectors.subjects.columns import hash64
from streams import wiring
from tests.detectors.making import START_AT, engagement_chunk, make_post

DAY_H, HOUR_S = 24, 3600.0
PARTITIONS = 2
SETTINGS = wiring.detection(
    load(topics={"partitions": PARTITIONS}, detection={"bucket_s": 1800, "lateness_s": 0, "cell_bits": 16})
)
WORDS = [
    f"{first}{last}"
    for first in ("sun", "rain", "moon", "star", "cloud", "wind", "snow", "dew")
    for last in ("leaf", "sea", "oak", "road", "hill")
]
AN_HOUR = 20
"""Posts of everyday talk."""

BEGINS_H, ENDS_H, HOURS = 72, 108, 150
"""When more people begin to speak of it, when they end, and how long the stream is."""

NAMES = {"#glassskin", "glass skin", "skin serum", "glass", "skin", "serum"}

MORE = (1, 2, 1, 0, 3, 1)
"""People an hour while they do: too few for any hour, or any six."""


def slowly(begins: int = BEGINS_H, ends: int = ENDS_H) -> dict[int, int]:
    """Who speaks of it, by hour: now and then somebody, in between several."""
    return {h: MORE[h % 6] if begins <= h < ends else int(h % 4 == 0) for h in range(HOURS)}


def stream(heights: dict[int, int], hours: int = HOURS, seed: int = 1) -> list[Post]:
    """Everyday talk, and in some hours so many people, spread over the hour, who speak of one thing."""
    rng = random.Random(seed)
    posts = []
    for n in range(hours * AN_HOUR):
        words = " ".join(rng.sample(WORDS, 3))
        posts.append(make_post(f"b{n}", n * HOUR_S / AN_HOUR, words, creator=f"c{rng.randrange(5000)}"))
    for hour, height in heights.items():
        for n in range(height):
            own = " ".join(rng.sample(WORDS, 4))
            text = f"{own} glass skin serum #GlassSkin"
            posts.append(make_post(f"t{hour}-{n}", hour * HOUR_S + (n + 0.5) * HOUR_S / height, text))
    return sorted(posts, key=lambda post: (post.created_at, post.post_id))


def alerts_of(posts: Sequence[Post], chunk: int = 500) -> list[Alert]:
    """What is told, trends of all kinds, in order."""
    pipeline, decisions = Pipeline(SETTINGS), list[Decision]()
    offsets = [0] * PARTITIONS
    for start in range(0, len(posts), chunk):
        some = posts[start : start + chunk]
        for n in range(PARTITIONS):
            mine = [post for post in some if hash64(post.creator_id) % PARTITIONS == n]
            at = offsets[n] + np.arange(len(mine))
            decisions += pipeline.posts(n, PostChunk(mine, at, np.full(len(mine), np.inf)))
            decisions += pipeline.engagements(n, engagement_chunk([], 0))
            offsets[n] += len(mine)
        decisions += pipeline.pause()
    decisions += pipeline.finish()
    return [alert for decision in decisions for alert in decision.alerts if alert.kind == "trend"]


def slow(alerts: Sequence[Alert]) -> list[Alert]:
    """Those that count voice-hours."""
    return [alert for alert in alerts if alert.unit == "voice-hours"]


def hour_of(alert: Alert) -> float:
    """When it was told, hours after the stream's begin."""
    return (alert.detected_at.timestamp() - START_AT) / HOUR_S


@pytest.fixture(scope="module")
def told() -> list[Alert]:
    """Of the stream with a subject that grows slowly."""
    return alerts_of(stream(slowly()))


def test_a_slow_trend_is_told(told: list[Alert]) -> None:
    """Fired within its first day or so, resolved after it; no other alert speaks of it, and none of everyday talk."""
    fired, over = told
    assert slow(told) == told
    assert (fired.action, over.action, over.trend_id) == ("fired", "resolved", fired.trend_id)
    assert BEGINS_H < hour_of(fired) <= BEGINS_H + 30
    assert ENDS_H < hour_of(over) <= ENDS_H + 30
    assert fired.subject.label.lower() in NAMES
    assert fired.window.end - fired.window.start == timedelta(days=1)
    assert fired.evidence.creators >= 3
    assert all(name.startswith("t") for name in fired.evidence.post_ids)


def test_its_figures_are_those_of_the_stream(told: list[Alert]) -> None:
    """Each person counts once in each hour: here every post is of another."""
    fired = told[0]
    end = round(hour_of(fired))
    heights = slowly()
    assert fired.observed == sum(heights[hour] for hour in range(end - DAY_H, end))
    before = sum(heights[hour] for hour in range(end - DAY_H)) / (end - DAY_H) * DAY_H
    assert fired.expected == pytest.approx(before, rel=0.15)


def test_no_order_of_arrival_changes_a_byte(told: list[Alert]) -> None:
    """Other chunks, the partitions served in turn."""
    assert msgspec.json.encode(alerts_of(stream(slowly()), chunk=61)) == msgspec.json.encode(told)
