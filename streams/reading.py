"""READ in the shell: chunks of both input topics taken in, their runs sent, their state saved."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import msgspec
import numpy as np
import structlog
from faust.types import TP

from config.sections import Topics
from detectors import pipeline
from detectors.counts import runs
from detectors.stages.engagements import EngagementReader
from detectors.stages.posts import PostReader
from detectors.stages.readers import Readers
from detectors.stages.source import Outgoing
from streams.chunks import Chunk
from streams.intake import Intake
from streams.metrics import Metrics
from streams.saving import Saver, Saving
from streams.sending import Message, Sender

log = structlog.get_logger()

P = TypeVar("P")

OUTBOX = "outbox"
"""Part of a snapshot: runs that were decided by the wall clock, and so must be sent as they are after a restart."""


class Read:
    """READ of one partition, since one seek."""

    def __init__(self, epoch: int, readers: Readers) -> None:
        self.epoch = epoch
        self.readers = readers
        self.lock = asyncio.Lock()
        self.saver: Saver | None = None
        self.next: dict[str, int] = {}
        """Topic -> offset of the first record that was not read."""

    @asynccontextmanager
    async def step(self) -> AsyncIterator[Saver]:
        """One change of the state at a time, from reading to acknowledgement; none after one that was cut short."""
        assert self.saver is not None, "a partition is opened before it is read"
        async with self.lock:
            with self.saver.step():
                yield self.saver


class Reading:
    """The readers of the partitions that this worker has.

    Args:
        topics: names of the topics.
        settings: what detection depends on.
        saving: where their state is kept.
    """

    def __init__(
        self, topics: Topics, settings: pipeline.Settings, sender: Sender, metrics: Metrics, saving: Saving
    ) -> None:
        self._topics = topics
        self._settings = settings
        self._sender = sender
        self._metrics = metrics
        self._saving = saving
        self._intake = Intake(sender, metrics)
        self._warned = False
        self._read: dict[int, Read] = {}

    async def posts(self, chunk: Chunk) -> None:
        """Read a chunk of posts."""
        read = await self._opened(chunk.tp.partition, chunk.epoch)
        async with read.step() as saver:
            reader = read.readers.posts
            taken = await self._intake.posts(chunk.tp, _unread(chunk, read), reader.prepare)
            out = reader.take(taken.prepared, taken.offsets, taken.kafka_at)
            await self._go_on(read, saver, chunk, [*out, *read.readers.engagements.release()])
            self._count(self._topics.posts, reader.tally)

    async def engagements(self, chunk: Chunk) -> None:
        """Read a chunk of engagements."""
        read = await self._opened(chunk.tp.partition, chunk.epoch)
        async with read.step() as saver:
            reader = read.readers.engagements
            taken = await self._intake.engagements(chunk.tp, _unread(chunk, read), reader.prepare)
            await self._go_on(read, saver, chunk, reader.take(taken.prepared, taken.kafka_at))
            self._count(self._topics.engagements, reader.tally)

    async def idle(self, tp: TP, epoch: int, elapsed_s: float) -> None:
        """Say that a partition has had nothing to read for so many seconds, and close what that allows.

        The wall clock decides here, so the logs alone cannot tell it again: what it closes is saved before it is sent.
        """
        read = await self._opened(tp.partition, epoch)
        async with read.step() as saver:
            reader = self._reader(tp, read)
            out = [*reader.idle(elapsed_s), *read.readers.engagements.release()]
            if out:
                await self._save(read, saver, out)
            await self._send([*out, *reader.source.beat()])

    def commit_limit(self, tp: TP) -> int:
        """The offset up to which a restart has no need of this partition."""
        read = self._read.get(tp.partition)
        return read.saver.positions.get(tp.topic, 0) if read and read.saver else 0

    def commit_note(self, tp: TP) -> str:
        """What is kept beside a committed offset."""
        read = self._read.get(tp.partition)
        if read is None or read.saver is None:
            return ""
        at = self._reader(tp, read).source.at
        return read.saver.note(at if np.isfinite(at) else None)

    def watermarks(self) -> Iterator[float]:
        """The clocks of the partitions that have one, epoch seconds."""
        for read in self._read.values():
            for source in (read.readers.posts.source, read.readers.engagements.source):
                if np.isfinite(source.at):
                    yield source.at

    def keep(self, partitions: set[int]) -> None:
        """Let go of the partitions that this worker no longer has."""
        self._read = {n: read for n, read in self._read.items() if n in partitions}

    def _reader(self, tp: TP, read: Read) -> PostReader | EngagementReader:
        return read.readers.posts if tp.topic == self._topics.posts else read.readers.engagements

    async def _opened(self, partition: int, epoch: int) -> Read:
        """READ of a partition, restored when it is asked for the first time since a seek."""
        read = self._read.get(partition)
        if read is None or read.epoch != epoch:
            read = self._read[partition] = Read(epoch, pipeline.readers(partition, self._settings))
        async with read.lock:
            if read.saver is None:
                await self._restore(read, partition)
        return read

    async def _restore(self, read: Read, partition: int) -> None:
        saver, parts = await self._saving.open("read", partition, (self._topics.posts, self._topics.engagements))
        if parts is not None:
            read.readers.restore(parts)
            read.next = dict(saver.positions)
            told = msgspec.msgpack.decode(parts[OUTBOX], type=list[tuple[int, bytes]]) if OUTBOX in parts else []
            await self._sender.send(Message(self._topics.runs, None, run, partition) for partition, run in told)
        read.saver = saver

    async def _go_on(self, read: Read, saver: Saver, chunk: Chunk, out: list[Outgoing]) -> None:
        """Send the runs of a chunk; take a snapshot if one is due."""
        await self._send(out)
        topic, after = chunk.tp.topic, chunk.records[-1].offset + 1
        read.next[topic] = max(read.next.get(topic, 0), after)  # the snapshot may be many chunks ahead of the commit
        if out and saver.due():
            await self._save(read, saver, [])

    async def _save(self, read: Read, saver: Saver, unsent: list[Outgoing]) -> None:
        parts = read.readers.snapshot()
        if unsent:
            parts[OUTBOX] = msgspec.msgpack.encode([(partition, runs.encode(run)) for partition, run in unsent])
        await saver.save(parts, read.next)

    async def _send(self, out: Sequence[Outgoing]) -> None:
        if out:
            topic = self._topics.runs
            await self._sender.send(Message(topic, None, runs.encode(run), partition) for partition, run in out)

    def _count(self, topic: str, tally: Counter[str]) -> None:
        self._metrics.count_records(topic, "read", tally["read"] + tally["late"] + tally["unknown_delete"])
        self._metrics.count_records(topic, "duplicate", tally["duplicate"])
        self._metrics.count_records(topic, "late_dropped", tally["too_late"])
        self._metrics.count_late(topic, "counted", tally["late"])
        self._metrics.count_late(topic, "dropped", tally["too_late"])
        if tally["unmarked"] and not self._warned:
            self._warned = True
            log.warning("too many communities or languages: further ones count in `all` only", named=tally["unmarked"])
        tally.clear()


def _unread(chunk: Chunk, read: Read) -> Sequence[Any]:
    """The records of a chunk that the snapshot does not hold yet."""
    since, first = read.next.get(chunk.tp.topic, 0), chunk.records[0].offset
    if since and first > since and chunk.sequence == 0:
        where = {"topic": chunk.tp.topic, "partition": chunk.tp.partition, "since": since, "first": first}
        log.warning("no record is left where the snapshot ends: did they outlive their retention?", **where)
    if first >= since:
        return chunk.records
    return [record for record in chunk.records if record.offset >= since]
