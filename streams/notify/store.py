"""Keeps what channels were told in a compacted topic, and sends dead letters. One producer for all channels."""

import asyncio
from typing import Any

import aiokafka
import structlog
from aiokafka.errors import KafkaError

from streams.notify.told import Book, Told, decode, encode

log = structlog.get_logger()

AGAIN_S = 1.0
"""Before the next try to write, seconds."""

DIVIDER = "|"
"""Between a channel's name, which never holds it, and what the news are about."""


class Store:
    """The topic of what was told. An entry lies in the partition that its alert came from.

    Args:
        client: keyword arguments that reach the brokers, as aiokafka takes them.
    """

    def __init__(self, client: dict[str, Any], topic: str) -> None:
        self._client = client
        self._topic = topic
        self._producer = aiokafka.AIOKafkaProducer(**client, acks="all", enable_idempotence=True)

    async def start(self) -> None:
        """Reach the brokers."""
        await self._producer.start()

    async def stop(self) -> None:
        """Let go of them."""
        await self._producer.stop()

    async def load(self, channel: str, partition: int, book: Book) -> None:
        """Fill a book with what a channel was told of a partition's alerts.

        Raises: StateError if an entry cannot be read; KafkaError.
        """
        tp = aiokafka.TopicPartition(self._topic, partition)
        consumer = aiokafka.AIOKafkaConsumer(**self._client, group_id=None, auto_offset_reset="earliest")
        await consumer.start()
        try:
            consumer.assign([tp])
            end = (await consumer.end_offsets([tp]))[tp]
            await consumer.seek_to_beginning(tp)
            while await consumer.position(tp) < end:
                for record in (await consumer.getmany(tp, timeout_ms=200)).get(tp, []):
                    _note(book, channel, record)
        finally:
            await consumer.stop()

    async def write(self, channel: str, partition: int, about: str, told: Told | None) -> None:
        """Keep an entry, or its end. Goes on until Kafka has it: without it, the same would be sent again."""
        key = f"{channel}{DIVIDER}{about}".encode()
        await self.send(self._topic, key, None if told is None else encode(told), partition=partition)

    async def send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        *,
        headers: list[tuple[str, bytes | None]] | None = None,
        partition: int | None = None,
    ) -> None:
        """Send a record; goes on until Kafka has it."""
        while True:
            try:
                await self._producer.send_and_wait(topic, value, key, partition=partition, headers=headers)
            except (KafkaError, TimeoutError) as error:
                log.warning("Kafka does not take a record", topic=topic, error=type(error).__name__)
                await asyncio.sleep(AGAIN_S)
            else:
                return


def _note(book: Book, channel: str, record: Any) -> None:  # noqa: ANN401 - aiokafka is untyped
    name, _, about = (record.key or b"").decode(errors="replace").partition(DIVIDER)
    if name != channel:
        return
    if record.value is None:
        book.drop(about)
    else:
        book.put(about, decode(record.value))
