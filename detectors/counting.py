"""The first two stages together, over files: records in, ticks out. What decides does not know where they run."""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from detectors.counts.ticks import Tick
from detectors.stages.count import CountStage
from detectors.stages.engagements import EngagementChunk
from detectors.stages.posts import PostChunk
from detectors.stages.readers import Readers
from detectors.stages.source import Outgoing


class Counting(Protocol):
    """READ and COUNT of all partitions, wherever they run: records in, ticks out, of each share in their order.

    Ticks may come with a later call than the one that brought their records, `settle` at the latest.
    """

    def take(self, partition: int, chunk: PostChunk | EngagementChunk) -> Iterable[Tick]:
        """Take consecutive records of one partition."""

    def pause(self) -> Iterable[Tick]:
        """All partitions have been given what there is so far: those that lag far behind have nothing to read."""

    def finish(self) -> Iterable[Tick]:
        """Close what is open: the input is at its end."""

    def settle(self) -> Iterable[Tick]:
        """All ticks that are still to come of the records so far."""


SILENT_S = 6 * 3600.0
"""A partition this far behind the others, in seconds of event time, is taken to be idle: a file has no wall clock."""


class CountingHere:
    """In this process: the ticks come at once.

    Args:
        readers, counters: one a partition, in their order.
    """

    def __init__(self, readers: Sequence[Readers], counters: Sequence[CountStage]) -> None:
        self._readers = readers
        self._counters = counters
        self._offsets = itertools.count()
        self._beaten_at = -math.inf

    def take(self, partition: int, chunk: PostChunk | EngagementChunk) -> Iterator[Tick]:
        """See Counting."""
        reader = self._readers[partition]
        if isinstance(chunk, EngagementChunk):
            yield from self._count(reader.engagements.step(chunk))
        else:
            yield from self._count(reader.posts.step(chunk))
            yield from self._count(reader.engagements.release())

    def pause(self) -> Iterator[Tick]:
        """See Counting."""
        sources = [source for r in self._readers for source in (r.posts.source, r.engagements.source)]
        reached_at = max(source.at for source in sources)
        if reached_at < self._beaten_at + SILENT_S:
            return
        self._beaten_at = reached_at
        for source in sources:
            if source.at < reached_at - SILENT_S:
                yield from self._count([*source.beat(), *source.beat()])

    def finish(self) -> Iterator[Tick]:
        """See Counting."""
        for reader in self._readers:
            yield from self._count(reader.posts.finish())
            yield from self._count(reader.engagements.finish())
        for _ in range(3):  # one more than COUNT's patience
            for reader in self._readers:
                yield from self._count([*reader.posts.source.beat(), *reader.engagements.source.beat()])

    def settle(self) -> Iterable[Tick]:
        """See Counting."""
        return ()

    def _count(self, runs: Iterable[Outgoing]) -> Iterator[Tick]:
        for partition, run in runs:
            yield from self._counters[partition].step(run, next(self._offsets))
