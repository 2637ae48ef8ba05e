"""The partitions that a channel's group gave to this process, each with the channel's memory of it."""

from collections.abc import Iterable

import aiokafka
from aiokafka.abc import ConsumerRebalanceListener

from config.channels import Notify
from streams.notify.store import Store
from streams.notify.told import Book


class Partitions(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka is untyped
    """A partition is read once its memory is; one that was taken back is let go at once, in the midst of a message."""

    def __init__(self, channel: str, knobs: Notify, store: Store) -> None:
        self._channel = channel
        self._knobs = knobs
        self._store = store
        self._fresh: set[aiokafka.TopicPartition] = set()
        self._spoken = False
        self.books: dict[aiokafka.TopicPartition, Book] = {}

    @property
    def settled(self) -> bool:
        """Whether the group has given this process its share, be it none, and the memory of all of it is read."""
        return self._spoken and not self._fresh

    def forget(self) -> None:
        """Nothing is ours until the group speaks again."""
        self._spoken = False
        self._fresh.clear()
        self.books.clear()

    def on_partitions_revoked(self, revoked: Iterable[aiokafka.TopicPartition]) -> None:
        """Stop with these; the group waits for no message that is being tried."""
        self._spoken = False
        for tp in revoked:
            self._fresh.discard(tp)
            self.books.pop(tp, None)

    def on_partitions_assigned(self, assigned: Iterable[aiokafka.TopicPartition]) -> None:
        """Begin with these, soon."""
        self._spoken = True
        self._fresh = set(assigned)

    async def settle(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        """Read the memory of what is new here; where nobody was before, begin with what comes from now on.

        The place is committed at once, so that from then on nothing is lost while no process runs.
        """
        for tp in sorted(self._fresh):
            if await consumer.committed(tp) is None:
                await consumer.commit({tp: await consumer.position(tp)})
            book = Book(self._knobs.max_told, self._knobs.remember_s)
            await self._store.load(self._channel, tp.partition, book)
            if tp in self._fresh:  # it may have been taken back meanwhile
                self._fresh.discard(tp)
                self.books[tp] = book
