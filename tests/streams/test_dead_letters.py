"""What is put aside is what came."""

from typing import NamedTuple

import pytest

from streams.dead_letters import Header, dead_letter, said_of
from streams.refusals import Reason


class Record(NamedTuple):
    topic: str = "social.posts.v1"
    partition: int = 3
    offset: int = 42
    key: bytes | None = b"\x00key\xff"
    value: bytes | None = b'{"broken": \xff\x00'
    headers: tuple[Header, ...] = (("trace", b"\xfe"), ("trace", b"2"), ("empty", None))


OURS = {
    "__connect.errors.topic": b"social.posts.v1",
    "__connect.errors.partition": b"3",
    "__connect.errors.offset": b"42",
    "__connect.errors.connector.name": b"freshet",
    "__connect.errors.task.id": b"3",
    "__connect.errors.stage": b"read",
    "__connect.errors.class.name": b"streams.codec",
    "__connect.errors.exception.class.name": b"not_utf8",
    "__connect.errors.exception.message": b"the record is not UTF-8",
}


def test_a_dead_letter_is_the_record_byte_for_byte() -> None:
    """Key, value and headers stay, repeated and empty headers too; ours follow and say where it was and why."""
    record = Record()

    letter = dead_letter(record, Reason.NOT_UTF8, "the record is not UTF-8", "read")

    assert letter.key == record.key
    assert letter.value == record.value
    assert letter.headers == [*record.headers, *OURS.items()]


def test_a_tombstone_stays_a_tombstone() -> None:
    """No value is not an empty value."""
    letter = dead_letter(Record(value=None), Reason.NULL, "the record has no value", "read")

    assert letter.value is None
    assert letter.key == Record().key


def test_a_record_with_nothing_can_be_sent() -> None:
    """Kafka's Python clients refuse to send neither key nor value: an empty key is the least change."""
    letter = dead_letter(Record(key=None, value=None), Reason.NULL, "the record has no value", "read")

    assert (letter.key, letter.value) == (b"", None)


def test_a_record_that_fails_again_says_so_once() -> None:
    """Sent again from the dead letters, it carries our headers: the last failure replaces them, others stay."""
    first = dead_letter(Record(), Reason.NOT_UTF8, "the record is not UTF-8", "read")
    again = Record(offset=99, headers=(*first.headers, ("redriven", b"1")))

    letter = dead_letter(again, Reason.NOT_JSON, "the record is not JSON, or ends too early", "read")

    assert letter.headers[:4] == [*Record().headers, ("redriven", b"1")]
    assert len(letter.headers) == 4 + len(OURS)
    assert dict(letter.headers)["__connect.errors.offset"] == b"99"
    assert dict(letter.headers)["__connect.errors.exception.class.name"] == b"not_json"


@pytest.mark.parametrize("headers", [(), (("__connect.errors.topic", None), ("x", b"\xff"))])
def test_a_letter_of_someone_else_says_nothing(headers: tuple[Header, ...]) -> None:
    """What its headers do not say is empty, never an error."""
    assert set(said_of(headers).values()) == {""}


def test_a_letter_says_what_it_was_told() -> None:
    """What `dead_letter` writes, `said_of` reads."""
    letter = dead_letter(Record(), Reason.TIME, "`created_at` is before 2005", "read")

    assert said_of(letter.headers) == {
        "reason": "time",
        "topic": "social.posts.v1",
        "partition": "3",
        "offset": "42",
        "stage": "read",
        "message": "`created_at` is before 2005",
    }
