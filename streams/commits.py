"""What goes with a committed offset: Kafka keeps a string beside each, and we keep there what a restart can check."""

import asyncio
from collections.abc import Iterable
from typing import Any

import msgspec
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from streams import clock
from streams.errors import StateError
from streams.state.choice import Committed

PATIENCE_S = 30.0
"""How long a coordinator may take to be there, seconds: the first group of a cluster waits for its topic."""

AGAIN_S = 0.5


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """The metadata of a commit, as compact JSON.

    Attributes:
        watermark: of the partition, epoch seconds of event time.
        snapshot: progress of the snapshot that allows the commit.

    >>> Note(watermark=1.5, snapshot=42).text()
    '{"watermark":1.5,"snapshot":42}'
    """

    watermark: float | None = None
    snapshot: int | None = None

    def text(self) -> str:
        """As Kafka keeps it."""
        return msgspec.json.encode(self).decode()


def read_note(metadata: str, where: str) -> Note:
    """The note that somebody committed; an empty one says nothing. Raises StateError if it is none of ours."""
    try:
        return msgspec.json.decode(metadata, type=Note) if metadata else Note()
    except msgspec.DecodeError as error:
        raise StateError(
            f"{where}: the group's commit carries {metadata[:80]!r}, which is not ours ({error}): another application"
            " uses this worker.group; give this one a name of its own"
        ) from error


class Commits:
    """Asks the coordinator of our group what is committed.

    Args:
        client: keyword arguments that reach the brokers, as aiokafka takes them.
    """

    def __init__(self, client: dict[str, Any], group: str) -> None:
        self._client = client
        self._group = group

    async def of(self, topics: Iterable[str], partition: int) -> dict[str, Committed]:
        """By topic, what is committed of a partition; a topic of which nothing is, is left out.

        Raises: StateError if the coordinator does not answer, or the note is none of ours.
        """
        deadline = clock.monotonic() + PATIENCE_S
        while True:
            try:
                found = await self._ask([TopicPartition(topic, partition) for topic in topics])
            except KafkaError as error:
                if not error.retriable or clock.monotonic() > deadline:
                    raise StateError(
                        f"the offsets of group {self._group} were not told ({type(error).__name__}): look at the"
                        " brokers, then start the worker again"
                    ) from error
                await asyncio.sleep(AGAIN_S)
            else:
                return {
                    tp.topic: Committed(at.offset, read_note(at.metadata, f"{tp.topic}-{tp.partition}").snapshot)
                    for tp, at in found.items()
                    if at.offset >= 0
                }

    async def _ask(self, tps: list[TopicPartition]) -> dict[TopicPartition, OffsetAndMetadata]:
        admin = AIOKafkaAdminClient(**self._client)
        try:
            await admin.start()
            found: dict[TopicPartition, OffsetAndMetadata] = await admin.list_consumer_group_offsets(
                self._group, partitions=tps
            )
            return found
        finally:
            await admin.close()
