"""Files through the same detection as live, without Kafka: partitions are emulated, the same alerts come out."""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from kafka.partitioner.default import murmur2

from detectors import pipeline
from detectors.counting import Counting
from detectors.model.engagements import Engagement
from detectors.model.posts import Post
from detectors.stages.decisions import Decision
from detectors.stages.engagements import EngagementChunk
from detectors.stages.forecasters import Forecasters
from detectors.stages.posts import PostChunk
from streams import codec, files
from streams.keys import engagement_key, post_key
from streams.refusals import Refused

BATCH = 500
"""Records that are handed on at once; decisions do not depend on it."""

Record = TypeVar("Record")


class Read(NamedTuple):
    """A readable record of a file, and the event time at which it stands among the records of other files."""

    at: float
    record: Post | Engagement


class Batch(Generic[Record]):
    """Consecutive records of one emulated partition."""

    def __init__(self) -> None:
        self.next_offset = 0
        self.records: list[Record] = []

    def take(self) -> tuple[list[Record], np.ndarray[tuple[int], np.dtype[np.int64]]]:
        """The records so far and their offsets; the batch is empty afterwards."""
        records, self.records = self.records, []
        offsets = np.arange(self.next_offset, self.next_offset + len(records))
        self.next_offset += len(records)
        return records, offsets


class Replay:
    """One replay.

    Args:
        settings: what detection depends on.
        ahead: see Pipeline.
    """

    def __init__(self, settings: pipeline.Settings, ahead: Counting | None = None) -> None:
        self._partitions = settings.partitions
        self._pipeline = pipeline.Pipeline(settings, ahead)
        self._posts: list[Batch[Post]] = [Batch() for _ in range(settings.partitions)]
        self._engagements: list[Batch[Engagement]] = [Batch() for _ in range(settings.partitions)]
        self.tally: Counter[str] = Counter()
        """Records by what became of them: post, engagement, and the reasons of the refused."""

    @property
    def forecasters(self) -> Forecasters:
        """What was learned of how trends and posts go on."""
        return self._pipeline.forecasters

    def run(self, paths: Sequence[str]) -> Iterator[Decision]:
        """Every decision over these files. Several files are read side by side, in the order of their event times."""
        waiting = 0
        for read in heapq.merge(*(self._readable(path) for path in paths), key=lambda r: r.at):
            self._put(read.record)
            waiting += 1
            if waiting == BATCH:
                yield from self._flush()
                waiting = 0
        yield from self._flush()
        yield from self._pipeline.finish()

    def _readable(self, path: str) -> Iterator[Read]:
        reached = -math.inf
        for line in files.records([path]):
            decode = codec.decode_post if line.kind == "post" else codec.decode_engagement
            record = decode(line.value, math.inf)
            if isinstance(record, Refused):
                self.tally[record.reason] += 1
                continue
            self.tally[line.kind] += 1
            at = record.at if isinstance(record, Engagement) else record.deleted_at or record.created_at
            reached = max(reached, at.timestamp() if at else reached)
            yield Read(reached, record)

    def _put(self, record: Post | Engagement) -> None:
        key = post_key(record) if isinstance(record, Post) else engagement_key(record)
        partition = partition_of(key, self._partitions)
        if isinstance(record, Post):
            self._posts[partition].records.append(record)
        else:
            self._engagements[partition].records.append(record)

    def _flush(self) -> Iterator[Decision]:
        for partition, posts in enumerate(self._posts):
            if posts.records:
                records, offsets = posts.take()
                yield from self._pipeline.posts(partition, PostChunk(records, offsets, _no_kafka(records)))
        for partition, engagements in enumerate(self._engagements):
            if engagements.records:
                acts, offsets = engagements.take()
                yield from self._pipeline.engagements(partition, EngagementChunk(acts, offsets, _no_kafka(acts)))
        yield from self._pipeline.pause()


def partition_of(key: bytes | None, partitions: int) -> int:
    """The partition that Kafka's clients choose for a key: murmur2 of its bytes. What has no key goes to the first.

    >>> partition_of(b"creator-1", 4) in range(4)
    True
    """
    return int(murmur2(key) & 0x7FFFFFFF) % partitions if key else 0


def _no_kafka(records: Iterable[object]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.full(sum(1 for _ in records), math.inf)
