"""What is wrong with a rule, in words its author can act on: field, value, what is allowed. All of it at once."""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any, NamedTuple, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from detectors.model.rules import Mute, Rule
from detectors.rules.daily import of_day, within

LONGEST = 80
"""Characters of a value that are quoted."""

TYPES = {"integer": "a whole number", "number": "a number", "string": "a text", "boolean": "true or false"}

LIMITS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
    "minLength": "no shorter than",
    "maxLength": "no longer than",
    "maxItems": "no more than",
    "pattern": "of the form",
}


class Wrong(NamedTuple):
    """A rule that cannot be used, and why: one sentence a problem."""

    problems: tuple[str, ...]

    def __str__(self) -> str:
        """On one line."""
        return "; ".join(self.problems)


def checked(fields: object, *, strict: bool = False) -> Rule | Wrong:
    """A rule from the plain values of its fields, or what is wrong with them.

    Args:
        fields: as JSON or TOML give them.
        strict: whether an unknown field is a mistake, as to an author; a reader of the topic ignores it.

    >>> str(checked({"rule_id": "mine", "alerts_a_day": 0}))
    'alerts_a_day: value 0: must be a number, at least 0.1, at most 1000 (first messages a day), or null'
    """
    if not isinstance(fields, Mapping):
        return Wrong((f"the rule: value {_quoted(fields)}: must be an object of fields",))
    problems = list(_of_fields(fields, Rule))
    for number, mute in enumerate(_listed(fields.get("mutes"))):
        problems += [f"mutes[{number}].{said}" for said in _of_fields(mute, Mute)]
    if strict:
        problems += _unknown(fields)
    if problems:
        return Wrong(tuple(problems))
    rule = msgspec.convert(dict(fields), Rule)
    problems += _between(rule)
    return Wrong(tuple(problems)) if problems else rule


def _listed(mutes: object) -> list[Mapping[str, object]]:
    return [mute for mute in mutes if isinstance(mute, Mapping)] if isinstance(mutes, list | tuple) else []


def _of_fields(fields: Mapping[str, object], model: type[msgspec.Struct]) -> Iterator[str]:
    """Each field by itself."""
    hints = get_type_hints(model, include_extras=True)
    for field in msgspec.structs.fields(model):
        if field.name not in fields:
            if field.required:
                yield f"{field.name}: missing: {allowed(_schema(hints[field.name]))}"
        elif not (field.name == "mutes" and _only_inside(fields["mutes"])):
            try:
                msgspec.convert(fields[field.name], hints[field.name])
            except msgspec.ValidationError:
                yield f"{field.name}: value {_quoted(fields[field.name])}: {allowed(_schema(hints[field.name]))}"


def _only_inside(mutes: object) -> bool:
    """Whether mutes are a list of objects, few enough: what is wrong is inside one, and said there."""
    return isinstance(mutes, list | tuple) and len(mutes) == len(_listed(mutes)) <= 100


def _unknown(fields: Mapping[str, object]) -> Iterator[str]:
    known, inside = Rule.__struct_fields__, Mute.__struct_fields__
    yield from (f"{name}: unknown: must be one of {', '.join(known)}" for name in fields if name not in known)
    for number, mute in enumerate(_listed(fields.get("mutes"))):
        names = [name for name in mute if name not in inside]
        yield from (f"mutes[{number}].{name}: unknown: must be one of {', '.join(inside)}" for name in names)


def _between(rule: Rule) -> Iterator[str]:
    """What the fields say together."""
    if rule.false_share is not None and rule.alerts_a_day is not None:
        yield f"alerts_a_day: value {rule.alerts_a_day:g}: must be absent where false_share is given: one threshold"
    if (rule.quiet_from is None) != (rule.quiet_to is None):
        name = "quiet_to" if rule.quiet_to is None else "quiet_from"
        yield f"{name}: missing: quiet hours need both quiet_from and quiet_to, HH:MM"
    quiet = quiet_hours(rule)
    if quiet and quiet[0] == quiet[1]:
        yield f"quiet_to: value {rule.quiet_to}: must differ from quiet_from; enabled = false silences a rule"
    elif quiet and rule.digest_at is not None and within(_at(rule.digest_at), *quiet, ZoneInfo("UTC")):
        yield f"digest_at: value {rule.digest_at}: must lie outside quiet hours, {rule.quiet_from} to {rule.quiet_to}"
    if rule.quiet_lets is not None and quiet is None:
        yield f"quiet_lets: value {rule.quiet_lets}: must be absent where there are no quiet hours"
    for number, mute in enumerate(rule.mutes):
        if (mute.subject is None) == (mute.trend_id is None):
            yield f"mutes[{number}]: must have either subject or trend_id"
    try:
        ZoneInfo(rule.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"zone: value {_quoted(rule.zone)}: must be an IANA zone that this machine knows, such as Europe/Paris"


def quiet_hours(rule: Rule) -> tuple[time, time] | None:
    """When they begin and end; None: there are none."""
    if rule.quiet_from is None or rule.quiet_to is None:
        return None
    return of_day(rule.quiet_from), of_day(rule.quiet_to)


def _at(when: str) -> float:
    told = of_day(when)
    return told.hour * 3600.0 + told.minute * 60.0


def allowed(schema: Mapping[str, Any]) -> str:
    """What a field's JSON Schema allows, in words.

    >>> allowed({"type": "integer", "minimum": 0, "description": "seconds"})
    'must be a whole number, at least 0 (seconds)'
    """
    if "anyOf" in schema:
        return ", or ".join([allowed(schema["anyOf"][0]), "null"])
    said = f"one of {', '.join(map(str, schema['enum']))}" if "enum" in schema else TYPES.get(schema.get("type", ""))
    inside = schema.get("items")
    if inside:
        said = f"a list of {allowed(inside).removeprefix('must be ')}"
    words = [said or "a table", *(f"{words} {schema[key]}" for key, words in LIMITS.items() if key in schema)]
    meaning = f" ({schema['description']})" if "description" in schema else ""
    return f"must be {', '.join(words)}{meaning}"


def _schema(hint: object) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([hint])
    return schema


def _quoted(value: object) -> str:
    told = repr(value)
    return told if len(told) <= LONGEST else told[: LONGEST - 1] + "…"
