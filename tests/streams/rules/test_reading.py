"""Records of the rules topic: a good one changes the book, a bad one changes nothing and says why."""

import json
from typing import Any

import pytest

from detectors.model.rules import Mute, Rule
from detectors.rules import book as books
from detectors.rules.book import RuleBook
from streams.codec import MAX_BYTES
from streams.refusals import Reason, Refused
from streams.rules.reading import decode_rule, encode_rule, take
from tests.detectors.rules.alerts import at

RULE = Rule(rule_id="team", min_voices=5, mutes=(Mute(until=at(3), subject="glow"),), zone="Europe/Paris")


def refused(value: bytes) -> Refused:
    found = decode_rule(value)
    assert isinstance(found, Refused)
    return found


def test_a_rule_is_written_short_and_read_back() -> None:
    """Only what differs from the defaults, and the version."""
    written = encode_rule(RULE)

    assert decode_rule(written) == RULE
    assert sorted(json.loads(written)) == ["min_voices", "mutes", "rule_id", "schema_version", "zone"]


@pytest.mark.parametrize(
    ("value", "reason", "said"),
    [
        (b"not json", Reason.NOT_JSON, "not JSON"),
        (b"[1]", Reason.WRONG_TYPE, "the record"),
        (b'{"rule_id": "\xff"}', Reason.NOT_UTF8, "UTF-8"),
        (b'{"a":' * 20_000, Reason.OUT_OF_RANGE, "nested"),
        (b" " * (MAX_BYTES + 1), Reason.TOO_LARGE, f"{MAX_BYTES + 1} bytes"),
        (b'{"rule_id": "a", "min_voices": -1}', Reason.OUT_OF_RANGE, "min_voices: value -1: must be a whole number"),
    ],
)
def test_a_bad_record_is_refused(value: bytes, reason: Reason, said: str) -> None:
    """With a reason from the closed set, and field, value and range where it is a rule at all."""
    found = refused(value)

    assert found.reason is reason
    assert said in found.message


def record(**fields: Any) -> bytes:
    return json.dumps({"rule_id": "team", **fields}).encode()


def test_the_old_rule_stays_where_the_new_one_is_bad() -> None:
    """It goes on as if nothing had come."""
    book = RuleBook()
    assert take(book, b"team", record(min_voices=5)) is None

    said = take(book, b"team", record(min_voices="many"))

    assert said is not None
    assert "min_voices: value 'many'" in said.message
    assert [rule.min_voices for rule in book.rules] == [5]


def test_a_record_without_a_value_removes_the_rule() -> None:
    """Of its key; what was never there is no problem."""
    book = RuleBook()
    take(book, b"team", record())

    assert take(book, b"nobody", None) is None
    assert take(book, b"team", None) is None
    assert book.rules == ()


def test_the_key_is_the_rule_id() -> None:
    """Under another key it could be neither replaced nor removed."""
    said = take(RuleBook(), b"other", record())

    assert said is not None
    assert said.message == "rule_id: value 'team': must be the record's key, 'other'"


def test_one_rule_too_many_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others stay."""
    monkeypatch.setattr(books, "MOST", 1)
    book = RuleBook()
    take(book, b"team", record())

    assert take(book, b"two", json.dumps({"rule_id": "two"}).encode()) is not None
    assert [rule.rule_id for rule in book.rules] == ["team"]
