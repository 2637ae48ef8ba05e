"""An unreadable record as it is put aside: as it came, with headers that say what was wrong. It sends nothing.

The headers are those of Kafka Connect's dead-letter queues (KIP-298), so that tools for these read ours too.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

PREFIX = "__connect.errors."
TOPIC = PREFIX + "topic"
PARTITION = PREFIX + "partition"
OFFSET = PREFIX + "offset"
CONNECTOR = PREFIX + "connector.name"
TASK = PREFIX + "task.id"
STAGE = PREFIX + "stage"
WHERE = PREFIX + "class.name"
REASON = PREFIX + "exception.class.name"
MESSAGE = PREFIX + "exception.message"

NAMES = frozenset({TOPIC, PARTITION, OFFSET, CONNECTOR, TASK, STAGE, WHERE, REASON, MESSAGE})

Header = tuple[str, bytes | None]
"""Kafka allows a header without a value."""


class FailedRecord(Protocol):
    """What both Kafka clients deliver, as far as a dead letter needs it."""

    @property
    def topic(self) -> str: ...  # noqa: D102

    @property
    def partition(self) -> int: ...  # noqa: D102

    @property
    def offset(self) -> int: ...  # noqa: D102

    @property
    def key(self) -> bytes | None: ...  # noqa: D102

    @property
    def value(self) -> bytes | None: ...  # noqa: D102

    @property
    def headers(self) -> Sequence[Header]: ...  # noqa: D102


class DeadLetter(NamedTuple):
    """What is sent to the dead-letter topic."""

    key: bytes | None
    value: bytes | None
    headers: list[Header]


def dead_letter(
    record: FailedRecord, reason: StrEnum, message: str, stage: str, *, task: str | None = None, where: str = "codec"
) -> DeadLetter:
    """Wrap a record that cannot be used; key, value and foreign headers stay byte for byte.

    A record that was sent again from here and failed again carries our headers already: they are replaced, as they
    describe the last failure, and would grow with each attempt.

    Args:
        reason: from a closed set.
        stage: which step of ours refused it.
        task: what of that step: a channel of `freshet notify`; by default the record's partition.
        where: which module of `streams` refused it.
    """
    kept = [(name, value) for name, value in record.headers if name not in NAMES]
    said = {
        TOPIC: record.topic,
        PARTITION: str(record.partition),
        OFFSET: str(record.offset),
        CONNECTOR: "freshet",
        TASK: str(record.partition) if task is None else task,
        STAGE: stage,
        WHERE: f"streams.{where}",
        REASON: reason.value,
        MESSAGE: message,
    }
    headers = kept + [(name, text.encode()) for name, text in said.items()]
    # Kafka takes a record that has neither key nor value, its Python clients do not send one
    key = b"" if record.key is None and record.value is None else record.key
    return DeadLetter(key, record.value, headers)


def said_of(headers: Sequence[Header]) -> dict[str, str]:
    """What the headers of a dead letter say: reason, topic, partition, offset, stage, message; empty where they do not.

    >>> said_of([(REASON, b"not_json")])["reason"]
    'not_json'
    """
    found = {name: (value or b"").decode(errors="replace") for name, value in headers}
    words = {"reason": REASON, "topic": TOPIC, "partition": PARTITION, "offset": OFFSET, "stage": STAGE}
    return {word: found.get(name, "") for word, name in {**words, "message": MESSAGE}.items()}
