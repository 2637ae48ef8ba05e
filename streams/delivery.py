"""Sends records to a topic with kafka-python and answers for each of them. The worker's own sends are not here."""

from contextlib import closing, suppress
from functools import partial
from types import TracebackType
from typing import Any, Self

from kafka import KafkaProducer
from kafka.errors import KafkaError

from streams.admin import connected, explained
from streams.errors import StreamsError

PRODUCER = {
    "compression_type": "lz4",
    "batch_size": 131_072,
    "linger_ms": 20,
    "request_timeout_ms": 15_000,
    "delivery_timeout_ms": 30_000,
}
"""Batches for throughput; half a minute for a broker that is gone. Acks and idempotence: as by default."""


class Delivery:
    """Records on their way to one topic, as a context manager: left without an error, Kafka has all of them.

    Args:
        client: as from `streams.admin.client_settings`.
        topic: must exist.
    Raises: StreamsError if the brokers cannot be reached, the topic is missing, or a record was not taken.
    """

    def __init__(self, client: dict[str, Any], topic: str) -> None:
        self._client = client
        self._servers = client["bootstrap_servers"]
        self._topic = topic
        self._failure: StreamsError | None = None

    def __enter__(self) -> Self:
        with connected(self._client) as admin:
            if self._topic not in admin.list_topics():
                raise missing(self._topic, self._servers)
        with explained(self._servers):
            self._producer = KafkaProducer(**self._client, **PRODUCER)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None:
            with suppress(KafkaError):  # what was on its way is given up: the error that ended the block says more
                self._producer.close(timeout=0)
            return
        with explained(self._servers), closing(self._producer):
            self._producer.flush()
            self._raise_failure()

    def send(self, origin: str, key: bytes | None, value: bytes | None) -> None:
        """Hand a record over; it may still be on its way when this returns.

        Args:
            origin: what to call the record in an error.
        """
        try:
            future = self._producer.send(self._topic, value=value, key=key)
        except KafkaError as error:
            self._failed(origin, error)
        else:
            future.add_errback(partial(self._failed, origin))
        self._raise_failure()

    def _failed(self, origin: str, error: Exception) -> None:
        reason = " ".join(str(error).split())
        self._failure = self._failure or StreamsError(f"{origin}: not taken by topic {self._topic}: {reason}")

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure


def missing(topic: str, servers: list[str]) -> StreamsError:
    """The error for a topic that should be there."""
    return StreamsError(
        f"topic {topic} does not exist at {','.join(servers)}: make it (`freshet topics apply`), or correct its name"
    )
