"""Where snapshots come from when a worker gets a partition: the state topics, and what the group has committed."""

import asyncio
import uuid
from collections.abc import Iterable
from typing import Any

import structlog

from config.sections import Topics
from streams.commits import Commits
from streams.metrics import Stage
from streams.sending import Sender
from streams.state import topic_log
from streams.state.choice import choose
from streams.state.keeper import Keeper, Place
from streams.state.manifest import Identity

log = structlog.get_logger()


class Store:
    """Opens partitions of the state topics.

    Args:
        identity: what a snapshot must have been taken with to be used.
        client: keyword arguments that reach the brokers, as aiokafka takes them.
    """

    def __init__(
        self, topics: Topics, identity: Identity, sender: Sender, client: dict[str, Any], commits: Commits
    ) -> None:
        self._topics: dict[Stage, str] = {
            "read": topics.read_state,
            "count": topics.count_state,
            "decide": topics.decide_state,
        }
        self._identity = identity
        self._sender = sender
        self._client = client
        self._commits = commits

    async def open(self, stage: Stage, partition: int, inputs: Iterable[str]) -> Keeper:
        """The keeper of a partition that was just assigned, with the snapshot to go on from, if there is one.

        What is committed is asked for first: a snapshot is written before what it allows is committed.

        Args:
            inputs: the topics that the stage reads.
        Raises: StateError if what lies there cannot be used, or is missing though offsets were committed by it.
        """
        place = Place(self._topics[stage], partition)
        committed = await self._commits.of(inputs, partition)
        records = await topic_log.latest(self._client, *place)
        loaded = await asyncio.to_thread(choose, records, self._identity, committed, str(place))
        if loaded is not None and loaded.manifest.config_digest != self._identity.config_digest:
            log.warning(
                "settings of detection changed: the state goes on with the new ones",
                where=str(place),
                config_digest=self._identity.config_digest,
                was=loaded.manifest.config_digest,
            )
        return Keeper(
            place=place,
            writer=uuid.uuid4().hex[:16],
            identity=self._identity,
            sender=self._sender,
            loaded=loaded,
            left=records,
        )
