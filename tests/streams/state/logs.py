"""State topics in memory, and what writes to them."""

from collections.abc import Iterable
from typing import Any

from streams.metrics import Stage
from streams.sending import Message, Sender
from streams.state.choice import Committed, Loaded, choose
from streams.state.keeper import Keeper, Place
from streams.state.manifest import Identity
from streams.state.store import Store

PLACE = Place("state", 0)
IDENTITY = Identity(partitions=4, state_digest="0123456789abcdef", config_digest="fedcba9876543210")


class Log(Sender):
    """A partition of a compacted topic: the latest of each key, and everything that was sent."""

    def __init__(self, place: Place = PLACE) -> None:
        self.place = place
        self.sent: list[Message] = []
        self.records: dict[bytes, bytes] = {}

    async def send(self, messages: Iterable[Message]) -> None:
        """Take them in."""
        for message in messages:
            assert message.key is not None
            assert (message.topic, message.partition) == self.place
            self.sent.append(message)
            self.records.pop(message.key, None)
            if message.value is not None:
                self.records[message.key] = message.value

    def keeper(self, writer: str, loaded: Loaded | None = None) -> Keeper:
        """A keeper that was opened now."""
        return Keeper(
            place=self.place, writer=writer, identity=IDENTITY, sender=self, loaded=loaded, left=list(self.records)
        )

    def chosen(self, identity: Identity = IDENTITY, **committed: Any) -> Loaded | None:
        """What a restart would go on from."""
        at = {topic: value if isinstance(value, Committed) else Committed(value) for topic, value in committed.items()}
        return choose(self.records, identity, at, str(self.place))


class MemoryStore(Store):
    """A store whose topics are in memory, and that asks no coordinator."""

    def __init__(self) -> None:
        self.logs: dict[Place, Log] = {}
        self.opened = 0

    async def open(self, stage: Stage, partition: int, inputs: Iterable[str]) -> Keeper:  # noqa: ARG002
        """The keeper of a partition, with the best snapshot there is."""
        place = Place(stage, partition)
        log = self.logs.setdefault(place, Log(place))
        self.opened += 1
        return log.keeper(f"writer{self.opened}", log.chosen())
