"""Looks up single posts of the source topic by partition and offset: the texts that DECIDE asks for."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import aiokafka

from detectors.counts.ticks import PostRef
from detectors.model.posts import Post
from streams import clock, codec
from streams.errors import StreamsError

NEAR = 200
"""Posts at most this many offsets apart are read in one go: a seek costs more than the records between."""

PATIENCE_S = 30.0
"""How long the broker may take to answer one read, seconds."""

Texts = dict[tuple[int, int], Post | None]


class Archive:
    """Reads posts again.

    Args:
        topic: the posts topic.
        partitions: how many it has.
        client: keyword arguments that reach the brokers, as aiokafka takes them.
    """

    def __init__(self, topic: str, partitions: int, client: dict[str, Any]) -> None:
        self._tps = [aiokafka.TopicPartition(topic, n) for n in range(partitions)]
        self._client = client
        self._consumer: aiokafka.AIOKafkaConsumer | None = None

    async def read(self, refs: Iterable[PostRef]) -> Texts:
        """The posts at these places; None where one is gone, or no longer readable."""
        texts: Texts = {(ref.source, ref.offset): None for ref in refs}
        for source, places in groupby(sorted(texts), key=lambda place: place[0]):
            for offsets in _near([offset for _, offset in places]):
                await self._read_range(source, offsets, texts)
        return texts

    async def close(self) -> None:
        """Let go of the connection."""
        if self._consumer is not None:
            await self._consumer.stop()
            self._consumer = None

    async def _read_range(self, source: int, offsets: Sequence[int], texts: Texts) -> None:
        consumer, tp = await self._connected(), self._tps[source]
        consumer.seek(tp, offsets[0])
        consumer.resume(tp)
        wanted, reached = set(offsets), -1
        deadline = clock.monotonic() + PATIENCE_S
        while reached < offsets[-1]:
            batch = (await consumer.getmany(tp, timeout_ms=1000)).get(tp, [])
            if not batch and clock.monotonic() > deadline:
                raise StreamsError(f"{tp.topic}-{source}: offset {offsets[-1]} was not answered in {PATIENCE_S:.0f} s")
            for record in batch:
                if record.offset in wanted:
                    post = codec.decode_post(record.value, codec.kafka_time(record.timestamp))
                    texts[source, record.offset] = post if isinstance(post, Post) else None
                reached = record.offset
        consumer.pause(tp)

    async def _connected(self) -> aiokafka.AIOKafkaConsumer:
        if self._consumer is None:
            consumer = aiokafka.AIOKafkaConsumer(
                **self._client,
                group_id=None,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                fetch_max_wait_ms=100,
                max_partition_fetch_bytes=262_144,
            )
            await consumer.start()
            consumer.assign(self._tps)
            consumer.pause(*self._tps)
            self._consumer = consumer
        return self._consumer


def _near(offsets: Sequence[int]) -> Iterator[list[int]]:
    """Split sorted offsets where they lie far apart.

    >>> list(_near([1, 5, 900]))
    [[1, 5], [900]]
    """
    part: list[int] = []
    for offset in offsets:
        if part and offset - part[-1] > NEAR:
            yield part
            part = []
        part.append(offset)
    if part:
        yield part
