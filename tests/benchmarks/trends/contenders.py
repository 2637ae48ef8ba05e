"""One made-up stream through READ and COUNT, and its ticks to several that decide: the product's DECIDE, and others."""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from config.settings import load
from detectors import pipeline
from detectors.counts.ticks import PostRef, Tick
from detectors.model.posts import Post
from detectors.stages.decisions import Decision
from detectors.stages.source import Outgoing
from streams import wiring
from tests.benchmarks.trends.stories import Stories, evidence
from tests.benchmarks.trends.verdict import Shown
from tests.benchmarks.trends.world import World

KEPT_S = 8 * 3600.0
"""Texts can be asked for so long, seconds of event time."""


class Log:
    """The last posts, as Kafka would give them again."""

    def __init__(self) -> None:
        self._posts: dict[tuple[int, int], Post] = {}

    def add(self, partition: int, offset: int, post: Post) -> None:
        """Keep a post."""
        self._posts[partition, offset] = post

    def forget(self, before: float) -> None:
        """Let go of posts older than this, epoch seconds."""
        old = list(itertools.takewhile(lambda place: _at(self._posts[place]) < before, self._posts))
        for place in old:
            del self._posts[place]

    def texts(self, refs: Iterable[PostRef]) -> dict[tuple[int, int], Post | None]:
        """The posts at these places."""
        return {(ref.source, ref.offset): self._posts.get((ref.source, ref.offset)) for ref in refs}

    def post_id(self, place: tuple[int, int]) -> str:
        """The id of the post at a place."""
        return self._posts[place].post_id


class Contender(Protocol):
    """Something that decides by ticks."""

    def step(self, ticks: list[Tick], log: Log) -> Iterator[Shown]:
        """The ticks of all partitions for one bucket -> what it fires."""
        ...


class Product:
    """DECIDE, with its defaults but for the false share."""

    def __init__(self, false_share: float) -> None:
        self._decider = pipeline.decider(_settings(false_share=false_share))

    def step(self, ticks: list[Tick], log: Log) -> Iterator[Shown]:
        """As `Pipeline` hands ticks on."""
        for tick in ticks:
            for question in self._decider.ready(tick):
                yield from fired([self._decider.decide(question, log.texts(question.posts))])


class BurstAlone:
    """COUNT's candidates under a p, grouped by their posts: neither control nor coherence."""

    def __init__(self, p: float) -> None:
        self._least = -math.log10(p)
        settings = _settings()
        self._bucket_s, self._size = settings.read.bucket_s, settings.decide.evidence_posts
        self._stories = Stories(round(settings.decide.trend_memory_s / self._bucket_s))

    def step(self, ticks: list[Tick], log: Log) -> Iterator[Shown]:
        """Tell every group that is news."""
        bucket = ticks[0].bucket
        loud = [c for tick in ticks for c in tick.candidates if c.surprise > self._least]
        for group in self._stories.step(bucket, loud):
            yield Shown((bucket + 1) * self._bucket_s, [log.post_id(place) for place in evidence(group, self._size)])


class Told(NamedTuple):
    """Fired trend alerts by contender, and the fewest subjects tracked in a judged bucket."""

    alerts: dict[str, list[Shown]]
    tracked: int


def watch(world: World, contenders: Mapping[str, Contender]) -> Told:
    """Let everyone see the same stream."""
    settings, log = _settings(), Log()
    alerts: dict[str, list[Shown]] = {name: [] for name in contenders}
    tracked = []
    for ticks in _ticks(world, settings, log):
        end_at = (ticks[0].bucket + 1) * settings.read.bucket_s
        log.forget(end_at - KEPT_S)
        if end_at > world.judged_from:
            tracked.append(sum(tick.tracked for tick in ticks))
        for name, contender in contenders.items():
            alerts[name] += contender.step(ticks, log)
    return Told(alerts, min(tracked))


def _settings(**detection: float) -> pipeline.Settings:
    """One partition: what is found is the same, at half the cost."""
    return wiring.detection(load(topics={"partitions": 1}, detection=detection))


def fired(decisions: Iterable[Decision]) -> Iterator[Shown]:
    """The fired trend alerts of the whole stream."""
    for decision in decisions:
        for alert in decision.alerts:
            if (alert.kind, alert.action, alert.scope) == ("trend", "fired", "all"):
                yield Shown(alert.detected_at.timestamp(), alert.evidence.post_ids if alert.evidence else ())


def _ticks(world: World, settings: pipeline.Settings, log: Log) -> Iterator[list[Tick]]:
    """The ticks of all partitions, bucket by bucket."""
    readers = [pipeline.readers(n, settings) for n in range(settings.partitions)]
    counters = [pipeline.counter(n, settings) for n in range(settings.partitions)]
    waiting: dict[int, list[Tick]] = {}
    offsets = itertools.count()

    def pass_on(runs: Iterable[Outgoing]) -> Iterator[list[Tick]]:
        for partition, run in runs:
            for tick in counters[partition].step(run, next(offsets)):
                waiting.setdefault(tick.bucket, []).append(tick)
                if len(waiting[tick.bucket]) == settings.partitions:
                    yield waiting.pop(tick.bucket)

    for partition, chunk in world.chunks(settings.partitions):
        for post, offset in zip(chunk.posts, chunk.offsets.tolist(), strict=True):
            log.add(partition, offset, post)
        reader = readers[partition]
        yield from pass_on([*reader.posts.step(chunk), *reader.engagements.source.beat()])  # nobody engages here


def _at(post: Post) -> float:
    return post.created_at.timestamp() if post.created_at else -math.inf
