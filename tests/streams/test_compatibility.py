"""Which changes of a schema break those who write or read its records."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from streams.compatibility import Direction, breaking

Json = dict[str, Any]

RECORD: Json = {
    "$ref": "#/$defs/Record",
    "allOf": [{"if": {"required": ["at"]}, "then": {"required": ["zone"]}}],
    "$defs": {
        "Record": {
            "type": "object",
            "properties": {
                "id": {"type": "string", "maxLength": 128},
                "kind": {"enum": ["fired", "resolved"]},
                "count": {"type": "integer", "minimum": 0, "default": 1},
                "share": {"anyOf": [{"type": "number", "maximum": 1}, {"type": "null"}], "default": None},
                "at": {"type": "string", "format": "date-time"},
                "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}, "maxItems": 50},
                "range": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}], "items": False},
            },
            "required": ["id", "kind"],
        },
        "Part": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}}},
            "required": ["name"],
        },
    },
}


def changed(change: Callable[[Json, Json], object]) -> Json:
    """The record after a change of its fields; the change gets the record's own definition and that of its parts."""
    record = copy.deepcopy(RECORD)
    change(record["$defs"]["Record"], record["$defs"]["Part"])
    return record


def put(**fields: Json) -> Callable[[Json, Json], object]:
    """Fields described otherwise, or for the first time."""
    return lambda record, _: record["properties"].update(fields)


BREAK_BOTH: dict[str, tuple[Callable[[Json, Json], object], str]] = {
    "a field is gone": (lambda record, _: record["properties"].pop("share"), "share: the field is gone"),
    "a field of a part is gone": (lambda _, part: part["properties"].pop("parts"), "parts[].parts: the field is gone"),
    "a type is narrower": (put(share={"type": "integer"}), "share: number is not allowed any more"),
    "null is refused": (put(share={"type": "number", "maximum": 1}), "share: null is not allowed any more"),
    "another type": (put(id={"type": "integer"}), "id: string is not allowed any more"),
    "a value of an enum is gone": (put(kind={"enum": ["fired"]}), "kind: resolved is not allowed any more"),
    "text becomes an enum": (put(id={"enum": ["a"]}), "id: another value than before is not allowed any more"),
    "shorter text": (put(id={"type": "string", "maxLength": 64}), "id: maxLength 128 is not allowed any more"),
    "a bound where there was none": (
        put(count={"type": "integer", "minimum": 0, "maximum": 9, "default": 1}),
        "count: maximum unbounded is not allowed any more",
    ),
    "a higher lower bound": (
        put(count={"type": "integer", "minimum": 1, "default": 1}),
        "count: minimum 0 is not allowed any more",
    ),
    "a format": (put(id={"type": "string", "maxLength": 128, "format": "uuid"}), "id: format of any kind is not"),
    "a field becomes required": (
        lambda record, _: record["required"].append("at"),
        "at: a record without it is not allowed any more",
    ),
    "a new field is required": (
        lambda record, _: (record["properties"].update(new={"type": "string"}), record["required"].append("new")),
        "new: a record without it is not allowed any more",
    ),
    "a field of a part becomes required": (
        lambda _, part: part["required"].append("parts"),
        "parts[].parts: a record without it is not allowed any more",
    ),
    "items of a pair are narrower": (
        put(range={"type": "array", "prefixItems": [{"type": "number"}, {"type": "integer"}], "items": False}),
        "range[1]: number is not allowed any more",
    ),
    "an absent field means something else": (
        put(count={"type": "integer", "minimum": 0, "default": 0}),
        "count: absent meant 1, and now 0",
    ),
}


@pytest.mark.parametrize("direction", ["input", "output"])
@pytest.mark.parametrize(("change", "said"), BREAK_BOTH.values(), ids=BREAK_BOTH)
def test_what_breaks_both(change: Callable[[Json, Json], object], said: str, direction: Direction) -> None:
    """Nothing is taken away, and nothing that was written before becomes invalid; the path is named."""
    problems = breaking(RECORD, changed(change), direction)

    assert any(problem.startswith(said) for problem in problems), problems


BREAK_READERS: dict[str, tuple[Callable[[Json, Json], object], str]] = {
    "a wider type": (put(count={"type": "number", "minimum": 0, "default": 1}), "count: number is new to those"),
    "null may come": (
        put(at={"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}),
        "at: null is new to those who read it",
    ),
    "a new value of an enum": (put(kind={"enum": ["fired", "resolved", "odd"]}), "kind: odd is new to those"),
    "longer text": (put(id={"type": "string", "maxLength": 256}), "id: maxLength 256 is new to those"),
    "a field is not always there any more": (
        lambda record, _: record["required"].remove("kind"),
        "kind: a record without it is new to those who read it",
    ),
}


@pytest.mark.parametrize(("change", "said"), BREAK_READERS.values(), ids=BREAK_READERS)
def test_what_breaks_readers_only(change: Callable[[Json, Json], object], said: str) -> None:
    """More may come in than before, but nothing goes out that a reader was not told of."""
    assert breaking(RECORD, changed(change), "input") == []
    assert any(problem.startswith(said) for problem in breaking(RECORD, changed(change), "output"))


FINE: dict[str, Callable[[Json, Json], object]] = {
    "nothing": lambda _, __: None,
    "a new optional field": put(new={"type": "string"}),
    "a new optional field of a part": lambda _, part: part["properties"].update(new={"type": "null"}),
    "other words": put(id={"type": "string", "maxLength": 128, "description": "of the record", "title": "Id"}),
    "the same, written otherwise": put(share={"anyOf": [{"type": "null"}, {"type": "number", "maximum": 1}]}),
}


@pytest.mark.parametrize("direction", ["input", "output"])
@pytest.mark.parametrize("change", FINE.values(), ids=FINE)
def test_what_breaks_nobody(change: Callable[[Json, Json], object], direction: Direction) -> None:
    """Optional fields are added, descriptions are mended."""
    assert breaking(RECORD, changed(change), direction) == []


def test_a_new_rule_between_fields_is_found() -> None:
    """It refuses records that were fine; without a rule that there was, more is accepted."""
    stricter = {**RECORD, "allOf": [*RECORD["allOf"], {"required": ["count"]}]}

    assert "the rule {'required': ['count']} is not allowed any more" in breaking(RECORD, stricter, "input")[0]
    assert breaking(stricter, RECORD, "input") == []
