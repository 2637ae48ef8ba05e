"""Looks up single posts of the source topic by partition and offset: the texts that DECIDE asks for."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import aiokafka

from detectors.counts.ticks import PostRef
from detectors.model.posts import Post
from streams import clock, codec
from streams.errors import StreamsError

NEAR = 50
"""Posts at most this many offsets apart are read in one go: a seek costs more than the records between."""

FETCH_BYTES = 16_384
"""Asked for at a time: the broker sends the batch that holds the post, however large, and not many more."""

REMEMBERED = 10_000
"""Posts kept: a topic of talk asks for the same ones, tick after tick."""

PATIENCE_S = 30.0
"""How long the broker may take to answer one read, seconds."""

Place = tuple[int, int]
"""Source partition and offset."""

Texts = dict[Place, Post | None]


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
        self._known: OrderedDict[Place, Post] = OrderedDict()

    async def read(self, refs: Iterable[PostRef]) -> Texts:
        """The posts at these places; None where one is gone, or no longer readable."""
        places = {(ref.source, ref.offset) for ref in refs}
        texts: Texts = {place: self._known.get(place) for place in sorted(places)}
        missing: dict[int, list[int]] = {}
        for source, offset in (place for place, post in texts.items() if post is None):
            missing.setdefault(source, []).append(offset)
        ranges = {source: list(_near(offsets)) for source, offsets in missing.items()}
        while ranges:  # the next range of every partition at once: they come in the same answers
            await self._read_ranges({source: left.pop() for source, left in ranges.items()}, texts)
            ranges = {source: left for source, left in ranges.items() if left}
        self._remember(texts)
        return texts

    async def close(self) -> None:
        """Let go of the connection."""
        if self._consumer is not None:
            await self._consumer.stop()
            self._consumer = None

    async def _read_ranges(self, ranges: dict[int, Sequence[int]], texts: Texts) -> None:
        """Read one range of each of some partitions."""
        consumer = await self._connected()
        for source, offsets in ranges.items():
            consumer.seek(self._tps[source], offsets[0])
            consumer.resume(self._tps[source])
        left = {self._tps[source]: offsets[-1] for source, offsets in ranges.items()}
        deadline = clock.monotonic() + PATIENCE_S
        while left:
            batches = await consumer.getmany(*left, timeout_ms=1000)
            for tp, batch in batches.items():
                if batch and batch[-1].offset >= left[tp]:
                    consumer.pause(tp)
                    del left[tp]
                self._take(tp.partition, batch, texts)
            if not batches and clock.monotonic() > deadline:
                tp, last = next(iter(left.items()))
                raise StreamsError(f"{tp.topic}-{tp.partition}: offset {last} was not answered in {PATIENCE_S:.0f} s")

    @staticmethod
    def _take(source: int, batch: Sequence[Any], texts: Texts) -> None:
        for record in batch:
            place = source, record.offset
            if place in texts and texts[place] is None:  # what is known already may lie between
                post = codec.decode_post(record.value, codec.kafka_time(record.timestamp))
                texts[place] = post if isinstance(post, Post) else None

    def _remember(self, texts: Texts) -> None:
        for place, post in texts.items():
            if post is not None:
                self._known[place] = post
                self._known.move_to_end(place)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    async def _connected(self) -> aiokafka.AIOKafkaConsumer:
        if self._consumer is None:
            consumer = aiokafka.AIOKafkaConsumer(
                **self._client,
                group_id=None,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                fetch_max_wait_ms=100,
                max_partition_fetch_bytes=FETCH_BYTES,
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
