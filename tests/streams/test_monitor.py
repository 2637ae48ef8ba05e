"""When a source partition is quiet: not while what was fetched waits to be handled."""

from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock, MagicMock

import pytest
from faust.types import TP

from config.settings import load
from streams import clock
from streams.chunks import Chunk
from streams.health import Health
from streams.monitor import Monitor
from tests.streams.shell import metrics

SETTINGS = load()
POSTS = TP(SETTINGS.topics.posts, 0)
END = 100


class Looked:
    """A monitor of one partition, whose consumer and clock do as they are told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(clock, "monotonic", lambda: self.now)
        self.consumer = MagicMock(delivering=True, epoch=1, begins={})
        self.consumer.assignment.return_value = {POSTS}
        self.consumer.highwaters = AsyncMock(return_value={POSTS: END})
        self.consumer.position = AsyncMock(return_value=END)
        self.reading = MagicMock(idle=AsyncMock(), watermarks=lambda: iter([0.0]))
        agents = {POSTS.topic: "read-posts"}
        health = Health(agents.values(), 60.0)
        app = cast("Any", SimpleNamespace(consumer=self.consumer))
        self.monitor = Monitor(app, SETTINGS, agents, self.reading, health, metrics())
        monkeypatch.setattr(Monitor, "consumer", self.consumer)
        self.monitor.assigned({POSTS})

    async def look(self, seconds: int) -> int:
        """Look once a second for so long -> how often it was said to be quiet."""
        before = self.reading.idle.await_count
        for _ in range(seconds):
            self.now += 1
            await self.monitor.look()
        return int(self.reading.idle.await_count - before)

    def handled(self, last: int, epoch: int) -> None:
        """A chunk that ends with this offset."""
        self.monitor.handled(Chunk(POSTS, [SimpleNamespace(offset=last)], epoch, 0))


async def test_a_partition_with_nothing_to_read_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """After `worker.idle_s`, and again after as long."""
    looked = Looked(monkeypatch)
    assert await looked.look(12) == 2


async def test_what_waits_in_a_queue_is_not_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """All was fetched, nothing was handled yet: a worker that restores large state is slow, its source is not quiet."""
    looked = Looked(monkeypatch)
    looked.consumer.begins = {POSTS: 40}
    assert await looked.look(60) == 0
    looked.handled(END - 1, epoch=1)
    assert await looked.look(6) == 1


async def test_what_was_handled_before_a_seek_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk of an older seek that comes to its end says nothing of where the partition stands now."""
    looked = Looked(monkeypatch)
    looked.consumer.begins = {POSTS: 40}
    looked.handled(END - 1, epoch=0)
    assert await looked.look(60) == 0
