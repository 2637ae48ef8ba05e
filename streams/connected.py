"""One way for the readers outside of Faust to outlive the brokers: lose them, say so, begin anew."""

import asyncio
from collections.abc import Awaitable, Callable

import aiokafka
from aiokafka.errors import KafkaError

AGAIN_S = 1.0
"""Before the next try after Kafka was lost, seconds."""


async def keep_connected(
    make: Callable[[], aiokafka.AIOKafkaConsumer],
    read: Callable[[aiokafka.AIOKafkaConsumer], Awaitable[None]],
    lost: Callable[[str], None],
    stopping: Callable[[], bool] = lambda: False,
) -> None:
    """Read with a consumer for as long as it lasts, then with the next, until told to stop or cancelled.

    Args:
        make: a consumer that is not started.
        read: reads until it is told to stop; an error of Kafka, alone or in a group, ends this consumer only.
        lost: hears the name of that error.
        stopping: whether no further consumer is wanted.
    """
    while not stopping():
        consumer = make()
        try:
            await consumer.start()
            await read(consumer)
        except* (KafkaError, OSError, TimeoutError) as errors:
            lost(type(errors.exceptions[0]).__name__)
        finally:
            await consumer.stop()
        if not stopping():
            await asyncio.sleep(AGAIN_S)
