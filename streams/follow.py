"""Reads topics as they grow, as a look from outside: no consumer group, no commits."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition

from streams.admin import explained, probe
from streams.delivery import missing

POLL_MS = 200


class Received(NamedTuple):
    """A record as it lies in Kafka."""

    topic: str
    partition: int
    offset: int
    at: float
    """When Kafka took it, epoch seconds."""
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


@contextmanager
def follow(
    client: dict[str, Any], topics: list[str], *, from_beginning: bool, quiet_s: float | None = None
) -> Iterator[Iterator[Received]]:
    """Give the records of all partitions; those that arrive together in the order Kafka took them.

    Args:
        client: as from `streams.admin.client_settings`.
        from_beginning: with what is there already, or only what comes once the block is entered.
        quiet_s: the records end when nothing has come for so long, seconds; None: never.
    Raises: StreamsError if a topic is missing or the brokers cannot be reached.
    """
    servers = client["bootstrap_servers"]
    probe(servers)
    with explained(servers):
        consumer = KafkaConsumer(**client, enable_auto_commit=False)
        try:
            _assign(consumer, topics, servers, from_beginning=from_beginning)
            yield _records(consumer, quiet_s)
        finally:
            consumer.close()


def _records(consumer: KafkaConsumer, quiet_s: float | None) -> Iterator[Received]:
    heard_at = time.monotonic()
    while quiet_s is None or time.monotonic() < heard_at + quiet_s:
        batches = consumer.poll(POLL_MS)
        found = [_received(record) for batch in batches.values() for record in batch]
        yield from sorted(found, key=lambda record: record.at)
        if found:
            heard_at = time.monotonic()


def _assign(consumer: KafkaConsumer, topics: list[str], servers: list[str], *, from_beginning: bool) -> None:
    partitions = []
    for topic in topics:
        numbers = consumer.partitions_for_topic(topic)
        if not numbers:
            raise missing(topic, servers)
        partitions += [TopicPartition(topic, number) for number in sorted(numbers)]
    consumer.assign(partitions)
    if from_beginning:
        consumer.seek_to_beginning(*partitions)
    else:
        consumer.seek_to_end(*partitions)
    for partition in partitions:
        consumer.position(partition)  # asks the broker now: what comes from here on is seen


def _received(record: Any) -> Received:  # noqa: ANN401 - kafka-python is untyped
    return Received(
        record.topic,
        record.partition,
        record.offset,
        record.timestamp / 1000,
        record.key,
        record.value,
        list(record.headers),
    )
