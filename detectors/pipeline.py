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
from typing import NamedTuple

from detectors.anomalies.judge import SeriesJudge
from detectors.counting import SILENT_S, Counting, CountingHere
from detectors.counts.marking import Dimension
from detectors.counts.ticks import PostRef, Tick
from detectors.model.posts import Post
from detectors.performance.judge import OVER_S
from detectors.stages.count import CountStage
from detectors.stages.count_settings import CountSettings
from detectors.stages.decide import DecideStage
from detectors.stages.decide_settings import DecideSettings
from detectors.stages.decisions import Decision
from detectors.stages.engagements import EngagementChunk
from detectors.stages.forecasters import Forecasters
from detectors.stages.posts import PostChunk
from detectors.stages.readers import Readers


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
        prepared: what the models of forecasts know when nothing is saved yet, see `Forecasters.learned`; or nothing.
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


def counting(settings: Settings) -> CountingHere:
    """READ and COUNT of all partitions, in this process."""
    every = range(settings.partitions)
    return CountingHere([readers(n, settings) for n in every], [counter(n, settings) for n in every])


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
        Forecasters.of(stage).begin_with(settings.prepared)
    return stage


class Pipeline:
    """All partitions of all stages, handing values on in memory.

    Args:
        settings: what detection depends on; the same settings and records give the same decisions as through Kafka.
        ahead: READ and COUNT; None: in this process. Decisions do not depend on it, only when they come.
    """

    def __init__(self, settings: Settings, ahead: Counting | None = None) -> None:
        self._settings = settings
        self._counting = ahead or counting(settings)
        self._decider = decider(settings)
        self._posts: dict[tuple[int, int], Post] = {}
        self._names: dict[tuple[int, int], Post] = {}
        self._decided_at = -math.inf
        self._let_go_at = -math.inf

    def posts(self, partition: int, chunk: PostChunk) -> Iterator[Decision]:
        """Take consecutive posts of one partition."""
        for post, offset in zip(chunk.posts, chunk.offsets.tolist(), strict=True):
            self._posts[partition, offset] = post
        yield from self._decided(self._counting.take(partition, chunk))

    def engagements(self, partition: int, chunk: EngagementChunk) -> Iterator[Decision]:
        """Take consecutive engagements of one partition."""
        yield from self._decided(self._counting.take(partition, chunk))

    @property
    def forecasters(self) -> Forecasters:
        """What says how trends and posts may go on, and learns from how they did."""
        return Forecasters.of(self._decider)

    def pause(self) -> Iterator[Decision]:
        """All partitions have been given what there is so far. Call it now and then, between chunks.

        Those that lag far behind hold nobody up any more, and posts that no question can ask for are let go of.
        """
        yield from self._decided(self._counting.pause())
        if self._decided_at < self._let_go_at + SILENT_S:
            return
        self._let_go_at = self._decided_at
        for key in self._older_than(2 * SILENT_S + self._settings.read.window_s, self._posts):
            self._names[key] = _named(self._posts.pop(key))
        for key in self._older_than(2 * SILENT_S + OVER_S, self._names):
            del self._names[key]

    @property
    def judge(self) -> SeriesJudge:
        """What judges the series."""
        return self._decider.judge

    def finish(self) -> Iterator[Decision]:
        """Close what is open: the input is at its end."""
        yield from self._decided(self._counting.finish())
        yield from self._decided(self._counting.settle())

    def _decided(self, ticks: Iterable[Tick]) -> Iterator[Decision]:
        for tick in ticks:
            for question in self._decider.ready(tick):
                self._decided_at = (question.bucket + 1) * self._settings.read.bucket_s
                yield self._decider.decide(question, self._texts(question.posts))

    def _texts(self, refs: Iterable[PostRef]) -> dict[tuple[int, int], Post | None]:
        places = ((ref.source, ref.offset) for ref in refs)
        return {place: self._posts.get(place) or self._names.get(place) for place in places}

    def _older_than(self, age_s: float, posts: Mapping[tuple[int, int], Post]) -> list[tuple[int, int]]:
        """The first posts, as far as they are older."""
        older = itertools.takewhile(lambda item: _at(item[1]) < self._decided_at - age_s, posts.items())
        return [key for key, _ in older]


def _named(post: Post) -> Post:
    """A post without what it says: of one that outperforms a day later only ids are told."""
    return Post(post.post_id, post.creator_id, post.platform, post.created_at)


def _at(post: Post) -> float:
    return post.created_at.timestamp() if post.created_at else -math.inf
