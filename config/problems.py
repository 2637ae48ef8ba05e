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
    whole = model.model_json_schema()
    schema = _schema(loc, whole)
    if loc[-1] == "[key]":
        table = _schema(loc[:-2], whole)
        form = {
            "type": "string",
            "pattern": next(iter(table["patternProperties"])),
            "description": table["description"],
        }
        return f"{'.'.join(map(str, loc[:-2]))}: name {value!r}: {allowed(form)}"
    quoted = "*****" if _holds_secrets(schema, whole) else repr(value)
    return f"{name}: value {quoted}: {allowed(schema)}"


def _schema(loc: tuple[int | str, ...], whole: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON Schema of what a location names; that of a table where it names a key of one."""
    found: dict[str, Any] = dict(whole)
    for name in loc:
        found = _step(found, name)
        if "$ref" in found:
            found = whole["$defs"][found["$ref"].rpartition("/")[2]]
    return found


def _step(schema: dict[str, Any], name: int | str) -> dict[str, Any]:
    """One step into a schema; what has no schema of its own, such as a key, stays where it is."""
    named = schema.get("properties", {}).get(name)
    others = list(schema.get("patternProperties", {}).values())
    found: dict[str, Any] = named or schema.get("items") or (others[0] if others else schema)
    return found


def _holds_secrets(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> bool:
    """Whether a value of this schema is a secret, or holds one: a table that was given as text may be one whole."""
    if schema.get("writeOnly"):
        return True
    inside = [*schema.get("properties", {}).values(), *schema.get("patternProperties", {}).values()]
    referred = [whole["$defs"][each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in inside]
    return any(_holds_secrets(each, whole) for each in referred)
