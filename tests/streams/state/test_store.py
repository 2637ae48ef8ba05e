"""The store on a real Kafka: what was saved is found again, what is missing stops the worker."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterable, Mapping

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.structs import OffsetAndMetadata
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from config.settings import Settings
from streams import topics
from streams.admin import client_settings
from streams.commits import Commits, Note
from streams.errors import StateError
from streams.faust_settings import aiokafka_client, faust_settings
from streams.sending import Message, Sender
from streams.state import topic_log
from streams.state.manifest import Identity, is_manifest
from streams.state.store import Store

IDENTITY = Identity(partitions=4, state_digest="s", config_digest="c")
PAST = random.Random(1).randbytes(2_000_000)


class Producing(Sender):
    """Sends through a client with the limits of the worker's own."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def send(self, messages: Iterable[Message]) -> None:
        """Send all, wait for all."""
        sent = [await self._producer.send(m.topic, m.value, m.key, m.partition) for m in messages]
        await asyncio.gather(*sent)


@pytest.fixture
async def sender(settings_for_kafka: Settings) -> AsyncIterator[Sender]:
    limits = faust_settings(settings_for_kafka)
    producer = AIOKafkaProducer(
        **aiokafka_client(settings_for_kafka),
        acks=-1,
        compression_type="lz4",
        max_request_size=limits["producer_max_request_size"],
        max_batch_size=limits["producer_max_batch_size"],
    )
    topics.apply(settings_for_kafka)
    await producer.start()
    yield Producing(producer)
    await producer.stop()


@pytest.fixture
def group(settings_for_kafka: Settings) -> str:
    return settings_for_kafka.topics.runs


def store(settings: Settings, sender: Sender, identity: Identity = IDENTITY) -> Store:
    client = aiokafka_client(settings)
    return Store(settings.topics, identity, sender, client, Commits(client, settings.topics.runs))


async def records(settings: Settings, partition: int = 0) -> Mapping[bytes, bytes]:
    return await topic_log.latest(aiokafka_client(settings), settings.topics.count_state, partition)


async def commit(settings: Settings, group: str, offset: int, note: str) -> None:
    """As the group would."""
    consumer = AIOKafkaConsumer(**aiokafka_client(settings), group_id=group, enable_auto_commit=False)
    await consumer.start()
    tp = TopicPartition(settings.topics.runs, 0)
    consumer.assign([tp])
    await consumer.commit({tp: OffsetAndMetadata(offset, note)})
    await consumer.stop()


async def test_what_is_saved_is_loaded(settings_for_kafka: Settings, sender: Sender) -> None:
    """Parts of several blocks, of each partition its own; several at once."""
    runs = settings_for_kafka.topics.runs
    saving = store(settings_for_kafka, sender)
    for partition in range(2):
        keeper = await saving.open("count", partition, [runs])
        assert keeper.loaded is None
        for n in range(3):
            await keeper.save({"head": b"%d of %d" % (n, partition), "past": PAST}, {runs: n})

    opened = store(settings_for_kafka, sender)
    keepers = await asyncio.gather(*(opened.open("count", partition, [runs]) for partition in range(3)))
    assert [k.loaded and k.loaded.parts["head"] for k in keepers] == [b"2 of 0", b"2 of 1", None]
    assert all(k.loaded.parts["past"] == PAST for k in keepers[:2] if k.loaded)
    assert keepers[0].positions == {runs: 2}


async def test_a_zombie_and_its_successor(settings_for_kafka: Settings, sender: Sender) -> None:
    """Both write; a third finds the one ahead, whole, and in the end only its own is left."""
    runs = settings_for_kafka.topics.runs
    zombie = await store(settings_for_kafka, sender).open("count", 0, [runs])
    await zombie.save({"head": b"0", "past": PAST}, {runs: 0})
    owner = await store(settings_for_kafka, sender).open("count", 0, [runs])
    for n in range(1, 5):
        await zombie.save({"head": b"%d" % n}, {runs: n})
        await owner.save({"head": b"%d" % (n + 10), "past": PAST}, {runs: n + 10})
    third = await store(settings_for_kafka, sender).open("count", 0, [runs])
    assert third.loaded is not None
    parts = third.loaded.parts
    assert parts == {"head": b"14", "past": PAST}
    for n in range(20, 22):
        await third.save(parts, {runs: n})
    assert sum(map(is_manifest, await records(settings_for_kafka))) == 1


async def test_what_must_not_be_used(settings_for_kafka: Settings, sender: Sender, group: str) -> None:
    """A missing block; other partitions; other settings; a topic that lost what was promised."""
    runs = settings_for_kafka.topics.runs
    where = f"{settings_for_kafka.topics.count_state}-0"
    good = store(settings_for_kafka, sender)
    await (await good.open("count", 0, [runs])).save({"head": b"h"}, {runs: 7})
    for identity, said in (
        (Identity(partitions=8, state_digest="s", config_digest="c"), "is of 4 partitions, topics.partitions is 8"),
        (Identity(partitions=4, state_digest="t", config_digest="c"), "state_digest s, now t"),
    ):
        with pytest.raises(StateError, match=f"^{where}: .*{said}"):
            await store(settings_for_kafka, sender, identity).open("count", 0, [runs])

    await commit(settings_for_kafka, group, 3, Note(snapshot=8).text())
    with pytest.raises(StateError, match="the state topic has lost records"):
        await good.open("count", 0, [runs])

    (block,) = (key for key in await records(settings_for_kafka) if not is_manifest(key))
    await sender.send([Message(settings_for_kafka.topics.count_state, block, None, 0)])
    with pytest.raises(StateError, match="blocks are missing or damaged in all of 1 snapshots"):
        await good.open("count", 0, [runs])


async def test_a_commit_that_names_a_lost_snapshot(settings_for_kafka: Settings, sender: Sender, group: str) -> None:
    """The state topic is empty, the group's commit says that it was not; another stage's partition is free."""
    runs = settings_for_kafka.topics.runs
    await commit(settings_for_kafka, group, 3, Note(watermark=1.5, snapshot=8).text())
    opening = store(settings_for_kafka, sender)
    with pytest.raises(StateError, match="holds no snapshot, but offsets were committed"):
        await opening.open("count", 0, [runs])
    assert (await opening.open("count", 1, [runs])).loaded is None


async def test_a_foreign_commit_is_refused(settings_for_kafka: Settings, sender: Sender, group: str) -> None:
    """Somebody else's group."""
    runs = settings_for_kafka.topics.runs
    await commit(settings_for_kafka, group, 3, "not ours")
    with pytest.raises(StateError, match="carries 'not ours', which is not ours"):
        await store(settings_for_kafka, sender).open("count", 0, [runs])


async def values_left(settings: Settings, topic: str) -> int:
    """Records of the first partition that are no tombstones, replaced ones included."""
    async with AIOKafkaConsumer(**aiokafka_client(settings), auto_offset_reset="earliest") as consumer:
        tp = TopicPartition(topic, 0)
        consumer.assign([tp])
        end, left = (await consumer.end_offsets([tp]))[tp], 0
        while await consumer.position(tp) < end:
            batch = (await consumer.getmany(tp, timeout_ms=500)).get(tp, [])
            left += sum(record.value is not None for record in batch)
        return left


async def test_it_survives_compaction(settings_for_kafka: Settings, sender: Sender) -> None:
    """Kafka drops what was replaced or deleted, and what is left is still whole."""
    runs, topic = settings_for_kafka.topics.runs, settings_for_kafka.topics.count_state
    tiny = {"segment.bytes": str(1 << 20), "max.compaction.lag.ms": "1000", "delete.retention.ms": "0"}
    with KafkaAdminClient(**client_settings(settings_for_kafka)) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, tiny | {"cleanup.policy": "compact"})])
    keeper = await store(settings_for_kafka, sender).open("count", 0, [runs])
    numbers = random.Random(2)
    for n in range(12):
        await keeper.save({"head": b"%d" % n, "past": numbers.randbytes(800_000), "kept": PAST}, {runs: n})

    deadline = time.monotonic() + 90
    while (kept := await values_left(settings_for_kafka, topic)) > 20:
        assert time.monotonic() < deadline, f"of 39 values {kept} are left"
        await asyncio.sleep(2)

    loaded = (await store(settings_for_kafka, sender).open("count", 0, [runs])).loaded
    assert loaded is not None
    assert loaded.parts["head"] == b"11"
    assert loaded.parts["kept"] == PAST
