"""READ in the shell, without a Kafka: what is put aside, saved, skipped and sent first after a restart."""

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

import msgspec
import pytest
import structlog
from faust.types import TP
from prometheus_client import CollectorRegistry

from config.settings import load
from detectors.counts import runs
from detectors.stages import admission
from streams import clock, wiring
from streams.chunks import Chunk
from streams.dead_letters import said_of
from streams.metrics import Metrics
from streams.reading import OUTBOX, Reading
from streams.saving import Saver, Saving
from streams.sending import Message, Sender

SETTINGS = load(topics={"partitions": 1})
TOPIC = SETTINGS.topics.posts
START_AT = 1_800_000_000


class Record(NamedTuple):
    """As aiokafka delivers it."""

    offset: int
    value: bytes
    timestamp: int
    key: bytes = b"c"
    topic: str = TOPIC
    partition: int = 0
    headers: tuple[tuple[str, bytes], ...] = ()


class Kept:
    """A saver that keeps snapshots in memory, and says in which order things happened."""

    def __init__(self, events: list[str]) -> None:
        self.positions: Mapping[str, int] = {}
        self.parts: Mapping[str, bytes] | None = None
        self._events = events

    def due(self) -> bool:
        """Always."""
        return True

    def note(self, watermark: float | None) -> str:
        """The watermark."""
        return str(watermark)

    @contextmanager
    def step(self) -> Iterator[None]:
        """Nothing to watch."""
        yield

    async def save(self, parts: Mapping[str, bytes], positions: Mapping[str, int]) -> None:
        """Keep them."""
        self._events.append("saved")
        self.parts, self.positions = dict(parts), dict(positions)


class Scene:
    """READ with everything around it played."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.sent: list[Message] = []
        self.kept = Kept(self.events)
        self.registry = CollectorRegistry()
        self.reading = self.restarted()

    def restarted(self) -> Reading:
        """A new worker that finds what the last one saved."""
        names = [TOPIC, SETTINGS.topics.engagements]
        self.registry = CollectorRegistry()
        metrics = Metrics(self.registry, names, "test")
        sender, saving = cast("Sender", self), cast("Saving", self)
        self.reading = Reading(SETTINGS.topics, wiring.detection(SETTINGS), sender, metrics, saving)
        return self.reading

    async def send(self, messages: Iterable[Message]) -> None:
        """Play the sender."""
        self.events.append("sent")
        self.sent += messages

    async def open(self, *_: Any) -> tuple[Saver, Mapping[str, bytes] | None]:
        """Play the saving."""
        return cast("Saver", self.kept), self.kept.parts

    def read(self, *records: Record) -> None:
        """Let READ take a chunk of posts."""
        asyncio.run(self.reading.posts(Chunk(TP(TOPIC, 0), records, 1, 0)))

    def count(self, name: str, **labels: str) -> float | None:
        """A metric."""
        return self.registry.get_sample_value(name, {"topic": TOPIC, **labels})


def post(offset: int, seconds: float, text: str = "glass skin") -> Record:
    """A live post."""
    at, creator = START_AT + seconds, f"c{offset}"
    value = {
        "post_id": f"p{offset}",
        "creator_id": creator,
        "platform": "x",
        "text": text,
        "created_at": clock.rfc3339(at),
    }
    return Record(offset, json.dumps(value).encode(), int(at * 1000), creator.encode())


def runs_sent(messages: Iterable[Message]) -> list[runs.Run]:
    """The runs among what was sent, without what is for the trace only."""
    told = [runs.decode(m.value) for m in messages if m.topic == SETTINGS.topics.runs and m.value]
    return [msgspec.structs.replace(run, kafka_at=0.0) for run in told]


def test_a_record_that_makes_our_own_code_fail_is_put_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others count; the reason says that it is our fault, and quotes nothing."""

    def fragile(texts: list[str]) -> list[None]:
        if "secret words" in texts:
            raise ZeroDivisionError("secret words")
        return [None] * len(texts)

    monkeypatch.setattr(admission, "formats_of", fragile)
    scene = Scene()
    scene.read(post(0, 0), post(1, 1, "secret words"), post(2, 2))
    (letter,) = scene.sent
    said = said_of(letter.headers)
    assert (letter.topic, letter.value) == (f"{TOPIC}.dead-letters", post(1, 1, "secret words").value)
    assert (said["reason"], said["offset"]) == ("internal_error", "1")
    assert said["message"] == "our own code fails on this record: ZeroDivisionError"
    assert scene.count("freshet_records_total", outcome="read") == 2
    assert scene.count("freshet_dead_letters_total", reason="internal_error") == 1


@pytest.mark.parametrize("chunk", [12, 3])
def test_what_is_saved_is_not_read_again(chunk: int) -> None:
    """After a restart the records below the snapshot are skipped, those above it are read once, however they come."""
    scene = Scene()
    stream = [post(offset, 100.0 * offset) for offset in range(12)]
    scene.read(*stream[:8])
    assert scene.kept.positions == {TOPIC: 8}
    before = runs_sent(scene.sent)
    scene.restarted()
    for start in range(0, len(stream), chunk):
        scene.read(*stream[start : start + chunk])
    assert scene.count("freshet_records_total", outcome="read") == 4
    assert not scene.count("freshet_records_total", outcome="duplicate")
    whole = Scene()
    whole.read(*stream)
    assert before + runs_sent(scene.sent)[len(before) :] == runs_sent(whole.sent)


def test_records_that_outlived_their_retention_are_spoken_of() -> None:
    """No worker ran for long: what is left is read, and the log says that offsets are missing."""
    scene = Scene()
    scene.read(*(post(offset, 100.0 * offset) for offset in range(8)))
    scene.restarted()
    with structlog.testing.capture_logs() as said:
        scene.read(post(30, 3000.0))
    (line,) = said
    assert (line["log_level"], line["since"], line["first"]) == ("warning", 8, 30)
    assert scene.count("freshet_records_total", outcome="read") == 1


def test_nothing_is_committed_beyond_the_snapshot() -> None:
    """And the note beside the offset says how far event time has come."""
    scene = Scene()
    assert scene.reading.commit_limit(TP(TOPIC, 0)) == 0
    scene.read(*(post(offset, 100.0 * offset) for offset in range(8)))
    assert scene.reading.commit_limit(TP(TOPIC, 0)) == 8
    assert scene.reading.commit_note(TP(TOPIC, 0)) == str(START_AT + 700.0 - SETTINGS.detection.lateness_s)


def test_runs_are_sent_before_a_snapshot_that_does_not_hold_them() -> None:
    """A crash between the two repeats runs; the other order would lose them."""
    scene = Scene()
    scene.read(*(post(offset, 100.0 * offset) for offset in range(8)))
    assert scene.events == ["sent", "saved"]


def test_what_the_wall_clock_closes_is_saved_before_it_is_sent() -> None:
    """The logs alone cannot tell it again: a worker that dies in between sends the same runs after its restart."""
    scene = Scene()
    scene.read(*(post(offset, 100.0 * offset) for offset in range(8)))
    tp = TP(TOPIC, 0)
    asyncio.run(scene.reading.idle(tp, 1, 10.0))
    scene.events.clear()
    scene.sent.clear()
    asyncio.run(scene.reading.idle(tp, 1, 400.0))
    assert scene.events == ["saved", "sent"]
    assert scene.kept.parts is not None
    assert OUTBOX in scene.kept.parts
    told = [run for run in runs_sent(scene.sent) if run.bucket >= run.since]
    scene.restarted()
    scene.sent.clear()
    scene.read(post(8, 2000))
    assert runs_sent(scene.sent)[: len(told)] == told
