"""One channel's place in the topic: its own consumer group, so that no channel ever waits for another."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiokafka
import structlog
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from streams import clock
from streams.connected import keep_connected
from streams.notify.decision import Reason
from streams.notify.metrics import NotifyMetrics
from streams.notify.partitions import Partitions
from streams.notify.teller import Teller
from streams.notify.told import Book
from streams.notify.watch import Watch

log = structlog.get_logger()

POLL_MS = 250
"""How long one read waits for alerts, milliseconds."""

BATCH = 50
"""Alerts taken at once, at most."""

ASK_S = 2.0
"""Between two questions for the ends of the partitions, seconds."""

ANSWER_S = 5.0
"""How long they may take to answer, seconds."""

SESSION_MS = 10_000
"""After which another process takes over from one that is gone, milliseconds."""

NEVER_MS = 2**31 - 1
"""A message may be tried for longer than a group waits for the next read; heartbeats say that we live."""

DURABLE = frozenset({Reason.FIRST, Reason.FOLLOW_UP, Reason.DEAD_LETTER, Reason.UNREADABLE})
"""Outcomes after which the place is committed at once: they left something behind."""


class Reader:
    """Reads the alerts for one channel.

    Args:
        group: the consumer group of this channel.
        client: keyword arguments that reach the brokers, as aiokafka takes them.
    """

    def __init__(
        self,
        group: str,
        topic: str,
        client: dict[str, Any],
        partitions: Partitions,
        teller: Teller,
        watch: Watch,
        metrics: NotifyMetrics,
    ) -> None:
        self._group = group
        self._topic = topic
        self._client = client
        self._partitions = partitions
        self._teller = teller
        self._watch = watch
        self._lag = metrics.lag.labels(watch.name)
        self._next: dict[aiokafka.TopicPartition, int] = {}
        self._stopping = False

    @property
    def partitions(self) -> frozenset[aiokafka.TopicPartition]:
        """What this process reads right now."""
        return frozenset(self._partitions.books)

    def stop(self) -> None:
        """Begin nothing any more; what is on its way is still heard of and remembered."""
        self._stopping = True

    async def run(self) -> None:
        """Read until told to stop. Raises StateError where what was told cannot be read."""
        await keep_connected(self._consumer, self._follow, self._lost, lambda: self._stopping)

    async def _follow(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        consumer.subscribe([self._topic], listener=self._partitions)
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(self._look(consumer))
            await self._read(consumer)
            looking.cancel()

    def _lost(self, error: str) -> None:
        log.warning("a channel lost Kafka", channel=self._watch.name, error=error)

    def _consumer(self) -> aiokafka.AIOKafkaConsumer:
        self._partitions.forget()
        return aiokafka.AIOKafkaConsumer(
            **self._client,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="latest",
            session_timeout_ms=SESSION_MS,
            max_poll_interval_ms=NEVER_MS,
        )

    async def _read(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        while not self._stopping:
            await self._partitions.settle(consumer)
            self._watch.settled = self._partitions.settled
            await self._digest()
            ready = list(self._partitions.books)
            if not ready:
                await asyncio.sleep(POLL_MS / 1000)
                continue
            for tp, records in (await consumer.getmany(*ready, timeout_ms=POLL_MS, max_records=BATCH)).items():
                await self._take(consumer, tp, records)

    async def _take(self, consumer: aiokafka.AIOKafkaConsumer, tp: aiokafka.TopicPartition, records: list[Any]) -> None:
        book = self._partitions.books.get(tp)
        if book is None:
            return

        ours = self._ours(tp, book)
        for record in records:
            outcome = await self._teller.tell(record, book, ours)
            if outcome is None or not ours():
                return
            self._next[tp] = record.offset + 1
            if outcome in DURABLE or record is records[-1]:
                await self._commit(consumer, tp)

    async def _digest(self) -> None:
        """The process that has the first partition tells digests."""
        tp = aiokafka.TopicPartition(self._topic, 0)
        book = self._partitions.books.get(tp)
        if book is not None:
            await self._teller.tell_digest(0, book, self._ours(tp, book))

    def _ours(self, tp: aiokafka.TopicPartition, book: Book) -> Callable[[], bool]:
        """Whether a partition is still this process's, with the same memory."""
        return lambda: not self._stopping and self._partitions.books.get(tp) is book

    async def _commit(self, consumer: aiokafka.AIOKafkaConsumer, tp: aiokafka.TopicPartition) -> None:
        try:
            await consumer.commit({tp: self._next[tp]})
        except (CommitFailedError, IllegalStateError):
            log.info("a partition went to another process", channel=self._watch.name, partition=tp.partition)

    async def _look(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        """How many alerts wait, and whether the brokers answer; also while a message is being tried."""
        while True:
            try:
                async with asyncio.timeout(ANSWER_S):
                    await self._ask(consumer)
            except (KafkaError, TimeoutError):
                log.info("the brokers do not answer", channel=self._watch.name)
            self._watch.tell(clock.monotonic())
            await asyncio.sleep(ASK_S)

    async def _ask(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        tps = list(self._partitions.books)
        ends = await consumer.end_offsets(tps) if tps else {}
        if tps or await consumer.topics():
            self._watch.seen_at = clock.monotonic()
        for tp in [tp for tp in self._next if tp not in tps]:
            del self._next[tp]
        for tp in [tp for tp in tps if tp not in self._next]:
            self._next[tp] = await consumer.position(tp)
        self._lag.set(sum(max(0, end - self._next.get(tp, end)) for tp, end in ends.items()))
