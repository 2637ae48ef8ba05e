"""Looks at the worker from outside, once a while: lag, quiet partitions, health. It ends a worker that cannot do its work."""

from collections.abc import Iterator

import structlog
from faust.types import TP

from config.settings import Settings
from streams import clock
from streams.chunks import Chunk, ChunkApp, ChunkConsumer
from streams.health import Health
from streams.metrics import Metrics
from streams.reading import Reading

log = structlog.get_logger()


class Monitor:
    """What was handled last of each partition, and what follows from it.

    Args:
        agents: topic -> name of the agent that reads it.
    """

    def __init__(
        self, app: ChunkApp, settings: Settings, agents: dict[str, str], reading: Reading, health: Health, metrics: Metrics
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

    @property
    def consumer(self) -> ChunkConsumer:
        """The consumer of this worker."""
        consumer = self._app.consumer
        assert isinstance(consumer, ChunkConsumer)
        return consumer

    def handled(self, chunk: Chunk) -> None:
        """A chunk was handled to its end."""
        now = clock.now()
        self._handled[chunk.tp] = chunk.records[-1].offset + 1
        self._quiet_since[chunk.tp] = now
        self._health.progress(self._agents[chunk.tp.topic], now)
        self._health.broker_seen(now)

    def assigned(self, tps: set[TP]) -> None:
        """The group gave this worker its partitions."""
        now = clock.now()
        self._health.assigned(now)
        self._handled.clear()
        self._quiet_since = dict.fromkeys(tps, now)
        self._reading.keep({tp.partition for tp in tps if tp.topic in self._inputs})

    async def look(self) -> None:
        """Measure, and say for quiet partitions that they are quiet."""
        now = clock.now()
        if not self.consumer.delivering:
            return
        self._health.recovered(now)
        waiting = dict.fromkeys(self._agents.values(), 0)
        for tp, lag in [(tp, await self._lag(tp)) for tp in self._assigned()]:
            self._metrics.consumer_lag.labels(tp.topic, str(tp.partition)).set(lag)
            waiting[self._agents[tp.topic]] += lag
            if lag:
                self._quiet_since[tp] = now
            elif tp.topic in self._inputs and now - self._quiet_since.setdefault(tp, now) >= self._idle_s:
                await self._reading.idle(tp, self.consumer.epoch, now - self._quiet_since[tp])
        for agent, records in waiting.items():
            self._health.waiting(agent, records, now)
        if not any(waiting.values()):
            self._health.broker_seen(now)
        self._metrics.watermark_age.labels("read").set(now - min(self._reading.watermarks(), default=now))
        self._metrics.ready.set(self._health.ready(now)[0])

    def _assigned(self) -> Iterator[TP]:
        yield from sorted(tp for tp in self.consumer.assignment() if tp.topic in self._agents)

    async def _lag(self, tp: TP) -> int:
        """Records that wait. Measured against what was handled, not against what was fetched."""
        end = self.consumer.highwater(tp)
        if end is None:
            return 0
        handled = self._handled.get(tp)
        if handled is None:
            handled = await self.consumer.position(tp) or 0
        return max(0, end - handled)
