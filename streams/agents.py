"""One agent a stage: take a chunk, do the step, go on. An error stops the worker, for Faust would lose the chunk."""

from collections.abc import Awaitable, Callable

import structlog
from faust.types import StreamT

from streams import clock
from streams.chunks import Chunk, ChunkApp, Order
from streams.health import Health
from streams.metrics import Metrics, Stage
from streams.monitor import Monitor

log = structlog.get_logger()

Step = Callable[[Chunk], Awaitable[None]]


class Agents:
    """Makes the agents of an app.

    Args:
        monitor: hears what was handled.
        health: hears of a dead agent.
    """

    def __init__(self, app: ChunkApp, monitor: Monitor, health: Health, metrics: Metrics) -> None:
        self._app = app
        self._monitor = monitor
        self._health = health
        self._metrics = metrics
        self._failed = False
        self.order = Order()

    def add(self, name: str, topic: str, stage: Stage, step: Step) -> None:
        """An agent that takes the chunks of a topic through a step."""

        async def agent(chunks: StreamT[Chunk]) -> None:
            async for chunk in chunks:
                await self._handle(name, stage, step, chunk)

        self._app.agent(self._app.chunk_topic(topic), name=name)(agent)

    async def _handle(self, name: str, stage: Stage, step: Step, chunk: Chunk) -> None:
        if self._failed:
            return  # Faust goes on with the next chunk until the worker has ended: a stage that missed one must not
        started = clock.monotonic()
        try:
            if not self.order.accepts(chunk, self._monitor.consumer.epoch):
                return
            await step(chunk)
        except Exception as error:
            self._failed = True
            self._health.died(name, f"{type(error).__name__}: {error}")
            log.exception(
                "the worker stops: a step failed", agent=name, topic=chunk.tp.topic, partition=chunk.tp.partition
            )
            await self._app.crash(error)
            raise
        self._metrics.observe_step(stage, clock.monotonic() - started)
        self._monitor.handled(chunk)
