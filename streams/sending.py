"""Messages to Kafka through Faust's producer: sent together, acknowledged before the work goes on."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import faust


class Message(NamedTuple):
    """One record to send; without a partition, the key decides."""

    topic: str
    key: bytes | None
    value: bytes | None
    partition: int | None = None
    headers: Sequence[tuple[str, bytes | None]] = ()


class Sender:
    """Sends through the producer of a Faust app."""

    def __init__(self, app: faust.App) -> None:
        self._app = app

    async def send(self, messages: Iterable[Message]) -> None:
        """Send all; return when Kafka has acknowledged all. Raises what the producer raises for the first failure."""
        producer = self._app.producer
        sent = [
            await producer.send(m.topic, m.key, m.value, m.partition, None, list(m.headers) or None)  # type: ignore[arg-type]
            for m in messages
        ]
        await asyncio.gather(*sent)
