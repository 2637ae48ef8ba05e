"""COUNT in the shell: runs in and ticks out, its state saved in between."""

import asyncio
from collections.abc import Mapping

from faust.types import TP

from config.sections import Topics
from detectors import pipeline
from detectors.counts import runs, ticks
from detectors.stages.count import CountStage
from streams.chunks import Chunk
from streams.health import Moved
from streams.resuming import must_reach
from streams.saving import Saver, Saving
from streams.sending import Message, Sender


class Count:
    """COUNT of one partition, since one seek.

    Attributes:
        needed: offset from which a restart of the last snapshot must read.
        since: offset from which the stage must read.
    """

    def __init__(self, epoch: int, stage: CountStage, saver: Saver, needed: int, since: int) -> None:
        self.epoch = epoch
        self.stage = stage
        self.saver = saver
        self.needed = needed
        self.since = since


class Counting:
    """The COUNT partitions that this worker has.

    Args:
        saving: where their state is kept.
        moved: hears of every run that was counted: a chunk may hold hours of them.
    """

    def __init__(
        self, topics: Topics, settings: pipeline.Settings, sender: Sender, saving: Saving, moved: Moved
    ) -> None:
        self._topics = topics
        self._settings = settings
        self._sender = sender
        self._saving = saving
        self._moved = moved
        self._count: dict[int, Count] = {}

    async def runs(self, chunk: Chunk) -> None:
        """Count a chunk of runs, one by one; send a tick for each bucket that is complete; save what follows."""
        count = await self._opened(chunk)
        for record in chunk.records:
            if record.offset >= count.since:
                await self._run(count, chunk.tp.topic, record.offset, record.value)

    async def _run(self, count: Count, topic: str, offset: int, value: bytes) -> None:
        with count.saver.step():
            told = count.stage.step(runs.decode(value), offset)
            await self._sender.send(Message(self._topics.ticks, None, ticks.encode(tick), 0) for tick in told)
        self._moved()
        if told and count.saver.due():
            await count.saver.save(count.stage.snapshot(), {topic: offset + 1})
            count.needed = count.stage.needed_from or 0
        await asyncio.sleep(0)  # a bucket takes a while: heartbeats and other partitions have their turn

    def commit_limit(self, tp: TP) -> int:
        """The offset up to which a restart has no need of this partition."""
        count = self._count.get(tp.partition)
        return count.needed if count else 0

    def commit_note(self, tp: TP) -> str:
        """What is kept beside a committed offset."""
        count = self._count.get(tp.partition)
        return count.saver.note() if count else ""

    def keep(self, partitions: set[int]) -> None:
        """Let go of the partitions that this worker no longer has."""
        self._count = {n: count for n, count in self._count.items() if n in partitions}

    async def _opened(self, chunk: Chunk) -> Count:
        """COUNT of a partition, opened when it is asked for the first time since a seek."""
        partition = chunk.tp.partition
        count = self._count.get(partition)
        if count is None or count.epoch != chunk.epoch:
            saver, parts = await self._saving.open("count", partition, (chunk.tp.topic,))
            kept = count and _kept(count, chunk, saver)
            count = kept or self._restored(chunk, saver, parts)
            self._count[partition] = count
        return count

    def _restored(self, chunk: Chunk, saver: Saver, parts: Mapping[str, bytes] | None) -> Count:
        stage = pipeline.counter(chunk.tp.partition, self._settings)
        if parts is not None:
            stage.restore(parts)
            must_reach(chunk, stage.needed_from or 0)
        needed = stage.needed_from or 0
        return Count(chunk.epoch, stage, saver, needed, needed)


def _kept(count: Count, chunk: Chunk, saver: Saver) -> Count | None:
    """What this worker had before the seek, if it is as good as the last snapshot: it follows from the log alone.

    The window is then not read again, which takes a second or two a partition. What may be committed is as before, for
    the snapshot may be older than what is in memory.
    """
    at = count.stage.next
    if count.saver.broken or at is None or chunk.records[0].offset > at or saver.positions.get(chunk.tp.topic, 0) > at:
        return None
    return Count(chunk.epoch, count.stage, saver, count.needed, at)
