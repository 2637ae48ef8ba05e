"""Commits with a note beside each offset: Faust always writes an empty one. Part of the transport in `chunks.py`."""

from collections.abc import Mapping
from typing import Any

import aiokafka
from aiokafka.errors import CommitFailedError
from aiokafka.structs import OffsetAndMetadata
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams import clock

FETCH_WAIT_MS = 100
"""How long the broker may keep a fetch waiting for a first record. While it waits, the partitions that were not part of
the fetch are not read: Faust fixes 1,500 ms, and each of our three hops would wait that long."""


class NotingThread(driver.AIOKafkaConsumerThread):
    """Faust's thread with the client in it; its consumer must have `notes`, by partition."""

    consumer: Any

    def _create_worker_consumer(self, transport: driver.Transport) -> aiokafka.AIOKafkaConsumer:
        """As Faust's, but for the wait."""
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001 - read when the consumer starts
        return consumer

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """As Faust's, but with the notes. False if the partitions have gone to another worker meanwhile."""
        ours = {tp: offset for tp, offset in offsets.items() if tp in self.assignment()}
        noted = {
            driver.ensure_aiokafka_TP(tp): OffsetAndMetadata(offset, self.consumer.notes.get(tp, ""))
            for tp, offset in ours.items()
        }
        self.tp_last_committed_at.update(dict.fromkeys(ours, clock.monotonic()))
        try:
            await self._ensure_consumer().commit(noted)
        except CommitFailedError:
            return False
        except Exception as error:
            self.log.exception("the worker stops: a commit failed")
            await self.crash(error)
            return False
        return True
