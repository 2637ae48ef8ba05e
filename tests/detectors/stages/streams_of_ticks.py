"""The ticks of 18 made-up hours with planted trends and outages, as COUNT tells them, and the posts they speak of."""

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast

import msgspec
import numpy as np

from config.settings import load
from detectors import pipeline
from detectors.counts.ticks import Tick
from detectors.model.engagements import Engagement
from detectors.model.posts import Post
from detectors.stages.decide import DecideStage
from detectors.stages.decisions import Question
from detectors.stages.engagements import EngagementChunk
from detectors.stages.posts import PostChunk
from streams import codec, wiring
from streams.generator.posts import Record
from streams.generator.stream import stream
from tests.detectors.making import hash_of

PARTITIONS = 2
SETTINGS = wiring.detection(
    load(
        topics={"partitions": PARTITIONS},
        detection={"warm_up_s": 14_400, "trend_memory_s": 7200},
        series={"warm_up_buckets": 60},
    )
)


class Day(NamedTuple):
    """Ticks in the order in which they were told, and posts by source and offset."""

    ticks: list[Tick]
    posts: dict[tuple[int, int], Post | None]


class Recorder:
    """Stands where DECIDE stands, and only listens."""

    def __init__(self) -> None:
        self.ticks: list[Tick] = []

    def ready(self, tick: Tick) -> Iterator[Question]:
        """Nothing is ever complete."""
        self.ticks.append(tick)
        return iter(())


def made_day(hours: float = 18.0, posts_per_hour: float = 300.0, seed: int = 5) -> Day:
    """A day through READ and COUNT, in the order of event time, some hundred records at a time."""
    recorder, posts = Recorder(), dict[tuple[int, int], Post | None]()
    through = pipeline.Pipeline(SETTINGS)
    through._decider = cast("DecideStage", recorder)
    items = stream(hours=hours, seed=seed, start_at=1_800_000_000.0, posts_per_hour=posts_per_hour)
    while some := list(itertools.islice(items, 300)):
        for source in range(PARTITIONS):
            ours = [(topic, record) for _, topic, record in some if _source(record) == source]
            said = [msgspec.convert(record, Post) for topic, record in ours if topic == "post"]
            acts = [msgspec.convert(record, Engagement) for topic, record in ours if topic == "engagement"]
            offsets = len(posts) + np.arange(len(said))
            posts.update(zip(((source, offset) for offset in offsets.tolist()), said, strict=True))
            list(through.posts(source, PostChunk(said, offsets, np.full(len(said), np.inf))))
            at = np.arange(len(acts))
            list(through.engagements(source, EngagementChunk(acts, at, np.full(len(acts), np.inf))))
    list(through.finish())
    return Day(recorder.ticks, posts)


def _source(record: Record) -> int:
    return hash_of(str(record.get("creator_id"))) % PARTITIONS


def told(stage: DecideStage, day: Day, ticks: Iterable[Tick]) -> list[bytes]:
    """The alerts that some ticks of the day lead to, byte for byte."""
    alerts = []
    for tick in ticks:
        for question in stage.ready(tick):
            texts = {(ref.source, ref.offset): day.posts.get((ref.source, ref.offset)) for ref in question.posts}
            alerts += [codec.encode_alert(alert) for alert in stage.decide(question, texts).alerts]
    return alerts
