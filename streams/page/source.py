"""Reads trends, alerts, figures and rules from Kafka, and goes on when the brokers were away, in no group."""

import asyncio
from collections.abc import Sequence
from typing import Any

import aiokafka
import structlog
from aiokafka.errors import KafkaError

from config.sections import Topics
from streams import clock
from streams.connected import keep_connected
from streams.page.board import DAY_S, Board
from streams.page.places import DAYS
from streams.page.slow import HINT, KEPT_S
from streams.refusals import UNREADABLE, from_error

log = structlog.get_logger()

POLL_MS = 250
"""How long one read waits for records, milliseconds."""

BATCH = 500
"""Records taken at once, at most, so that open pages are not kept waiting."""

ANSWER_S = 5.0
"""How long the brokers may take to say where a topic ends, seconds: without an answer they are not reached."""

ASK_S = 2.0
"""Between two such questions, seconds."""


class Source:
    """A reader of the topics.

    Args:
        client: keyword arguments that reach the brokers, as aiokafka takes them.
        partitions: how many each topic has, by its name.
    """

    def __init__(self, board: Board, topics: Topics, client: dict[str, Any], partitions: dict[str, int]) -> None:
        self._board = board
        self._topics = topics
        self._client = client
        self._tps = [aiokafka.TopicPartition(topic, n) for topic, many in partitions.items() for n in range(many)]
        self._next: dict[aiokafka.TopicPartition, int] = {}
        self._caught_up: dict[aiokafka.TopicPartition, int] | None = None
        self.lost_at: float | None = None
        """Since when the brokers are not reached, epoch seconds; None: they are."""
        self.loading = True
        """Whether what was there at the start has not been read yet."""
        self.unreadable = 0

    async def run(self) -> None:
        """Read until cancelled."""
        await keep_connected(self._consumer, self._follow, self._lost)

    def _consumer(self) -> aiokafka.AIOKafkaConsumer:
        return aiokafka.AIOKafkaConsumer(
            **self._client, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest"
        )

    async def _follow(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        await self._begin(consumer)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read(consumer))
            tasks.create_task(self._watch(consumer))

    async def _begin(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        """Where we were; at first: all trends and rules, alerts of 30 days (what is slow lasts), figures of 14."""
        consumer.assign(self._tps)
        back = {self._topics.alerts: KEPT_S, self._topics.kpis: DAYS * DAY_S}
        asked = {tp: int((clock.now() - back[tp.topic]) * 1000) for tp in self._tps if tp.topic in back}
        since = await consumer.offsets_for_times(asked)
        ends = await consumer.end_offsets(self._tps)
        for tp in self._tps:
            found = since.get(tp)
            first = 0 if tp.topic not in back else ends[tp] if found is None else found.offset
            consumer.seek(tp, self._next.get(tp, first))
        if self._caught_up is None:
            self._caught_up = ends
        self._found()

    async def _read(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        while True:
            batches = await consumer.getmany(*self._tps, timeout_ms=POLL_MS, max_records=BATCH)
            for tp, records in batches.items():
                self._take(tp.topic, records)
                self._next[tp] = records[-1].offset + 1
            if batches:
                await self._board.tell()
            if self.loading and self._caught_up is not None:
                positions = [await consumer.position(tp) >= end for tp, end in self._caught_up.items()]
                self.loading = not all(positions)

    async def _watch(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        """Ask now and then: the client reconnects by itself, in silence."""
        while True:
            try:
                await asyncio.wait_for(consumer.end_offsets(self._tps), ANSWER_S)
            except (KafkaError, TimeoutError) as error:
                self._lost(type(error).__name__)
            else:
                self._found()
            await asyncio.sleep(ASK_S)

    def _take(self, topic: str, records: Sequence[Any]) -> None:
        for record in records:
            at = record.timestamp / 1000
            try:
                if topic == self._topics.trends:
                    self._board.take_trend((record.key or b"").decode(), record.value)
                elif topic == self._topics.rules:
                    self._board.take_rule(record.key, record.value)
                elif record.value is not None and topic == self._topics.kpis:
                    self._board.take_figures(record.value)
                elif record.value is not None:
                    self._take_alert(record.value, at)
            except UNREADABLE as error:
                self.unreadable += 1
                reason = from_error(error).reason
                log.warning("unreadable record", topic=topic, offset=record.offset, reason=str(reason))

    def _take_alert(self, value: bytes, at: float) -> None:
        if at >= clock.now() - DAY_S:
            self._board.take_alert(value, at)
        if HINT in value:
            self._board.take_slow(value, at)

    def _lost(self, error: str) -> None:
        if self.lost_at is None:
            self.lost_at = clock.now()
            log.warning("the page lost Kafka", error=error)

    def _found(self) -> None:
        self.lost_at = None
