"""Reads the latest records of a topic, as a look from outside: no group, no commit."""

from typing import Any

import msgspec
from kafka import KafkaConsumer, TopicPartition

from streams.admin import explained

POLL_MS = 2000
"""Records that do not come within this are not waited for, milliseconds."""


class Recent(msgspec.Struct, frozen=True):
    """A record as it lies in Kafka."""

    key: bytes | None
    value: bytes | None
    at: float = 0.0
    """When Kafka took it, epoch seconds."""


def recent(client: dict[str, Any], topic: str, limit: int) -> list[Recent]:
    """The latest records, at most `limit`, an equal share from each partition.

    Args:
        client: as from `streams.admin.client_settings`.
    """
    with explained(client["bootstrap_servers"]):
        consumer = KafkaConsumer(**client, enable_auto_commit=False)
        try:
            partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
            consumer.assign(partitions)
            ends = consumer.end_offsets(partitions)
            starts = consumer.beginning_offsets(partitions)
            share = limit // max(len(partitions), 1)
            for partition in partitions:
                consumer.seek(partition, max(starts[partition], ends[partition] - share))
            out: list[Recent] = []
            while any(consumer.position(each) < ends[each] for each in partitions):
                batches = consumer.poll(POLL_MS)
                if not batches:
                    break
                out += [
                    Recent(record.key, record.value, record.timestamp / 1000)
                    for batch in batches.values()
                    for record in batch
                ]
            return out[:limit]
        finally:
            consumer.close()
