"""The ticks of 18 made-up hours with planted trends and outages, as COUNT tells them, and the posts they speak of."""

import itertools
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
import numpy as np

from config.settings import load
from detectors import pipeline
from detectors.counts.ticks import Tick
from detectors.model.engagements import Engagement
from detectors.model.posts import Post
from detectors.stages.decide import DecideStage
from detectors.stages.engagements import EngagementChunk
from detectors.stages.posts import PostChunk
from detectors.stages.readers import Readers
from detectors.stages.source import Outgoing
from streams import codec, wiring
from streams.generator.stream import stream
from tests.detectors.making import hash_of

PARTITIONS = 2
SETTINGS = wiring.detection(
    load(topics={"partitions": PARTITIONS}, detection={"warm_up_s": 14_400}, series={"warm_up_buckets": 60})
)


class Day(NamedTuple):
    """Ticks in the order in which they were told, and posts by source and offset."""

    ticks: list[Tick]
    posts: dict[tuple[int, int], Post | None]


def made_day(hours: float = 18.0, posts_per_hour: float = 300.0, seed: int = 5) -> Day:
    """A day through READ and COUNT, record by record in the order of event time."""
    day = Day([], {})
    readers = [pipeline.readers(n, SETTINGS) for n in range(PARTITIONS)]
    counters = [pipeline.counter(n, SETTINGS) for n in range(PARTITIONS)]
    offsets = itertools.count()
    for _, topic, record in stream(hours=hours, seed=seed, start_at=1_800_000_000.0, posts_per_hour=posts_per_hour):
        value = msgspec.json.encode(record)
        source = hash_of(str(record.get("creator_id"))) % PARTITIONS
        step = _post if topic == "post" else _engagement
        for partition, run in step(day, readers[source], source, value):
            day.ticks.extend(counters[partition].step(run, next(offsets)))
    for reader in readers:
        for partition, run in (*reader.posts.finish(), *reader.engagements.finish()):
            day.ticks.extend(counters[partition].step(run, next(offsets)))
    return day


def _post(day: Day, readers: Readers, source: int, value: bytes) -> list[Outgoing]:
    post = codec.decode_post(value, np.inf)
    assert isinstance(post, Post)
    offset = len(day.posts)
    day.posts[source, offset] = post
    out = readers.posts.step(PostChunk([post], np.array([offset]), np.array([np.inf])))
    return [*out, *readers.engagements.release()]


def _engagement(day: Day, readers: Readers, source: int, value: bytes) -> list[Outgoing]:  # noqa: ARG001
    act = codec.decode_engagement(value, np.inf)
    assert isinstance(act, Engagement)
    return readers.engagements.step(EngagementChunk([act], np.array([0]), np.array([np.inf])))


def told(stage: DecideStage, day: Day, ticks: Iterable[Tick]) -> list[bytes]:
    """The alerts that some ticks of the day lead to, byte for byte."""
    alerts = []
    for tick in ticks:
        for question in stage.ready(tick):
            texts = {(ref.source, ref.offset): day.posts.get((ref.source, ref.offset)) for ref in question.posts}
            alerts += [codec.encode_alert(alert) for alert in stage.decide(question, texts).alerts]
    return alerts
