"""The committed schemas are those of the types, and say what the reader does."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from detectors.model.alerts import Alert
from detectors.model.rules import Rule
from detectors.rules.checking import checked
from streams import codec, schemas
from streams.errors import StreamsError
from streams.refusals import Refused
from tests.streams.examples import ALERT, ENGAGEMENT, KAFKA_AT, KPI, ORDER, POST, REFUND, TREND

COMMITTED = Path(__file__).parent.parent / "docs" / "contract"


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schemas.schema(name), format_checker=FormatChecker())


@pytest.mark.parametrize("name", schemas.documents())
def test_the_committed_schema_is_current(name: str) -> None:
    """Run `python -m streams.schemas docs/contract` after a type was changed."""
    assert (COMMITTED / name).read_bytes() == schemas.documents()[name]


def test_no_other_schema_is_committed() -> None:
    """A record that is gone leaves no schema behind."""
    assert {path.name for path in COMMITTED.glob("*.schema.json")} == set(schemas.documents())


def test_writing_the_schemas(tmp_path: Path) -> None:
    """What is written is what `documents` says."""
    schemas.write(tmp_path)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == schemas.documents()


def test_the_committed_schemas_are_kept_to() -> None:
    """Nothing that they promise is taken away by the types as they are now."""
    assert schemas.broken(COMMITTED) == []


def test_a_breaking_change_is_not_written(tmp_path: Path) -> None:
    """Where a field was promised that the types do not have any more, nothing is written, and the field is named."""
    promised = schemas.schema("alert")
    promised["$defs"]["Alert"]["properties"]["mood"] = {"type": "string"}
    (tmp_path / schemas.file_name("alert")).write_text(json.dumps(promised))

    with pytest.raises(StreamsError, match="alert: mood: the field is gone"):
        schemas.write(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [schemas.file_name("alert")]


@pytest.mark.parametrize("name", schemas.RECORDS)
def test_a_schema_is_one(name: str) -> None:
    """Valid JSON Schema 2020-12, with an identity of its version."""
    document = schemas.schema(name)

    Draft202012Validator.check_schema(document)
    assert document["$id"] == f"urn:freshet:schema:{name}:v1"


POSTS: list[dict[str, Any]] = [
    POST,
    {**POST, "created_at": None},
    {**POST, "created_at": None, "action": "delete"},
    {**POST, "created_at": None, "action": "delete", "deleted_at": "2025-12-31T23:59:30Z"},
    {**POST, "action": "update"},
    {**POST, "action": "publish"},
    {**POST, "post_id": ""},
    {**POST, "hashtags": ["a"] * 51},
    {**POST, "followers": -1},
    {**POST, "text": None},
    {**POST, "unknown": {"a": 1}},
    {name: value for name, value in POST.items() if name != "creator_id"},
]


@pytest.mark.parametrize("record", POSTS)
def test_the_schema_of_posts_agrees_with_the_reader(record: dict[str, Any]) -> None:
    """A record is valid where the reader takes it."""
    taken = not isinstance(codec.decode_post(json.dumps(record).encode(), KAFKA_AT), Refused)

    assert validator("post").is_valid(record) == taken


ABOUT_NOTHING = {"creator_id": None, "post_id": None}

ENGAGEMENTS: list[dict[str, Any]] = [
    ENGAGEMENT,
    {**ENGAGEMENT, "creator_id": None},
    {**ENGAGEMENT, "post_id": None},
    {**ENGAGEMENT, "kind": "order"},
    {**ENGAGEMENT, "kind": "order", "order": ORDER},
    {**ENGAGEMENT, "kind": "order", "order": {**ORDER, "currency": "euro"}},
    {**ENGAGEMENT, "kind": "order", "order": ORDER, **ABOUT_NOTHING},
    {**ENGAGEMENT, "kind": "order", "order": ORDER, **ABOUT_NOTHING, "promo_code": "GLOW10"},
    {**ENGAGEMENT, "kind": "refund", "refund": REFUND, "creator_id": None},
    {**ENGAGEMENT, "kind": "counters"},
    {**ENGAGEMENT, "kind": "counters", "counters": {}},
    {**ENGAGEMENT, "kind": "poke"},
]


@pytest.mark.parametrize("record", ENGAGEMENTS)
def test_the_schema_of_engagements_agrees_with_the_reader(record: dict[str, Any]) -> None:
    """A record is valid where the reader takes it."""
    taken = not isinstance(codec.decode_engagement(json.dumps(record).encode(), KAFKA_AT), Refused)

    assert validator("engagement").is_valid(record) == taken


RULE = {"rule_id": "mine", "scopes": ["tier:*"], "min_severity": "warning"}
MUTE = {"until": "2026-01-05T12:00:00Z", "subject": "glow"}
NIGHT = {"quiet_from": "22:00", "quiet_to": "07:00"}

SUBSCRIBED: list[dict[str, Any]] = [
    RULE,
    {"name": "no id"},
    {**RULE, "rule_id": "Mine"},
    {**RULE, "kinds": ["trend"]},
    {**RULE, "kinds": ["gossip"]},
    {**RULE, "min_voices": -1},
    {**RULE, "alerts_a_day": 5},
    {**RULE, "alerts_a_day": 5, "false_share": None},
    {**RULE, "alerts_a_day": 5, "false_share": 0.1},
    {**RULE, "false_share": 1},
    {**RULE, **NIGHT, "quiet_lets": "critical"},
    {**RULE, "quiet_from": "22:00"},
    {**RULE, "quiet_to": "07:00"},
    {**RULE, "quiet_lets": "critical"},
    {**RULE, "digest_at": "8:00"},
    {**RULE, "mutes": [MUTE]},
    {**RULE, "mutes": [{**MUTE, "trend_id": "t1"}]},
    {**RULE, "mutes": [{"until": MUTE["until"]}]},
    {**RULE, "schema_version": 2},
    {**RULE, "unknown": 1},
]


@pytest.mark.parametrize("record", SUBSCRIBED)
def test_the_schema_of_rules_agrees_with_the_reader(record: dict[str, Any]) -> None:
    """A rule is valid where the reader takes it."""
    assert validator("rule").is_valid(record) == isinstance(checked(record), Rule)


def test_both_outcomes_are_among_the_examples() -> None:
    """The agreement above is about good records and bad ones."""
    for name, records in (("post", POSTS), ("engagement", ENGAGEMENTS), ("rule", SUBSCRIBED)):
        assert {validator(name).is_valid(record) for record in records} == {True, False}


def test_what_leaves_is_valid() -> None:
    """An alert, a trend and figures as they are written satisfy their schemas."""
    validator("kpi").validate(json.loads(codec.encode_kpi(KPI)))
    validator("alert").validate(json.loads(codec.encode_alert(ALERT)))
    validator("trend").validate(json.loads(codec.encode_trend(TREND)))


def test_an_alert_without_its_window_is_not_valid() -> None:
    """The schema of outputs requires what is always there."""
    alert = json.loads(codec.encode_alert(ALERT))
    del alert["window"]

    assert not validator("alert").is_valid(alert)


def test_every_field_of_an_alert_is_in_its_schema() -> None:
    """Nothing is written that the schema does not name."""
    assert list(schemas.schema("alert")["$defs"]["Alert"]["properties"]) == list(Alert.__struct_fields__)
