"""The raw client: aiokafka's records of a topic, looked at by nobody. What no Python program on it can go below."""

import asyncio
import json
import os

from aiokafka import AIOKafkaConsumer

from tests.benchmarks.measure import Process

TOPIC, SERVERS = os.environ["PLAIN_TOPIC"], os.environ["PLAIN_SERVERS"]
SKIPPED, UNTIL = int(os.environ["PLAIN_SKIPPED"]), int(os.environ["PLAIN_UNTIL"])


async def main() -> None:
    """Read; say what it took."""
    me = Process(os.getpid())
    consumer = AIOKafkaConsumer(
        TOPIC, bootstrap_servers=SERVERS, auto_offset_reset="earliest", max_partition_fetch_bytes=4 << 20
    )
    await consumer.start()
    read, first, read_at_first = 0, None, 0
    while read < UNTIL:
        read += sum(map(len, (await consumer.getmany(timeout_ms=1000, max_records=16_000)).values()))
        if first is None and read >= SKIPPED:
            first, read_at_first = me.now(), read
    assert first is not None
    print(json.dumps(me.sample(first, me.now(), read - read_at_first)), flush=True)
    await consumer.stop()


asyncio.run(main())
