"""What comes back: a trend of yesterday is seen again, a daily regular is not, through the whole path."""

import random

import numpy as np
import pytest

from config.settings import load
from detectors.model.alerts import Alert
from detectors.model.posts import Post
from detectors.pipeline import Pipeline
from detectors.stages.decisions import Decision
from detectors.stages.posts import PostChunk
from streams import wiring
from tests.detectors.making import engagement_chunk, make_post

DAY_S = 86_400
SETTINGS = wiring.detection(
    load(
        topics={"partitions": 1},
        detection={"bucket_s": 1200, "lateness_s": 0, "trend_memory_s": 28_800, "warm_up_s": 28_800},
    )
)
WORDS = [
    f"{first}{last}" for first in ("sun", "rain", "moon", "star", "cloud", "wind") for last in ("leaf", "sea", "oak")
]
AN_HOUR = 30
"""Posts of everyday talk."""


def days(heights: list[int], seed: int = 1) -> list[Post]:
    """Everyday talk, and on each day, from noon to six, so many people an hour who speak of one thing."""
    rng = random.Random(seed)
    posts = []
    for n in range(len(heights) * 24 * AN_HOUR):
        words = " ".join(rng.sample(WORDS, 3))
        posts.append(make_post(f"b{n}", n * 3600 / AN_HOUR, words, creator=f"c{rng.randrange(5000)}"))
    for day, height in enumerate(heights):
        for n in range(6 * height):
            text = f"{rng.choice(WORDS)} glass skin serum {rng.choice(WORDS)} {n} #GlassSkin"
            posts.append(make_post(f"d{day}-{n}", day * DAY_S + DAY_S / 2 + n * 3600 / height, text))
    return sorted(posts, key=lambda post: (post.created_at, post.post_id))


def fired(heights: list[int]) -> list[tuple[int, Alert]]:
    """First notices of the trend, by day."""
    pipeline, posts, decisions = Pipeline(SETTINGS), days(heights), list[Decision]()
    for start in range(0, len(posts), 500):
        some = posts[start : start + 500]
        decisions += pipeline.posts(0, PostChunk(some, start + np.arange(len(some)), np.full(len(some), np.inf)))
        decisions += pipeline.engagements(0, engagement_chunk([], 0))
        decisions += pipeline.pause()
    decisions += pipeline.finish()
    first = posts[0].created_at
    assert first is not None
    alerts = [alert for decision in decisions for alert in decision.alerts if alert.kind == "trend"]
    return [((a.detected_at - first).days, a) for a in alerts if a.action in ("fired", "updated")]


@pytest.fixture(scope="module")
def told() -> list[tuple[int, Alert]]:
    """Three days the same, then one that is higher."""
    return fired([40, 40, 40, 150])


def test_a_trend_that_returns_is_seen_again(told: list[tuple[int, Alert]]) -> None:
    """On the day after its six hours it is as surprising as on the first: they have taught nothing."""
    first, second = (alert for day, alert in told if day in (0, 1))
    assert (first.novelty, second.novelty) == ("new", "known")
    assert second.subject == first.subject
    assert second.surprise is not None
    assert first.surprise is not None
    assert second.surprise > 0.5 * first.surprise


def test_a_daily_regular_is_no_alert(told: list[tuple[int, Alert]]) -> None:
    """From its third day on it is one; above its usual height it is told, as what comes back."""
    assert [day for day, _ in told if day == 2] == []
    assert [alert.novelty for day, alert in told if day == 3] == ["recurring"]
