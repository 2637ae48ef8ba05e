"""Looking posts up again, on a real Kafka."""

import asyncio
import json
from collections.abc import Iterable

import msgspec
from kafka import KafkaProducer, TopicPartition

from config.settings import Settings
from detectors.counts.ticks import PostRef
from detectors.model.posts import Post
from streams import topics
from streams.admin import client_settings, connected
from streams.archive import NEAR, Archive, Texts
from streams.faust_settings import aiokafka_client
from tests.streams.examples import POST

POSTS = 3 * NEAR
UNREADABLE = 7


def _sent(settings: Settings) -> None:
    """Two partitions of posts, the same offsets in both; one is no JSON."""
    topics.apply(settings)
    producer = KafkaProducer(**client_settings(settings), batch_size=1000)
    for offset in range(POSTS):
        for partition in (0, 1):
            value = json.dumps(POST | {"post_id": f"{partition}-{offset}"}) if offset != UNREADABLE else "{"
            producer.send(settings.topics.posts, value.encode(), partition=partition)
    producer.close()


def _ref(source: int, offset: int) -> PostRef:
    return PostRef(source, offset, 0, 0)


def _numbers(texts: Texts) -> dict[tuple[int, int], str | None]:
    return {place: post.post_id if isinstance(post, Post) else None for place, post in texts.items()}


async def _look(settings: Settings, *questions: Iterable[PostRef]) -> list[dict[tuple[int, int], str | None]]:
    """What one archive answers, question after question."""
    archive = Archive(settings.topics.posts, settings.topics.partitions, aiokafka_client(settings))
    try:
        return [_numbers(await archive.read(refs)) for refs in questions]
    finally:
        await archive.close()


def test_posts_are_found_wherever_they_stand(settings_for_kafka: Settings) -> None:
    """Near ones and far ones of several partitions; an unreadable one is None; asked again, the same."""
    _sent(settings_for_kafka)
    wanted = [_ref(s, n) for s in (0, 1) for n in (0, 1, UNREADABLE, POSTS // 2, POSTS - 1)]
    found = {(s, n): None if n == UNREADABLE else f"{s}-{n}" for s, n, *_ in map(msgspec.structs.astuple, wanted)}
    later = {(1, 2): "1-2", (0, 0): "0-0", (0, 3): "0-3"}

    answers = asyncio.run(_look(settings_for_kafka, wanted, wanted, [_ref(*place) for place in later]))

    assert answers == [found, found, later]


def test_a_post_that_is_gone_is_none(settings_for_kafka: Settings) -> None:
    """What retention has deleted cannot be read; what stands beside it can."""
    _sent(settings_for_kafka)
    with connected(client_settings(settings_for_kafka)) as admin:
        admin.delete_records({TopicPartition(settings_for_kafka.topics.posts, n): POSTS // 2 for n in (0, 1)})

    (texts,) = asyncio.run(_look(settings_for_kafka, [_ref(0, 3), _ref(0, POSTS - 2), _ref(1, 5)]))

    assert texts == {(0, 3): None, (0, POSTS - 2): f"0-{POSTS - 2}", (1, 5): None}
