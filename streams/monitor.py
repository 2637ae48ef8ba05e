"""Looks at the worker from outside, now and then: lag, quiet partitions, health. What follows is decided elsewhere."""

import asyncio
import math
from collections.abc import Iterator, Mapping

import structlog
from aiokafka.errors import KafkaError
from faust.types import TP

from config.settings import Settings
from streams import clock
from streams.chunks import Chunk, ChunkApp, ChunkConsumer
from streams.health import Health
from streams.metrics import Metrics
from streams.reading import Reading

log = structlog.get_logger()

ANSWER_S = 10.0
"""How long the broker may take to tell the ends of the partitions, seconds."""


OWN_PAUSE_S = 5.0
"""A worker that did not look for so long may have lost partitions that others read: quiet is measured anew, seconds."""


class Monitor:
    """What was handled last of each partition, and what follows from it.

    Args:
        agents: topic -> name of the agent that reads it.
    """

    def __init__(
        self,
        app: ChunkApp,
        settings: Settings,
        agents: dict[str, str],
        reading: Reading,
        health: Health,
        metrics: Metrics,
    ) -> None:
        self._app = app
        self._agents = agents
        self._inputs = {settings.topics.posts, settings.topics.engagements}
        self._idle_s = settings.worker.idle_s
        self._reading = reading
        self._health = health
        self._metrics = metrics
        self._handled: dict[TP, int] = {}
        self._quiet_since: dict[TP, float] = {}
        self._said_at: dict[TP, float] = {}
        self._looked_at = -math.inf

    @property
    def consumer(self) -> ChunkConsumer:
        """The consumer of this worker."""
        consumer = self._app.consumer
        assert isinstance(consumer, ChunkConsumer)
        return consumer

    def handled(self, chunk: Chunk) -> None:
        """A chunk was handled to its end."""
        now = clock.monotonic()
        if chunk.epoch != self.consumer.epoch:
            return  # a seek in the meantime: what it holds is read again
        self._handled[chunk.tp] = chunk.records[-1].offset + 1
        self._quiet_since[chunk.tp] = now
        self._health.progress(self._agents[chunk.tp.topic], now)
        self._health.broker_seen(now)

    def assigned(self, tps: set[TP]) -> None:
        """The group gave this worker its partitions."""
        now = clock.monotonic()
        self._health.assigned(now)
        self._handled.clear()
        self._metrics.consumer_lag.clear()  # of partitions that others have now
        self._quiet_since = dict.fromkeys(tps, now)
        self._reading.keep({tp.partition for tp in tps if tp.topic in self._inputs})

    async def look(self) -> None:
        """Measure, and say for quiet partitions that they are quiet."""
        consumer = self.consumer
        spare = consumer.flow_active and not consumer.assignment()  # more workers than shares: nothing to wait for
        if not consumer.delivering and not spare:
            return
        self._health.recovered(clock.monotonic())
        lags = await self._lags()
        now = clock.monotonic()
        if lags is not None:
            self._health.broker_seen(now)
            self._measure(lags, now)
            await self._say_quiet(lags, now)
        wall = clock.now()
        self._metrics.watermark_age.labels("read").set(wall - min(self._reading.watermarks(), default=wall))
        self._metrics.ready.set(self._health.ready(now)[0])

    def _measure(self, lags: Mapping[TP, int], now: float) -> None:
        waiting = dict.fromkeys(self._agents.values(), 0)
        for tp, lag in lags.items():
            self._metrics.consumer_lag.labels(tp.topic, str(tp.partition)).set(lag)
            waiting[self._agents[tp.topic]] += lag
        for agent, records in waiting.items():
            self._health.waiting(agent, records, now)

    async def _say_quiet(self, lags: Mapping[TP, int], now: float) -> None:
        if now - self._looked_at > OWN_PAUSE_S:
            self._quiet_since = dict.fromkeys(lags, now)
        self._looked_at = now
        for tp, lag in lags.items():
            if tp.topic not in self._inputs:
                continue
            if lag:
                self._quiet_since[tp] = now
            quiet_s = now - self._quiet_since.setdefault(tp, now)
            if quiet_s >= self._idle_s and now - self._said_at.get(tp, -math.inf) >= self._idle_s:
                self._said_at[tp] = now
                await self._reading.idle(tp, self.consumer.epoch, quiet_s)

    def _assigned(self) -> Iterator[TP]:
        yield from sorted(tp for tp in self.consumer.assignment() if tp.topic in self._agents)

    async def _lags(self) -> dict[TP, int] | None:
        """Records that wait, by partition, or None if the broker does not answer.

        The ends are asked for: those that come with fetched records stand still when the consumer does. What waits is
        counted from what was handled, not from what was fetched.
        """
        tps = list(self._assigned())
        asked = tps or [TP(sorted(self._inputs)[0], 0)]  # a sign of the broker is wanted in any case
        try:
            ends = await asyncio.wait_for(self.consumer.highwaters(*asked), ANSWER_S)
            starts = {tp: await self._start(tp) for tp in tps}
        except (KafkaError, TimeoutError) as error:
            log.warning("the broker does not answer", error=type(error).__name__)
            return None
        return {tp: max(0, ends.get(tp, 0) - starts[tp]) for tp in tps}

    async def _start(self, tp: TP) -> int:
        """The first record that was not handled. What was fetched and waits in a queue is no sign of a quiet source."""
        known = self._handled.get(tp, self.consumer.begins.get(tp))
        return known if known is not None else await self.consumer.position(tp) or 0
