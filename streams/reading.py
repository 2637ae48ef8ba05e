"""READ in the shell: chunks of both input topics decoded, put aside or read, their runs sent."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from faust.types import TP

from config.sections import Topics
from detectors import pipeline
from detectors.counts import runs
from detectors.stages.engagements import EngagementChunk
from detectors.stages.posts import PostChunk
from detectors.stages.source import Outgoing, Source
from streams import codec, keys
from streams.chunks import Chunk
from streams.codec import Decoded
from streams.dead_letters import dead_letter
from streams.metrics import Metrics
from streams.sending import Message, Sender
from streams.topics import dead_letters


class Read(NamedTuple):
    """READ of one partition, and the seek since which it reads."""

    epoch: int
    readers: pipeline.Readers


class Reading:
    """The readers of the partitions that this worker has.

    Args:
        topics: names of the topics.
        settings: what detection depends on.
    """

    def __init__(self, topics: Topics, settings: pipeline.Settings, sender: Sender, metrics: Metrics) -> None:
        self._topics = topics
        self._settings = settings
        self._sender = sender
        self._metrics = metrics
        self._read: dict[int, Read] = {}

    async def posts(self, chunk: Chunk) -> None:
        """Read a chunk of posts."""
        decoded = codec.decode_posts(chunk.records)
        await self._put_aside(chunk, decoded)
        self._check_keys(chunk, decoded, [keys.post_key(post) for post in decoded.records])
        readers = self._readers(chunk.tp.partition, chunk.epoch)
        offsets, kafka_at = _columns(chunk, decoded)
        out = readers.posts.step(PostChunk(decoded.records, offsets, kafka_at))
        await self._send([*out, *readers.engagements.release()])
        self._count(self._topics.posts, readers.posts.tally)

    async def engagements(self, chunk: Chunk) -> None:
        """Read a chunk of engagements."""
        decoded = codec.decode_engagements(chunk.records)
        await self._put_aside(chunk, decoded)
        self._check_keys(chunk, decoded, [keys.engagement_key(e) for e in decoded.records])
        readers = self._readers(chunk.tp.partition, chunk.epoch)
        offsets, kafka_at = _columns(chunk, decoded)
        await self._send(readers.engagements.step(EngagementChunk(decoded.records, offsets, kafka_at)))
        self._count(self._topics.engagements, readers.engagements.tally)

    async def idle(self, tp: TP, epoch: int, elapsed_s: float) -> None:
        """Say that a partition has had nothing to read for so many seconds."""
        readers = self._readers(tp.partition, epoch)
        reader = readers.posts if tp.topic == self._topics.posts else readers.engagements
        await self._send([*reader.idle(elapsed_s), *readers.engagements.release()])

    def resume_offset(self, tp: TP) -> int | None:
        """From where a restart must read this partition; None: nothing was read."""
        source = self._source(tp)
        return source.resume_offset if source else None

    def watermarks(self) -> Iterator[float]:
        """The clocks of the partitions that have one, epoch seconds."""
        for read in self._read.values():
            for source in (read.readers.posts.source, read.readers.engagements.source):
                if np.isfinite(source.at):
                    yield source.at

    def keep(self, partitions: set[int]) -> None:
        """Let go of the partitions that this worker no longer has."""
        self._read = {n: read for n, read in self._read.items() if n in partitions}

    def _source(self, tp: TP) -> Source | None:
        read = self._read.get(tp.partition)
        if read is None:
            return None
        return read.readers.posts.source if tp.topic == self._topics.posts else read.readers.engagements.source

    def _readers(self, partition: int, epoch: int) -> pipeline.Readers:
        read = self._read.get(partition)
        if read is None or read.epoch != epoch:
            read = self._read[partition] = Read(epoch, pipeline.readers(partition, self._settings))
        return read.readers

    async def _put_aside(self, chunk: Chunk, decoded: Decoded[codec.R]) -> None:
        letters: list[Message] = []
        for index, refused in decoded.refused:
            letter = dead_letter(chunk.records[index], refused.reason, refused.message, "read")
            letters.append(Message(dead_letters(chunk.tp.topic), letter.key, letter.value, None, letter.headers))
            self._metrics.count_dead_letter(chunk.tp.topic, refused.reason)
        if letters:
            await self._sender.send(letters)

    def _check_keys(self, chunk: Chunk, decoded: Decoded[codec.R], wanted: Iterable[bytes | None]) -> None:
        wrong = sum(chunk.records[i].key != key for i, key in zip(decoded.indexes, wanted, strict=True))
        if wrong:
            self._metrics.key_mismatch.labels(chunk.tp.topic).inc(wrong)

    async def _send(self, out: list[Outgoing]) -> None:
        if out:
            topic = self._topics.runs
            await self._sender.send(Message(topic, None, runs.encode(run), partition) for partition, run in out)

    def _count(self, topic: str, tally: Counter[str]) -> None:
        self._metrics.count_records(topic, "read", tally["read"] + tally["late"] + tally["unknown_delete"])
        self._metrics.count_records(topic, "duplicate", tally["duplicate"])
        self._metrics.count_records(topic, "late_dropped", tally["too_late"])
        self._metrics.count_late(topic, "counted", tally["late"])
        self._metrics.count_late(topic, "dropped", tally["too_late"])
        tally.clear()


def _columns(chunk: Chunk, decoded: Decoded[codec.R]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Offsets and Kafka times of the readable records."""
    good = [chunk.records[i] for i in decoded.indexes]
    offsets = np.fromiter((r.offset for r in good), np.int64, len(good))
    return offsets, np.fromiter((codec.kafka_time(r.timestamp) for r in good), np.float64, len(good))
