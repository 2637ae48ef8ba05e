"""What the stages' shells are given in tests: chunks, a broker that only listens, snapshots in memory."""

from collections.abc import Iterable, Sequence
from types import SimpleNamespace

from faust.types import TP
from prometheus_client import CollectorRegistry

from streams.chunks import Chunk
from streams.metrics import Metrics
from streams.saving import Saving
from streams.sending import Message, Sender
from streams.state.store import Store


class Listening(Sender):
    """Takes messages, and keeps their values by topic."""

    def __init__(self) -> None:
        self.values: dict[str, list[bytes | None]] = {}

    async def send(self, messages: Iterable[Message]) -> None:
        """Acknowledge all."""
        for message in messages:
            self.values.setdefault(message.topic, []).append(message.value)


def chunk_of(tp: TP, values: Sequence[bytes], offset: int, epoch: int = 1) -> Chunk:
    """Values at consecutive offsets."""
    records = [SimpleNamespace(value=value, offset=offset + i) for i, value in enumerate(values)]
    return Chunk(tp, records, epoch, 0)


def metrics() -> Metrics:
    """On a registry of their own."""
    return Metrics(CollectorRegistry(), ["posts", "engagements"], "test")


def saving(store: Store, every_s: float = 0.0) -> Saving:
    """Snapshots at every bucket's close, unless told otherwise."""
    return Saving(store, every_s, metrics())
