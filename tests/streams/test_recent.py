"""A look at the latest records of a topic."""

from kafka import KafkaProducer

from config.settings import Settings
from streams import topics
from streams.admin import client_settings
from streams.recent import recent


def test_latest_records_of_each_partition(settings_for_kafka: Settings) -> None:
    """Each partition gives its share, counted from its end; old records are left alone."""
    topics.apply(settings_for_kafka)
    client, topic = client_settings(settings_for_kafka), settings_for_kafka.topics.posts
    producer = KafkaProducer(**client)
    for number in range(5):
        producer.send(topic, key=b"k", value=str(number).encode(), partition=0)
    producer.send(topic, key=b"gone", value=None, partition=3)
    producer.close()

    found = recent(client, topic, 8)

    assert sorted((record.key or b"", record.value or b"") for record in found) == [
        (b"gone", b""),
        (b"k", b"3"),
        (b"k", b"4"),
    ]


def test_empty_topic(settings_for_kafka: Settings) -> None:
    """A topic without records gives none, and does not wait for one."""
    topics.apply(settings_for_kafka)

    assert recent(client_settings(settings_for_kafka), settings_for_kafka.topics.posts, 8) == []
