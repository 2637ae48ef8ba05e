"""Reads rules and alerts for the channels' rules: in no group, all partitions, the past first."""

from typing import Any

import aiokafka
import structlog

from config.sections import Topics
from streams import clock
from streams.connected import keep_connected
from streams.notify.ruling import Ruling

log = structlog.get_logger()

PAST_S = 15 * 86_400.0
"""How far back alerts are read at the start, seconds: the bar is learned from a week, the rest is what was sent."""

POLL_MS = 250
"""How long one read waits for records, milliseconds."""


class RulingReader:
    """Feeds the rules at work.

    Args:
        client: keyword arguments that reach the brokers, as aiokafka takes them.
        partitions: of the alerts topic.
    """

    def __init__(self, ruling: Ruling, topics: Topics, client: dict[str, Any], partitions: int) -> None:
        self._ruling = ruling
        self._rules = aiokafka.TopicPartition(topics.rules, 0)
        self._alerts = [aiokafka.TopicPartition(topics.alerts, number) for number in range(partitions)]
        self._client = client
        self._next: dict[aiokafka.TopicPartition, int] = {}

    async def run(self) -> None:
        """Read until cancelled."""
        await keep_connected(self._consumer, self._follow, self._lost)

    def _consumer(self) -> aiokafka.AIOKafkaConsumer:
        return aiokafka.AIOKafkaConsumer(**self._client, group_id=None, auto_offset_reset="earliest")

    async def _follow(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        await self._begin(consumer)
        while True:
            self._take(await consumer.getmany(timeout_ms=POLL_MS))
            self._ruling.tick(clock.now())

    def _lost(self, error: str) -> None:
        log.warning("the rules lost Kafka", error=error)

    async def _begin(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        """Where we were; at first: all rules as they are now, then what is there of alerts in one go, in order."""
        tps = [self._rules, *self._alerts]
        consumer.assign(tps)
        if self._next:
            for tp in tps:
                consumer.seek(tp, self._next[tp])
            return
        ends = await consumer.end_offsets(tps)
        since = await consumer.offsets_for_times({tp: int((clock.now() - PAST_S) * 1000) for tp in self._alerts})
        reached = {tp: ends[tp] if (found := since.get(tp)) is None else found.offset for tp in self._alerts}
        reached[self._rules] = 0
        for tp, offset in reached.items():
            consumer.seek(tp, offset)
        past: list[Any] = []
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for tp, records in (await consumer.getmany(timeout_ms=POLL_MS)).items():
                past += records
                reached[tp] = records[-1].offset + 1
        self._ruling.take([record for record in past if record.topic == self._rules.topic])
        self._ruling.take([record for record in past if record.topic != self._rules.topic])
        self._next = reached  # not before: what is lost half-way is read anew
        for tp in self._alerts:
            self._ruling.passed(tp.partition, reached[tp] - 1)
        for name in self._ruling.missing:
            log.warning("a channel's rule is not there: it sends nothing until it is", rule=name)

    def _take(self, batches: dict[aiokafka.TopicPartition, list[Any]]) -> None:
        self._ruling.take([record for records in batches.values() for record in records])
        for tp, records in batches.items():
            self._next[tp] = records[-1].offset + 1
