"""One alert to one channel: what is sent, remembered and put aside."""

from typing import Any, NamedTuple

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from config.settings import load
from detectors.model.alerts import Alert
from streams.dead_letters import said_of
from streams.notify.attempts import End, GaveUp
from streams.notify.decision import Reason
from streams.notify.message import Message
from streams.notify.metrics import NotifyMetrics
from streams.notify.sender import Refused, Sent
from streams.notify.teller import Teller
from streams.notify.told import Book, Told
from tests.streams.notify.alerts import alert


class Record(NamedTuple):
    """As aiokafka delivers it."""

    value: bytes | None
    partition: int = 3
    topic: str = "freshet.alerts.v1"
    offset: int = 7
    key: bytes = b"k"
    headers: tuple[tuple[str, bytes | None], ...] = (("ce_id", b"a1"),)
    timestamp: int = 1000


class Kept:
    """In the place of the store: what was written, and the dead letters."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, int, str], Told | None] = {}
        self.letters: list[tuple[str, dict[str, str]]] = []

    async def write(self, channel: str, partition: int, about: str, told: Told | None) -> None:
        """Keep an entry."""
        self.told[channel, partition, about] = told

    async def send(self, topic: str, _key: object, value: bytes | None, *, headers: Any) -> None:
        """Keep a dead letter."""
        assert value != b""
        self.letters.append((topic, said_of(headers)))


class Asked:
    """In the place of sender and attempts: ends as told to."""

    service = "asked"
    threads = True

    def __init__(self) -> None:
        self.end: End = Sent("17.5")
        self.messages: list[Message] = []

    async def deliver(self, message: Message, _ours: object) -> End:
        """One end for all attempts."""
        self.messages.append(message)
        return self.end


class Scene(NamedTuple):
    teller: Teller
    asked: Asked
    kept: Kept
    book: Book
    registry: CollectorRegistry

    async def tell(self, one: Alert | bytes | None) -> Reason | None:
        """Tell of it, as read from Kafka."""
        record = Record(msgspec.json.encode(one) if isinstance(one, Alert) else one)
        return await self.teller.tell(record, self.book, lambda: True)


@pytest.fixture
def scene() -> Scene:
    settings = load(notify={"channels": {"team": {"url": "json://h"}}})
    asked, kept, registry = Asked(), Kept(), CollectorRegistry()
    metrics = NotifyMetrics(registry, ["team"], "0")
    teller = Teller("team", asked, asked, kept, settings, metrics)  # type: ignore[arg-type]
    return Scene(teller, asked, kept, Book(2, 1e9), registry)


async def test_news_hang_under_the_first_message(scene: Scene) -> None:
    """With its thread and its subject, though the label has changed meanwhile; what is known lies in Kafka."""
    renamed = alert(revision=2, action="escalated", subject=msgspec.structs.replace(alert().subject, label="#new"))

    assert [await scene.tell(each) for each in (alert(), renamed, alert())] == ["first", "follow_up", "duplicate"]
    first, second = scene.asked.messages
    assert (first.follows, first.thread) == (False, None)
    assert (second.follows, second.thread, second.subject) == (True, "17.5", first.subject)
    told = scene.kept.told["team", 3, "default|all|t1"]
    assert told is not None
    assert (told.revision, told.alert_ids, told.thread) == (2, ("t1-1-fired", "t1-2-escalated"), "17.5")


@pytest.mark.parametrize(
    ("end", "reason", "said"),
    [
        (Refused("HTTP 404"), "refused", "channel team: HTTP 404"),
        (GaveUp("HTTP 503", 9), "gave_up", "channel team: HTTP 503, 9 attempts"),
    ],
)
async def test_what_is_not_taken_is_put_aside_and_can_be_sent_again(
    scene: Scene, end: End, reason: str, said: str
) -> None:
    """Unchanged, with why; nothing is remembered, so that a second try by hand reaches the channel."""
    scene.asked.end = end
    assert await scene.tell(alert()) == Reason.DEAD_LETTER
    ((topic, headers),) = scene.kept.letters

    assert topic == "freshet.alerts.v1.dead-letters"
    assert (headers["reason"], headers["message"], headers["stage"]) == (reason, said, "notify")
    assert not scene.kept.told
    scene.asked.end = Sent()
    assert await scene.tell(alert()) == Reason.FIRST


async def test_a_partition_that_is_gone_leaves_no_trace(scene: Scene) -> None:
    """Who has it now sends and remembers."""
    scene.asked.end = None

    assert await scene.tell(alert()) is None
    assert (scene.kept.told, scene.kept.letters) == ({}, [])


@pytest.mark.parametrize(
    ("value", "reason"), [(None, "null"), (b"{", "not_json"), (b"{}", "missing_field"), (b" " * 262_145, "too_large")]
)
async def test_what_is_no_alert_is_put_aside(scene: Scene, value: bytes | None, reason: str) -> None:
    """The channel goes on."""
    assert await scene.tell(value) == Reason.UNREADABLE
    assert [headers["reason"] for _, headers in scene.kept.letters] == [reason]
    assert await scene.tell(alert()) == Reason.FIRST


async def test_an_alert_that_our_code_fails_on_holds_up_nobody(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is put aside like what cannot be read, and said to be our fault."""

    def broken(*_: object) -> Message:
        raise KeyError("label")

    with monkeypatch.context() as patched:
        patched.setattr("streams.notify.teller.message_of", broken)
        assert await scene.tell(alert()) == Reason.UNREADABLE
    assert [headers["reason"] for _, headers in scene.kept.letters] == ["internal_error"]
    assert await scene.tell(alert()) == Reason.FIRST


async def test_what_is_forgotten_is_forgotten_in_kafka_too(scene: Scene) -> None:
    """The topic is bounded by what the book keeps: here, two."""
    for n in range(3):
        await scene.tell(alert(f"t{n}"))

    assert [told is None for told in scene.kept.told.values()] == [True, False, False]


async def test_outcomes_are_counted_by_channel(scene: Scene) -> None:
    """The label is the channel's name; nothing of the alert is in any."""
    await scene.tell(alert())
    await scene.tell(alert())

    def counted(outcome: str) -> float | None:
        return scene.registry.get_sample_value("freshet_notify_alerts_total", {"channel": "team", "outcome": outcome})

    assert (counted("first"), counted("duplicate"), counted("dead_letter")) == (1.0, 1.0, 0.0)
    labels = {value for family in scene.registry.collect() for s in family.samples for value in s.labels.values()}
    assert not {"t1", "#glassskin"} & labels
