"""Reads what a run left in Kafka: the records that were sent, ticks, alerts, dead letters."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from config.settings import Settings
from detectors.counts import ticks
from streams.admin import client_settings
from streams.dead_letters import said_of
from streams.topics import dead_letters
from tests.chaos.stream import Sent
from tests.chaos.verdict import Differences, Outcome


def everything(settings: Settings, topic: str) -> list[Any]:
    """Every record of a topic up to its end, as kafka-python gives it; in order within each partition."""
    consumer = KafkaConsumer(**client_settings(settings), enable_auto_commit=False)
    try:
        partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        records: list[Any] = []
        while any(consumer.position(each) < ends[each] for each in partitions):
            for batch in consumer.poll(500).values():
                records += batch
        return records
    finally:
        consumer.close()


def written_outcome(settings: Settings) -> Outcome:
    """Every tick and every alert, repeated ones included, in order."""
    told = (ticks.decode(record.value) for record in everything(settings, settings.topics.ticks))
    alerts = (json.loads(record.value) for record in everything(settings, settings.topics.alerts))
    return Outcome(list(told), list(alerts))


def taken(settings: Settings, planned: Sequence[Sent], found: Differences) -> int:
    """Whether Kafka holds the planned records, in order and once -> how many it holds.

    Without this, nothing that is found later says anything about the workers.
    """
    records = 0
    for topic in ("posts", "engagements"):
        there = everything(settings, settings.topics.names()[topic])
        records += len(there)
        for partition in range(settings.topics.partitions):
            values = [record.value for record in there if record.partition == partition]
            wanted = [record.value for record in planned if (record.topic, record.partition) == (topic, partition)]
            if values != wanted:
                found.add("input is not as planned", f"{topic}-{partition}: {len(values)} of {len(wanted)} records")
    return records


def refused(settings: Settings, poisoned: Iterable[Sent], found: Differences) -> None:
    """Whether exactly the records that make our code raise were put aside, with their reason."""
    for topic in ("posts", "engagements"):
        letters = everything(settings, dead_letters(settings.topics.names()[topic]))
        wanted = {record.value for record in poisoned if record.topic == topic}
        if {letter.value for letter in letters} != wanted:
            found.add("dead letters", f"{topic}: {len(letters)}, {len(wanted)} were to be expected")
        for letter in letters:
            reason = said_of(letter.headers)["reason"]
            if reason != "internal_error":
                found.add("dead letter's reason", f"{topic}: {reason}")
