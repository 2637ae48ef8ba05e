"""Which topics there are and what they should look like; makes them so, and says what differs."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from config.settings import Settings
from streams.admin import client_settings, connected
from streams.errors import StreamsError

HOUR_MS = 3_600_000
MIB = 1_048_576

LARGEST = 8 * MIB
"""A record of runs or ticks, at most, bytes. A tick with all its bounds reached has less than half of it (a test)."""
DEAD_LETTERS = ".dead-letters"

SETTLE_S = 10.0
"""A change that the brokers do not show after this long has failed, seconds."""

MISSING = "missing"
PARTITIONS = "partitions"


class TopicSpec(msgspec.Struct, frozen=True):
    """A topic as declared: its name, partitions, copies, and Kafka's own settings of it."""

    name: str
    partitions: int
    replication_factor: int
    configs: dict[str, str]


class Difference(msgspec.Struct, frozen=True):
    """What a topic has (`found`) and should have (`wanted`), in one setting."""

    topic: str
    setting: str
    found: str
    wanted: str

    @property
    def mendable(self) -> bool:
        """Whether `apply` can mend it: all but the number of partitions, which decides where every key lives."""
        return self.setting != PARTITIONS

    def __str__(self) -> str:
        """Say it with what to do."""
        if self.setting == MISSING:
            return f"{self.topic}: missing: run `freshet topics apply`"
        said = f"{self.topic}: {self.setting} is {self.found}, should be {self.wanted}"
        if self.mendable:
            return f"{said}: run `freshet topics apply`"
        return (
            f"{said}: set topics.partitions to {self.found}, or delete the topic and apply again; it cannot be changed"
        )


def dead_letters(topic: str) -> str:
    """The name of the topic that takes the unreadable records of `topic`."""
    return topic + DEAD_LETTERS


def declared(settings: Settings) -> list[TopicSpec]:
    """Every topic of the contract, as these settings want it.

    All carry the time at which the broker took the record: retention then counts from arrival, so that replayed old
    posts are not deleted within minutes, and no producer can move a watermark ahead by a wrong clock.
    """
    topics = settings.topics

    def spec(name: str, partitions: int, **configs: object) -> TopicSpec:
        named = {key.replace("_", "."): str(value) for key, value in configs.items()}
        return TopicSpec(
            name, partitions, topics.replication_factor, {"message.timestamp.type": "LogAppendTime", **named}
        )

    def kept(name: str, hours: int, partitions: int = topics.partitions, mib: int = 1) -> TopicSpec:
        return spec(
            name, partitions, cleanup_policy="delete", retention_ms=hours * HOUR_MS, max_message_bytes=mib * MIB
        )

    def compacted(name: str, partitions: int = topics.partitions) -> TopicSpec:
        return spec(name, partitions, cleanup_policy="compact", max_message_bytes=MIB)

    def state(name: str, partitions: int = topics.partitions) -> TopicSpec:
        """Small segments, soon cleaned: a restart reads all of it."""
        return spec(
            name,
            partitions,
            cleanup_policy="compact",
            max_message_bytes=MIB,
            segment_bytes=32 * MIB,
            min_cleanable_dirty_ratio=0.1,
            max_compaction_lag_ms=HOUR_MS // 6,
            delete_retention_ms=HOUR_MS,
        )

    return [
        kept(topics.posts, topics.posts_retention_h),
        kept(topics.engagements, topics.engagements_retention_h),
        compacted(topics.campaigns, 1),
        compacted(topics.rules, 1),
        compacted(topics.feedback, 1),
        kept(topics.alerts, topics.alerts_retention_h),
        compacted(topics.trends),
        compacted(topics.kpis),
        # a dead letter is the record as it came and the headers that say why
        kept(dead_letters(topics.posts), topics.posts_retention_h, 1, mib=2),
        kept(dead_letters(topics.engagements), topics.engagements_retention_h, 1, mib=2),
        kept(dead_letters(topics.alerts), topics.alerts_retention_h, 1, mib=2),
        kept(topics.runs, topics.runs_retention_h, mib=LARGEST // MIB),
        kept(topics.ticks, topics.ticks_retention_h, 1, mib=LARGEST // MIB),
        state(topics.read_state),
        state(topics.count_state),
        state(topics.decide_state, 1),
        state(topics.told),
    ]


def found(settings: Settings) -> list[TopicSpec]:
    """The declared topics that exist, as they are."""
    with connected(client_settings(settings)) as admin:
        return _found(admin, declared(settings))


def check(settings: Settings) -> list[Difference]:
    """What differs from the declaration, topic by topic; empty if all is well."""
    return differences(declared(settings), found(settings))


def apply(settings: Settings) -> list[Difference]:
    """Make the topics as declared; gives what was mended.

    Raises: StreamsError, before anything is changed, if a topic has another number of partitions.
    """
    wanted = {spec.name: spec for spec in declared(settings)}
    with connected(client_settings(settings)) as admin:
        mended = differences(wanted.values(), _found(admin, wanted.values()))
        fixed = [f"{each.topic} ({each.found}, should be {each.wanted})" for each in mended if not each.mendable]
        if fixed:
            raise StreamsError(
                f"the number of partitions of a topic cannot be changed: {', '.join(fixed)}: "
                "set topics.partitions to what they have, or delete them and apply again"
            )
        missing = [wanted[each.topic] for each in mended if each.setting == MISSING]
        if missing:
            admin.create_topics({spec.name: _creation(spec) for spec in missing}, wait_for_metadata=True)
        changed = {each.topic for each in mended} - {spec.name for spec in missing}
        if changed:
            admin.alter_configs([_resource(name, wanted[name].configs) for name in sorted(changed)])
        _settle(admin, list(wanted.values()))
    return mended


def differences(wanted: Iterable[TopicSpec], found: Iterable[TopicSpec]) -> list[Difference]:
    """Compare declaration and reality. Copies are left out: an operator moves replicas as they see fit."""
    existing = {spec.name: spec for spec in found}
    out = []
    for spec in wanted:
        it = existing.get(spec.name)
        if it is None:
            out.append(Difference(spec.name, MISSING, "no", "yes"))
            continue
        if it.partitions != spec.partitions:
            out.append(Difference(spec.name, PARTITIONS, str(it.partitions), str(spec.partitions)))
        out += [
            Difference(spec.name, key, it.configs.get(key, ""), value)
            for key, value in spec.configs.items()
            if it.configs.get(key) != value
        ]
    return out


def _settle(admin: KafkaAdminClient, wanted: Sequence[TopicSpec]) -> None:
    """Wait until the brokers show what they accepted, so that whoever looks next sees it."""
    deadline = time.monotonic() + SETTLE_S
    while left := differences(wanted, _found(admin, wanted)):
        if time.monotonic() > deadline:
            raise StreamsError(f"after {SETTLE_S:.0f} s Kafka still shows: {'; '.join(map(str, left))}")
        time.sleep(0.05)


def _found(admin: KafkaAdminClient, wanted: Iterable[TopicSpec]) -> list[TopicSpec]:
    keys = {spec.name: spec.configs for spec in wanted}
    existing = {topic["name"]: topic["partitions"] for topic in admin.describe_topics() if topic["name"] in keys}
    if not existing:
        return []
    resources = [_resource(name, dict.fromkeys(keys[name], "")) for name in existing]
    configs = admin.describe_configs(resources, config_filter="all")["topic"]
    return [
        TopicSpec(
            name,
            len(existing[name]),
            min(len(partition["replica_nodes"]) for partition in existing[name]),
            {key: config["value"] for key, config in configs[name].items()},
        )
        for name in keys
        if name in existing
    ]


def _creation(spec: TopicSpec) -> dict[str, Any]:
    return {
        "num_partitions": spec.partitions,
        "replication_factor": spec.replication_factor,
        "configs": spec.configs,
    }


def _resource(name: str, configs: dict[str, str]) -> ConfigResource:
    return ConfigResource(ConfigResourceType.TOPIC, name, configs)
