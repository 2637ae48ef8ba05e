"""JSON Schemas of the records on the public topics, generated from the types. The types are the truth, not these.

`python -m streams.schemas docs/contract` writes them; a test says when that was forgotten. It refuses what would break
those who write or read such records: that takes a new version, beside this one.
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from detectors.model.alerts import Alert, Trend
from detectors.model.engagements import PARTS, REFERENCES, SALES, Engagement
from detectors.model.kpis import Kpi
from detectors.model.posts import Post
from detectors.model.rules import Rule
from streams.compatibility import Direction, breaking
from streams.errors import StreamsError

DIALECT = "https://json-schema.org/draft/2020-12/schema"
VERSION = 1
"""Of the contract. Within it, fields are only added."""

RECORDS: dict[str, type[msgspec.Struct]] = {
    "post": Post,
    "engagement": Engagement,
    "alert": Alert,
    "trend": Trend,
    "kpi": Kpi,
    "rule": Rule,
}

INPUTS = frozenset({"post", "engagement", "rule"})
"""Records that others write; the rest they read."""


def file_name(name: str) -> str:
    """Of the schema of one of `RECORDS`."""
    return f"{name}.v{VERSION}.schema.json"


def documents() -> dict[str, bytes]:
    """Each schema's file name and text."""
    return {file_name(name): _text(schema(name)) for name in RECORDS}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema 2020-12 of one of `RECORDS`."""
    (reference,), definitions = msgspec.json.schema_components([RECORDS[name]])
    document = {
        "$schema": DIALECT,
        "$id": f"urn:freshet:schema:{name}:v{VERSION}",
        "title": f"{name.capitalize()}, version {VERSION}",
        **reference,
    }
    rules = RULES.get(name)
    if rules:
        document["allOf"] = rules
    return {**document, "$defs": definitions}


def broken(folder: Path) -> list[str]:
    """What the types break of the schemas that a folder holds."""
    found = []
    for name in RECORDS:
        path = folder / file_name(name)
        if path.exists():
            direction: Direction = "input" if name in INPUTS else "output"
            promised, now = json.loads(path.read_bytes()), json.loads(_text(schema(name)))
            found += [f"{name}: {said}" for said in breaking(promised, now, direction)]
    return found


def write(folder: Path) -> None:
    """Write every schema into a folder.

    Raises: StreamsError, before anything is written, if that breaks what the schemas there promise.
    """
    problems = broken(folder)
    if problems:
        raise StreamsError(
            f"within version {VERSION} of the contract nothing is taken away: {'; '.join(problems)}: "
            "give the field back, or make the next version"
        )
    for name, text in documents().items():
        (folder / name).write_bytes(text)


def _present(*names: str) -> dict[str, Any]:
    """Schema of an object that has these fields, and not as null."""
    return {"required": list(names), "properties": {name: {"not": {"type": "null"}} for name in names}}


def _is(name: str, *values: str) -> dict[str, Any]:
    """Schema of an object whose field has one of these values."""
    return {"required": [name], "properties": {name: {"enum": list(values)}}}


RULES: dict[str, list[dict[str, Any]]] = {
    "post": [{"if": _is("action", "delete"), "then": _present("deleted_at"), "else": _present("created_at")}],
    "engagement": [
        *({"if": _is("kind", part), "then": _present(part)} for part in sorted(PARTS)),
        {
            "if": _is("kind", *sorted(SALES)),
            "then": {"anyOf": [_present(name) for name in REFERENCES]},
            "else": _present("creator_id"),
        },
    ],
    "rule": [
        {"not": _present("false_share", "alerts_a_day")},
        {"if": _present("quiet_from"), "then": _present("quiet_to"), "else": {"not": _present("quiet_to")}},
        {"if": _present("quiet_lets"), "then": _present("quiet_from")},
        {
            "properties": {
                "mutes": {"items": {"oneOf": [_present("subject"), _present("trend_id")]}},
            }
        },
    ],
}
"""What is checked beyond the types: `problem` of `detectors/model`, `checked` of `detectors/rules`. That event times
are credible, zones known, and hours fit together has no schema."""


def _text(document: dict[str, Any]) -> bytes:
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
