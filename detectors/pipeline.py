"""The main path, in one process: read -> count -> decide.

Faust, replay, backtest and tests drive these same objects:

    posts, engagements of partition n --PostReader, EngagementReader--> runs   (one a bucket and destination)
    runs of all partitions            --CountStage---------------------> ticks  (one a bucket)
    ticks of all shares               --DecideStage--------------------> alerts, open trends
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from detectors.anomalies.judge import SeriesJudge
from detectors.counts.marking import Dimension
from detectors.counts.runs import Run
from detectors.counts.ticks import PostRef, Tick
from detectors.model.posts import Post
from detectors.outlook.outlook import Outlook
from detectors.performance.judge import OVER_S
from detectors.stages.count import CountStage
from detectors.stages.count_settings import CountSettings
from detectors.stages.decide import DecideStage
from detectors.stages.decide_settings import DecideSettings
from detectors.stages.decisions import Decision
from detectors.stages.engagements import EngagementChunk
from detectors.stages.posts import PostChunk
from detectors.stages.readers import Readers
from detectors.stages.source import Outgoing


class ReadSettings(NamedTuple):
    """See config/settings.py for units, ranges and defaults."""

    bucket_s: float
    window_s: float
    lateness_s: float
    words: bool
    memory_s: float
    memory_size: int
    history_posts: int
    scopes: tuple[Dimension, ...] = ()


class JudgeSettings(NamedTuple):
    """See config/settings.py for units, ranges and defaults."""

    false_alerts_per_day: float
    warm_up_buckets: int
    silence_buckets: int


@dataclass(frozen=True)
class Settings:
    """Everything that detection depends on.

    Attributes:
        prepared: what the models of forecasts know when nothing is saved yet, see `Outlook.learned`; empty: nothing.
    """

    partitions: int
    read: ReadSettings
    count: CountSettings
    decide: DecideSettings
    judge: JudgeSettings
    prepared: Mapping[str, bytes] = field(default_factory=dict)


def readers(partition: int, settings: Settings) -> Readers:
    """READ of one partition."""
    s = settings.read
    return Readers(
        partition=partition,
        partitions=settings.partitions,
        bucket_s=s.bucket_s,
        window_s=s.window_s,
        lateness_s=s.lateness_s,
        words=s.words,
        memory_s=s.memory_s,
        memory_size=s.memory_size,
        history_posts=s.history_posts,
        scopes=s.scopes,
    )


def counter(partition: int, settings: Settings) -> CountStage:
    """COUNT of one share of the subjects."""
    return CountStage(partition=partition, partitions=settings.partitions, settings=settings.count)


def decider(settings: Settings, saved: Mapping[str, bytes] | None = None) -> DecideStage:
    """DECIDE: there is one.

    Args:
        saved: its snapshot, to go on from; None: there is none, it begins with the models that were prepared.
    """
    judge = SeriesJudge(
        bucket_s=settings.read.bucket_s,
        false_alerts_per_day=settings.judge.false_alerts_per_day,
        warm_up_buckets=settings.judge.warm_up_buckets,
        silence_buckets=settings.judge.silence_buckets,
    )
    stage = DecideStage(partitions=settings.partitions, settings=settings.decide, judge=judge)
    if saved is not None:
        stage.restore(saved)
    elif settings.prepared:
        stage.outlook.begin_with(settings.prepared)
    return stage


class Counters(Protocol):
    """COUNT of all partitions, wherever it runs."""

    def step(self, partition: int, run: Run, offset: int) -> Iterable[Tick]:
        """Give a run to a partition -> ticks, of this run or of earlier ones; of each partition in their order."""

    def settle(self) -> Iterable[Tick]:
        """All ticks that are still to come of the runs so far."""


class CountersHere:
    """In this process: the ticks of a run come at once."""

    def __init__(self, settings: Settings) -> None:
        self._counters = [counter(n, settings) for n in range(settings.partitions)]

    def step(self, partition: int, run: Run, offset: int) -> Iterable[Tick]:
        """See Counters."""
        return self._counters[partition].step(run, offset)

    def settle(self) -> Iterable[Tick]:
        """See Counters."""
        return ()


SILENT_S = 6 * 3600.0
"""A partition this far behind the others, in seconds of event time, is taken to be idle: a file has no wall clock."""


class Pipeline:
    """All partitions of all stages, handing values on in memory.

    Args:
        settings: what detection depends on; the same settings and records give the same decisions as through Kafka.
        counters: COUNT; None: in this process. Decisions do not depend on it, only when they come.
    """

    def __init__(self, settings: Settings, counters: Counters | None = None) -> None:
        self._settings = settings
        self._readers = [readers(n, settings) for n in range(settings.partitions)]
        self._counters = counters or CountersHere(settings)
        self._offsets = itertools.count()
        self._decider = decider(settings)
        self._posts: dict[tuple[int, int], Post] = {}
        self._names: dict[tuple[int, int], Post] = {}
        self._reached_at = -math.inf
        self._beaten_at = -math.inf

    def posts(self, partition: int, chunk: PostChunk) -> Iterator[Decision]:
        """Take consecutive posts of one partition."""
        for post, offset in zip(chunk.posts, chunk.offsets.tolist(), strict=True):
            self._posts[partition, offset] = post
        reader = self._readers[partition]
        yield from self._pass_on(reader.posts.step(chunk))
        yield from self._pass_on(reader.engagements.release())

    def engagements(self, partition: int, chunk: EngagementChunk) -> Iterator[Decision]:
        """Take consecutive engagements of one partition."""
        reader = self._readers[partition].engagements
        yield from self._pass_on(reader.step(chunk))

    @property
    def outlook(self) -> Outlook:
        """What says how trends may go on, and learns from how they did."""
        return self._decider.outlook

    @property
    def judge(self) -> SeriesJudge:
        """What judges the series."""
        return self._decider.judge

    def finish(self) -> Iterator[Decision]:
        """Close what is open: the input is at its end."""
        for reader in self._readers:
            yield from self._pass_on(reader.posts.finish())
            yield from self._pass_on(reader.engagements.finish())
        for _ in range(3):  # one more than COUNT's patience
            for reader in self._readers:
                yield from self._pass_on([*reader.posts.source.beat(), *reader.engagements.source.beat()])
        yield from self._decided(self._counters.settle())

    def _pass_on(self, runs: Iterable[Outgoing]) -> Iterator[Decision]:
        for partition, run in runs:
            yield from self._decided(self._counters.step(partition, run, next(self._offsets)))

    def _decided(self, ticks: Iterable[Tick]) -> Iterator[Decision]:
        for tick in ticks:
            for question in self._decider.ready(tick):
                yield self._decider.decide(question, self._texts(question.posts))

    def _texts(self, refs: Iterable[PostRef]) -> dict[tuple[int, int], Post | None]:
        places = ((ref.source, ref.offset) for ref in refs)
        return {place: self._posts.get(place) or self._names.get(place) for place in places}

    def pause(self) -> Iterator[Decision]:
        """All partitions have been given what there is so far: those that lag far behind have nothing to read.

        Call it now and then, between chunks; old posts are let go of.
        """
        sources = [source for r in self._readers for source in (r.posts.source, r.engagements.source)]
        self._reached_at = max(self._reached_at, *(source.at for source in sources))
        if self._reached_at < self._beaten_at + SILENT_S:
            return
        self._beaten_at = self._reached_at
        yield from self._decided(self._counters.settle())  # they may ask for posts that are let go of now
        for key in self._older_than(2 * SILENT_S + self._settings.read.window_s, self._posts):
            self._names[key] = _named(self._posts.pop(key))
        for key in self._older_than(2 * SILENT_S + OVER_S, self._names):
            del self._names[key]
        for source in sources:
            if source.at < self._reached_at - SILENT_S:
                yield from self._pass_on([*source.beat(), *source.beat()])

    def _older_than(self, age_s: float, posts: Mapping[tuple[int, int], Post]) -> list[tuple[int, int]]:
        """The first posts, as far as they are older."""
        older = itertools.takewhile(lambda item: _at(item[1]) < self._reached_at - age_s, posts.items())
        return [key for key, _ in older]


def _named(post: Post) -> Post:
    """A post without what it says: of one that outperforms a day later only ids are told."""
    return Post(post.post_id, post.creator_id, post.platform, post.created_at)


def _at(post: Post) -> float:
    return post.created_at.timestamp() if post.created_at else -math.inf
