"""Which worker gets which partitions: posts-n, engagements-n and runs-n must meet on one."""

from types import SimpleNamespace
from typing import Any

import aiokafka
import pytest
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Transport

from config.settings import load
from streams.chunks import ChunkApp
from streams.faust_settings import faust_settings

TOPICS = load().topics
TOGETHER = {TOPICS.posts, TOPICS.engagements, TOPICS.runs}
SIZES = dict.fromkeys(TOGETHER, TOPICS.partitions) | {TOPICS.ticks: 1}
CLUSTER = SimpleNamespace(partitions_for_topic=lambda topic: set(range(SIZES[topic])))


@pytest.fixture
def app() -> ChunkApp:
    settings = load()
    return ChunkApp(chunk_records=settings.worker.chunk_records, **faust_settings(settings))


def shares(app: ChunkApp, members: int) -> list[dict[str, list[int]]]:
    """What each of so many workers gets, by topic."""
    member = app.assignor.metadata(set(SIZES))  # type: ignore[attr-defined]
    assigned = app.assignor.assign(CLUSTER, {f"worker-{n}": member for n in range(members)})  # type: ignore[attr-defined]
    return [dict(share.assignment) for share in assigned.values()]


@pytest.mark.parametrize("members", [1, 2, 3, 4])
def test_partitions_of_a_number_go_to_one_worker(app: ChunkApp, members: int) -> None:
    """A post and its engagements are joined there."""
    for share in shares(app, members):
        numbers = [sorted(share[topic]) for topic in TOGETHER]
        assert numbers[0]
        assert numbers == [numbers[0]] * len(TOGETHER)


@pytest.mark.parametrize("members", [1, 2, 3, 4])
def test_every_partition_goes_to_one_worker(app: ChunkApp, members: int) -> None:
    """None is left out, none is read twice."""
    all_shares = shares(app, members)
    for topic, size in SIZES.items():
        assert sorted(n for share in all_shares for n in share.get(topic, [])) == list(range(size))


def test_the_worker_asks_for_that_assignor(app: ChunkApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without standby replicas, and without tables, Faust would take round-robin instead."""
    asked: dict[str, Any] = {}
    monkeypatch.setattr(aiokafka, "AIOKafkaConsumer", lambda **settings: asked.update(settings))
    thread = object.__new__(AIOKafkaConsumerThread)
    thread.app, thread.consumer = app, SimpleNamespace(in_transaction=False)  # type: ignore[assignment]
    thread._create_worker_consumer(Transport(app.conf.broker_consumer, app))
    assert asked["partition_assignment_strategy"] == [app.assignor]
