"""What an agent does with a chunk, and what no agent does once a step has failed."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from faust.types import TP

from streams.agents import Agents
from streams.chunks import Chunk
from tests.streams.shell import chunk_of, metrics

RUNS = TP("runs", 0)


class Scene:
    """Agents with everything around them played."""

    def __init__(self) -> None:
        self.handled: list[Chunk] = []
        self.deaths: list[str] = []
        self.crashes: list[Exception] = []
        self.stepped: list[int] = []
        monitor = SimpleNamespace(consumer=SimpleNamespace(epoch=1), handled=self.handled.append)
        health = SimpleNamespace(died=lambda name, why: self.deaths.append(f"{name}: {why}"))
        app = SimpleNamespace(crash=self.crash)
        self.agents = Agents(cast("Any", app), cast("Any", monitor), cast("Any", health), metrics())

    async def crash(self, error: Exception) -> None:
        """As Faust is told."""
        self.crashes.append(error)

    async def step(self, chunk: Chunk) -> None:
        """Fails on the third chunk."""
        self.stepped.append(chunk.sequence)
        if chunk.sequence == 2:
            raise ValueError("broken")

    async def handle(self, sequence: int) -> None:
        """One chunk, as the agent takes it."""
        chunk = chunk_of(RUNS, [b"x"], sequence)._replace(sequence=sequence)
        await self.agents._handle("count", "count", self.step, chunk)


async def test_chunks_are_stepped_in_order() -> None:
    """And the monitor hears of each."""
    scene = Scene()
    for sequence in range(2):
        await scene.handle(sequence)
    assert scene.stepped == [0, 1]
    assert [chunk.sequence for chunk in scene.handled] == [0, 1]


async def test_after_a_failure_nothing_is_stepped() -> None:
    """Faust starts the agent again until the worker has ended: no chunk may be taken after the failed one."""
    scene = Scene()
    for sequence in range(2):
        await scene.handle(sequence)
    with pytest.raises(ValueError, match="broken"):
        await scene.handle(2)
    await scene.handle(3)
    assert scene.stepped == [0, 1, 2]
    assert [chunk.sequence for chunk in scene.handled] == [0, 1]
    assert scene.deaths == ["count: ValueError: broken"]
    assert len(scene.crashes) == 1
