"""Reads a partition of a state topic from its beginning to where it ends now."""

import asyncio
from typing import Any

import aiokafka

from streams import clock
from streams.errors import StateError

PATIENCE_S = 60.0
"""How long nothing may come while something is due, seconds."""


async def latest(client: dict[str, Any], topic: str, partition: int) -> dict[bytes, bytes]:
    """Key -> value, the latest of each key, in the order of the log; deleted keys are left out.

    Args:
        client: keyword arguments that reach the brokers, as aiokafka takes them.
    Raises: StateError if the broker does not deliver.
    """
    consumer = aiokafka.AIOKafkaConsumer(
        **client,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=100,
        max_partition_fetch_bytes=4 << 20,
    )
    await consumer.start()
    try:
        tp = aiokafka.TopicPartition(topic, partition)
        consumer.assign([tp])
        return await _read(consumer, tp)
    finally:
        await consumer.stop()


async def _read(consumer: aiokafka.AIOKafkaConsumer, tp: aiokafka.TopicPartition) -> dict[bytes, bytes]:
    end = (await consumer.end_offsets([tp]))[tp]
    start = (await consumer.beginning_offsets([tp]))[tp]
    consumer.seek(tp, start)
    found: dict[bytes, bytes] = {}
    reached, heard_at = start, clock.monotonic()
    while reached < end:  # the last record of a log is never compacted away
        batch = (await consumer.getmany(tp, timeout_ms=1000)).get(tp, [])
        for record in batch:
            found.pop(record.key, None)
            if record.key is not None and record.value is not None and record.offset < end:
                found[record.key] = record.value
            reached = record.offset + 1
        if batch:
            heard_at = clock.monotonic()
        elif clock.monotonic() > heard_at + PATIENCE_S:
            raise StateError(
                f"{tp.topic}-{tp.partition}: offset {end - 1} was not answered in {PATIENCE_S:.0f} s: look at the"
                " brokers, then start the worker again"
            )
        await asyncio.sleep(0)
    return found
