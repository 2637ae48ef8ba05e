"""The three stages in one process, without Kafka, with a clock at every step: what is paid where."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors import pipeline
from detectors.counts import runs, ticks
from detectors.counts.ticks import PostRef, Tick
from detectors.model.posts import Post
from detectors.stages.engagements import EngagementChunk
from detectors.stages.posts import PostChunk
from detectors.stages.source import Outgoing
from streams import codec
from tests.benchmarks.records import Record

STEPS = ("decode", "read", "encode runs", "count", "decide")


class Raw(NamedTuple):
    """A record as decoding sees it."""

    value: bytes
    timestamp: int


class Log:
    """The last records of one partition, as Kafka would give them again."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._values: list[bytes] = []
        self.end = 0

    def add(self, records: Sequence[Record]) -> npt.NDArray[np.int64]:
        """Take records -> their offsets."""
        self._values += [record.value for record in records]
        self.end += len(records)
        if len(self._values) > 2 * self._keep:
            del self._values[: -self._keep]
        return np.arange(self.end - len(records), self.end)

    def at(self, offset: int) -> bytes | None:
        """The record at an offset, or None if it is gone."""
        place = offset - self.end + len(self._values)
        return self._values[place] if place >= 0 else None


class Chain:
    """READ, COUNT and DECIDE of all partitions.

    Args:
        settings: what detection depends on.
        keep: posts of a partition whose texts can be asked for.
    """

    def __init__(self, settings: pipeline.Settings, keep: int) -> None:
        partitions = range(settings.partitions)
        self._readers = [pipeline.readers(n, settings) for n in partitions]
        self._counters = [pipeline.counter(n, settings) for n in partitions]
        self._decider = pipeline.decider(settings)
        self._logs = [Log(keep) for _ in partitions]
        self._acts = [0 for _ in partitions]
        self._told = [0 for _ in partitions]
        self.reset()

    def reset(self) -> None:
        """Begin to measure."""
        self.spent: defaultdict[str, float] = defaultdict(float)
        """Processor time by step, seconds."""
        self.counting: defaultdict[int, float] = defaultdict(float)
        """Processor time of COUNT by partition, seconds."""
        self.ticks: list[float] = []
        """Processor time of each step of COUNT that told a tick, seconds."""
        self.run_bytes = 0

    def posts(self, partition: int, records: Sequence[Record], kafka_at: float) -> None:
        """Take consecutive posts of a partition through all stages."""
        raws = _raws(records, kafka_at)
        offsets = self._logs[partition].add(records)
        with self._clock("decode"):
            decoded = codec.decode_posts(raws)
        assert not decoded.refused
        reader = self._readers[partition]
        with self._clock("read"):
            chunk = PostChunk(decoded.records, offsets, np.full(len(records), kafka_at))
            out = [*reader.posts.step(chunk), *reader.engagements.release()]
        self._pass_on(out)

    def engagements(self, partition: int, records: Sequence[Record], kafka_at: float) -> None:
        """Take consecutive engagements of a partition through all stages."""
        raws = _raws(records, kafka_at)
        offsets = np.arange(self._acts[partition], self._acts[partition] + len(records))
        self._acts[partition] += len(records)
        with self._clock("decode"):
            decoded = codec.decode_engagements(raws)
        assert not decoded.refused
        with self._clock("read"):
            chunk = EngagementChunk(decoded.records, offsets, np.full(len(records), kafka_at))
            out = self._readers[partition].engagements.step(chunk)
        self._pass_on(out)

    def _pass_on(self, out: Sequence[Outgoing]) -> None:
        with self._clock("encode runs"):
            told = [(partition, runs.encode(run)) for partition, run in out]
        for partition, value in told:
            self.run_bytes += len(value)
            found = self._count(partition, value)
            with self._clock("decide"):
                for tick in found:
                    self._decide(ticks.decode(ticks.encode(tick)))

    def _count(self, partition: int, value: bytes) -> list[Tick]:
        started = time.process_time()
        found = self._counters[partition].step(runs.decode(value), self._told[partition])
        took = time.process_time() - started
        self._told[partition] += 1
        self.spent["count"] += took
        self.counting[partition] += took
        if found:
            self.ticks.append(took)
        return found

    def _decide(self, tick: Tick) -> None:
        for question in self._decider.ready(tick):
            self._decider.decide(question, self._texts(question.posts))

    def _texts(self, refs: Iterable[PostRef]) -> dict[tuple[int, int], Post | None]:
        found = {
            (ref.source, ref.offset): codec.decode_post(self._logs[ref.source].at(ref.offset), 9e9) for ref in refs
        }
        return {place: post if isinstance(post, Post) else None for place, post in found.items()}

    @contextmanager
    def _clock(self, step: str) -> Iterator[None]:
        started = time.process_time()
        yield
        self.spent[step] += time.process_time() - started


def _raws(records: Sequence[Record], kafka_at: float) -> list[Raw]:
    return [Raw(record.value, int(kafka_at * 1000)) for record in records]
