"""The rules and alerts that the channels' rules are fed with, and in which order."""

import asyncio
from typing import Any, NamedTuple

import aiokafka
import msgspec
import pytest
from aiokafka.errors import KafkaConnectionError
from prometheus_client import CollectorRegistry

from config.sections import Topics
from detectors.model.rules import Rule
from streams import connected
from streams.notify.metrics import NotifyMetrics
from streams.notify.ruling import Ruling
from streams.notify.ruling_reader import RulingReader
from streams.rules.reading import encode_rule
from tests.streams.notify.alerts import alert
from tests.streams.notify.test_ruling import Record

Partition = Any
"""aiokafka's TopicPartition: it is untyped."""

RULES, FIRST, SECOND = (
    aiokafka.TopicPartition(topic, n)
    for topic, n in (("freshet.rules.v1", 0), ("freshet.alerts.v1", 0), ("freshet.alerts.v1", 1))
)


class Found(NamedTuple):
    offset: int


class Log:
    """In the place of a consumer: topics that lie in lists, and a broker that may go away."""

    lying: dict[Partition, list[Record]]
    since: dict[Partition, int]
    fails: list[bool]

    def __init__(self, **_: object) -> None:
        self.at: dict[Partition, int] = {}

    async def start(self) -> None:
        """It is there at once."""

    async def stop(self) -> None:
        """Nothing is kept open."""

    def assign(self, tps: list[Partition]) -> None:
        """All that lies here is wanted."""
        assert set(tps) == set(self.lying)

    def seek(self, tp: Partition, offset: int) -> None:
        """Go on from there."""
        self.at[tp] = offset

    async def position(self, tp: Partition) -> int:
        """What comes next."""
        return self.at[tp]

    async def end_offsets(self, tps: list[Partition]) -> dict[Partition, int]:
        """One after the last."""
        return {tp: len(self.lying[tp]) for tp in tps}

    async def offsets_for_times(self, times: dict[Partition, int]) -> dict[Partition, Found | None]:
        """Where what is young enough begins."""
        return {tp: Found(self.since[tp]) if tp in self.since else None for tp in times}

    async def getmany(self, timeout_ms: int) -> dict[Partition, list[Record]]:
        """One record of each partition, so that a load takes several reads."""
        await asyncio.sleep(timeout_ms / 1e6)
        if self.fails and self.fails.pop(0):
            raise KafkaConnectionError
        out = {tp: self.lying[tp][at : at + 1] for tp, at in self.at.items() if at < len(self.lying[tp])}
        self.at |= {tp: self.at[tp] + 1 for tp in out}
        return out


def record(trend: str, tp: Partition, offset: int, timestamp: int) -> Record:
    return Record(msgspec.json.encode(alert(trend)), tp.topic, tp.partition, offset, timestamp)


def rule(offset: int, **fields: Any) -> Record:
    return Record(encode_rule(Rule(rule_id="team", **fields)), RULES.topic, 0, offset, 5000, b"team")


@pytest.fixture
def ruling(monkeypatch: pytest.MonkeyPatch) -> Ruling:
    """Rules beside two partitions of alerts; the first alert of the first is too old to be read."""
    Log.lying = {
        RULES: [rule(0, min_severity="critical"), rule(1, alerts_a_day=1)],
        FIRST: [record("ancient", FIRST, 0, 100), record("late", FIRST, 1, 2000)],
        SECOND: [record("early", SECOND, 0, 1000)],
    }
    Log.since = {FIRST: 1, SECOND: 0}
    Log.fails = []
    monkeypatch.setattr(aiokafka, "AIOKafkaConsumer", Log)
    monkeypatch.setattr(connected, "AGAIN_S", 0.001)
    return Ruling({"team"}, RULES.topic, NotifyMetrics(CollectorRegistry(), ["team"], "0"))


async def answers(ruling: Ruling, *asked: tuple[str, Partition, int]) -> list[bool | None]:
    """What the rule says of alerts, while it is fed."""
    reading = asyncio.create_task(RulingReader(ruling, Topics(), {}, 2).run())
    try:
        async with asyncio.timeout(10):
            return [
                await ruling.sends("team", record(trend, tp, offset, 0), f"{trend}-1-fired", lambda: True)
                for trend, tp, offset in asked
            ]
    finally:
        reading.cancel()


async def test_the_past_is_decided_as_the_rules_are_now(ruling: Ruling) -> None:
    """In Kafka's order over all partitions: the earlier alert takes the day's one place; what is too old, none."""
    asked = ("early", SECOND, 0), ("late", FIRST, 1), ("ancient", FIRST, 0)

    assert await answers(ruling, *asked) == [True, False, False]


async def test_what_comes_later_is_decided_as_it_comes(ruling: Ruling) -> None:
    """With the rule as it is by then."""
    reading = asyncio.create_task(RulingReader(ruling, Topics(), {}, 2).run())
    try:
        async with asyncio.timeout(10):
            await ruling.sends("team", record("late", FIRST, 1, 0), "late-1-fired", lambda: True)
            Log.lying[RULES].append(rule(2))
            await asyncio.sleep(0.05)
            Log.lying[SECOND].append(record("new", SECOND, 1, 6000))
            assert await ruling.sends("team", Log.lying[SECOND][1], "new-1-fired", lambda: True) is True
    finally:
        reading.cancel()


@pytest.mark.parametrize("fails", [[True], [False, True], [False, False, False, True]])
async def test_it_goes_on_when_the_brokers_were_away(ruling: Ruling, fails: list[bool]) -> None:
    """Also in the midst of its first look: nothing is passed over, nothing decided twice."""
    Log.fails = fails
    asked = ("early", SECOND, 0), ("late", FIRST, 1)

    assert await answers(ruling, *asked) == [True, False]


async def test_a_rule_that_is_not_there_sends_nothing(ruling: Ruling) -> None:
    """And no channel waits for it."""
    Log.lying[RULES] = []

    assert await answers(ruling, ("early", SECOND, 0)) == [False]
    assert ruling.missing == ["team"]
