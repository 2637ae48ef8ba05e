"""What is wrong with settings, in words a deployer can act on. It reads no settings itself."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

LIMITS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
    "maxLength": "no longer than",
    "pattern": "of the form",
}


def problems(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """One sentence a problem: `section.name: value X: what is allowed`. Secrets are never quoted."""
    return [_problem(each["loc"], each["type"], each["msg"], each["input"], model) for each in error.errors()]


def allowed(schema: Mapping[str, Any]) -> str:
    """What a field's JSON Schema allows, in words.

    >>> allowed({"type": "integer", "minimum": 1, "exclusiveMaximum": 9, "description": "Width, seconds."})
    'must be an integer, at least 1, less than 9 (Width, seconds)'
    >>> allowed({"enum": ["json", "text"]})
    'must be one of json, text'
    """
    kind = {"integer": "an integer", "number": "a number", "string": "a string"}.get(
        schema.get("type", ""), "a section"
    )
    limits = [f"{words} {schema[key]}" for key, words in LIMITS.items() if key in schema]
    said = f"one of {', '.join(schema['enum'])}" if "enum" in schema else ", ".join([kind, *limits])
    meaning = f" ({schema['description'].removesuffix('.')})" if "description" in schema else ""
    return f"must be {said}{meaning}"


def _problem(loc: tuple[int | str, ...], kind: str, message: str, value: object, model: type[BaseModel]) -> str:
    name = ".".join(map(str, loc))
    if kind == "value_error":  # one of our own checks across fields: its message begins with the field's name
        return f"{name}.{message}".replace(".Value error, ", "." if name else "")
    if kind == "extra_forbidden":
        return f"{name}: unknown setting: remove it or correct its name (`freshet config schema` lists them all)"
    schema = _schema(loc, model)
    quoted = "*****" if schema.get("writeOnly") else repr(value)
    return f"{name}: value {quoted}: {allowed(schema)}"


def _schema(loc: tuple[int | str, ...], model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of `section.name`, or an empty one where a whole section is no table."""
    if len(loc) < 2:
        return {}
    schema = model.model_json_schema()
    section = schema["properties"][loc[0]]["$ref"].rpartition("/")[2]
    found: dict[str, Any] = schema["$defs"][section]["properties"][loc[1]]
    return found
