"""The topics as declared, and how reality is brought to it."""

import pytest

from config.settings import Settings, load
from streams import topics
from streams.errors import StreamsError
from streams.topics import Difference, TopicSpec

HOUR_MS = 3_600_000


def test_declared_topics() -> None:
    """The topics of the contract with their partitions; one partition where one reader decides."""
    partitions = {spec.name: spec.partitions for spec in topics.declared(load(topics={"partitions": 6}))}

    assert partitions == {
        "social.posts.v1": 6,
        "social.engagements.v1": 6,
        "freshet.campaigns.v1": 1,
        "freshet.rules.v1": 1,
        "freshet.feedback.v1": 1,
        "freshet.alerts.v1": 6,
        "freshet.trends.v1": 6,
        "freshet.kpis.v1": 6,
        "social.posts.v1.dead-letters": 1,
        "social.engagements.v1.dead-letters": 1,
        "freshet.alerts.v1.dead-letters": 1,
        "freshet.internal.runs.v1": 6,
        "freshet.internal.ticks.v1": 1,
        "freshet.internal.read-state.v1": 6,
        "freshet.internal.count-state.v1": 6,
        "freshet.internal.decide-state.v1": 1,
        "freshet.internal.told.v1": 6,
    }


def test_declared_configs() -> None:
    """Kept topics have the retention of the settings, compacted ones none; the broker's clock stamps all."""
    specs = {spec.name: spec.configs for spec in topics.declared(load(topics={"runs_retention_h": 7}))}

    assert specs["freshet.internal.runs.v1"]["retention.ms"] == str(7 * HOUR_MS)
    assert specs["freshet.trends.v1"]["cleanup.policy"] == "compact"
    assert "retention.ms" not in specs["freshet.trends.v1"]
    assert specs["freshet.internal.count-state.v1"]["cleanup.policy"] == "compact"
    assert specs["freshet.internal.count-state.v1"]["segment.bytes"] == str(32 << 20)
    assert {configs["message.timestamp.type"] for configs in specs.values()} == {"LogAppendTime"}


def test_dead_letters_hold_the_largest_record() -> None:
    """A record that fits into its topic fits into the dead letters with the headers that say why."""
    size = {spec.name: int(spec.configs["max.message.bytes"]) for spec in topics.declared(load())}

    assert size[topics.dead_letters("social.posts.v1")] > size["social.posts.v1"]


def test_differences_name_each_setting() -> None:
    """What is missing, another number of partitions, and another setting are three differences; copies are none."""
    wanted = [TopicSpec("a", 4, 1, {"x": "1"}), TopicSpec("b", 4, 1, {"x": "1"}), TopicSpec("c", 4, 1, {"x": "1"})]
    found = [TopicSpec("b", 2, 3, {"x": "2"}), TopicSpec("c", 4, 3, {"x": "1"})]

    assert topics.differences(wanted, found) == [
        Difference("a", "missing", "no", "yes"),
        Difference("b", "partitions", "2", "4"),
        Difference("b", "x", "2", "1"),
    ]


def test_differences_say_what_to_do() -> None:
    """A difference is a sentence: what is, what should be, what to do."""
    assert str(Difference("a", "missing", "no", "yes")) == "a: missing: run `freshet topics apply`"
    assert str(Difference("a", "retention.ms", "1", "2")).endswith("is 1, should be 2: run `freshet topics apply`")
    assert "set topics.partitions to 2, or delete the topic" in str(Difference("a", "partitions", "2", "4"))


def test_apply_makes_and_mends(settings_for_kafka: Settings) -> None:
    """Missing topics are made, a changed setting is mended, and a second run has nothing to do."""
    assert {each.setting for each in topics.check(settings_for_kafka)} == {"missing"}

    made = topics.apply(settings_for_kafka)
    assert [each.topic for each in made] == [spec.name for spec in topics.declared(settings_for_kafka)]
    assert topics.found(settings_for_kafka) == topics.declared(settings_for_kafka)
    assert topics.apply(settings_for_kafka) == []

    changed = with_topics(settings_for_kafka, runs_retention_h=9)
    expected = Difference(changed.topics.runs, "retention.ms", str(72 * HOUR_MS), str(9 * HOUR_MS))
    assert topics.check(changed) == [expected]
    assert topics.apply(changed) == [expected]
    assert topics.check(changed) == []


def test_apply_never_changes_partitions(settings_for_kafka: Settings) -> None:
    """Another number of partitions fails with every topic concerned, before anything is changed."""
    topics.apply(settings_for_kafka)
    changed = with_topics(settings_for_kafka, partitions=5, runs_retention_h=9)

    with pytest.raises(StreamsError, match=r"cannot be changed: .*posts.v1 \(4, should be 5\).*set topics.partitions"):
        topics.apply(changed)

    assert topics.check(settings_for_kafka) == []


def with_topics(settings: Settings, **changes: int) -> Settings:
    """The same settings with other values in the section of topics."""
    return load(
        kafka={"bootstrap_servers": settings.kafka.bootstrap_servers},
        topics=settings.topics.model_dump() | changes,
    )
