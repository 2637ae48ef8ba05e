"""The product's own stages over the chaos stream in one process: the quick reference, ticks and alerts."""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from config.settings import load
from detectors import pipeline
from detectors.counts.ticks import PostRef, Tick
from detectors.model.alerts import Alert
from detectors.model.posts import Post
from detectors.stages.engagements import EngagementChunk
from detectors.stages.posts import PostChunk
from detectors.stages.source import Outgoing
from streams import codec, wiring
from streams.refusals import Refused
from tests.chaos.stream import Sent, Shape

CHUNK = 700


class Local:
    """Reads, counts and decides; see `detectors/pipeline.py`.

    Args:
        begins: offset of the first record of each partition.
    """

    def __init__(self, shape: Shape, begins: int = 0) -> None:
        self._begins = begins
        settings = wiring.detection(load(topics={"partitions": shape.partitions}, detection=shape.detection))
        self._readers = [pipeline.readers(n, settings) for n in range(shape.partitions)]
        self._counters = [pipeline.counter(n, settings) for n in range(shape.partitions)]
        self._decider = pipeline.decider(settings)
        self._texts: dict[tuple[int, int], Post] = {}
        self._offsets: dict[tuple[str, int], int] = {}
        self._told = itertools.count()
        self.ticks: list[Tick] = []
        self.alerts: list[Alert] = []

    def read(self, stream: Sequence[Sent]) -> None:
        """Take all records, in chunks as a consumer would get them."""
        for start in range(0, len(stream), CHUNK):
            part = stream[start : start + CHUNK]
            for number, readers in enumerate(self._readers):
                self._count(readers.posts.step(self._posts(number, part)))
                self._count(readers.engagements.release())
                self._count(readers.engagements.step(self._acts(number, part)))

    def _posts(self, partition: int, part: Iterable[Sent]) -> PostChunk:
        chunk = PostChunk(*self._decoded("posts", partition, part, codec.decode_post))
        for post, offset in zip(chunk.posts, chunk.offsets.tolist(), strict=True):
            self._texts[partition, offset] = post
        return chunk

    def _acts(self, partition: int, part: Iterable[Sent]) -> EngagementChunk:
        return EngagementChunk(*self._decoded("engagements", partition, part, codec.decode_engagement))

    def _decoded(self, topic: str, partition: int, part: Iterable[Sent], decode: Any) -> Any:
        records = [decode(s.value, math.inf) for s in part if (s.topic, s.partition) == (topic, partition)]
        refused = [record for record in records if isinstance(record, Refused)]
        assert not refused, refused[0]
        first = self._offsets.get((topic, partition), self._begins)
        self._offsets[topic, partition] = first + len(records)
        return records, np.arange(first, first + len(records)), np.full(len(records), math.inf)

    def _count(self, runs: Iterable[Outgoing]) -> None:
        for partition, run in runs:
            for tick in self._counters[partition].step(run, next(self._told)):
                self.ticks.append(tick)
                self.alerts += self._decided(tick)

    def _decided(self, tick: Tick) -> Iterator[Alert]:
        for question in self._decider.ready(tick):
            yield from self._decider.decide(question, self._found(question.posts)).alerts

    def _found(self, refs: Iterable[PostRef]) -> dict[tuple[int, int], Post | None]:
        return {(ref.source, ref.offset): self._texts.get((ref.source, ref.offset)) for ref in refs}
