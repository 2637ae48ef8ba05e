"""What a change of a record's schema breaks, within a version of the contract. It knows the keywords that ours use.

Whoever writes input goes on writing what they wrote: nothing that was accepted is refused. Whoever reads output reads
old and new records with either schema, for both lie on the topics together: only optional fields are added.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

Schema = Mapping[str, Any]
Direction = Literal["input", "output"]

AT_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems")
AT_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
SAME = ("pattern", "format")


class Part(NamedTuple):
    """A part of a schema, with the document in which its references are looked up."""

    schema: Schema
    document: Schema


def breaking(old: Schema, new: Schema, direction: Direction) -> list[str]:
    """Say what a change breaks, each with its path; empty if nothing.

    Args:
        old: what was promised, a whole document.
        new: what takes its place.
        direction: whether others write such records, or read them.

    >>> promised = {"type": "object", "properties": {"n": {"type": "number"}}, "required": ["n"]}
    >>> breaking(promised, {**promised, "properties": {"n": {"type": "integer"}}}, "input")
    ['n: number is not allowed any more']
    """
    before, after = Part(old, old), Part(new, new)
    found = [
        *_lost(before, after, "", frozenset()),
        *_refused(before, after, "", "is not allowed any more", frozenset()),
    ]
    if direction == "output":
        found += _refused(after, before, "", "is new to those who read it", frozenset())
    return list(dict.fromkeys(found))


Seen = frozenset[tuple[str, str]]
"""Pairs of references that are being compared: a schema may hold itself."""


def _refused(one: Part, other: Part, path: str, saying: str, seen: Seen) -> Iterator[str]:
    """Ways in which what `one` accepts is not accepted by `other`."""
    pair = (str(one.schema.get("$ref")), str(other.schema.get("$ref")))
    if pair in seen:
        return
    seen |= {pair} if pair != ("None", "None") else set()
    others = _alternatives(other)
    for kind, accepted in _alternatives(one).items():
        match = others.get(kind) or (others.get("number") if kind == "integer" else None)
        if not others or "any" in others:
            continue
        if match is None:
            yield f"{path or 'the record'}: {kind} {saying}"
            continue
        yield from _narrower(accepted, match, path, saying, seen)


def _narrower(one: Part, other: Part, path: str, saying: str, seen: Seen) -> Iterator[str]:
    a, b = one.schema, other.schema
    where = path or "the record"
    if "enum" in b:
        values = a.get("enum")
        missing = ["another value than before"] if values is None else [v for v in values if v not in b["enum"]]
        yield from (f"{where}: {value} {saying}" for value in missing)
    for name in (*AT_LEAST, *AT_MOST):
        if name in b and (name not in a or (a[name] < b[name] if name in AT_LEAST else a[name] > b[name])):
            yield f"{where}: {name} {a.get(name, 'unbounded')} {saying}"
    for name in SAME:
        if name in b and a.get(name) != b[name]:
            yield f"{where}: {name} {a.get(name, 'of any kind')} {saying}"
    for rule in b.get("allOf", ()):
        if rule not in a.get("allOf", ()):
            yield f"{where}: what breaks the rule {rule} {saying}"
    yield from (f"{_in(path, name)}: a record without it {saying}" for name in _required(b) - _required(a))
    for name, field in _fields(a).items():
        if name in _fields(b):
            pair = Part(field, one.document), Part(_fields(b)[name], other.document)
            yield from _refused(*pair, _in(path, name), saying, seen)
    yield from _items(one, other, path, saying, seen)


def _items(one: Part, other: Part, path: str, saying: str, seen: Seen) -> Iterator[str]:
    a, b = one.schema, other.schema
    if isinstance(a.get("items"), Mapping) and isinstance(b.get("items"), Mapping):
        yield from _refused(Part(a["items"], one.document), Part(b["items"], other.document), f"{path}[]", saying, seen)
    firsts = zip(a.get("prefixItems", ()), b.get("prefixItems", ()), strict=False)
    for i, (first, second) in enumerate(firsts):
        yield from _refused(Part(first, one.document), Part(second, other.document), f"{path}[{i}]", saying, seen)


def _lost(one: Part, other: Part, path: str, seen: Seen) -> Iterator[str]:
    """Fields that are gone, and values that stand for an absent field and are others now."""
    pair = (str(one.schema.get("$ref")), str(other.schema.get("$ref")))
    if pair in seen:
        return
    seen |= {pair} if pair != ("None", "None") else set()
    others = _alternatives(other)
    for kind, a in _alternatives(one).items():
        b = others.get(kind)
        if b is None:
            continue
        for name, field in _fields(a.schema).items():
            if name not in _fields(b.schema):
                yield f"{_in(path, name)}: the field is gone"
                continue
            now = _fields(b.schema)[name]
            if "default" in field and "default" in now and _plain(field["default"]) != _plain(now["default"]):
                yield f"{_in(path, name)}: absent meant {field['default']}, and now {now['default']}"
            yield from _lost(Part(field, a.document), Part(now, b.document), _in(path, name), seen)
        if isinstance(a.schema.get("items"), Mapping) and isinstance(b.schema.get("items"), Mapping):
            inner = Part(a.schema["items"], a.document), Part(b.schema["items"], b.document)
            yield from _lost(*inner, f"{path}[]", seen)


def _alternatives(part: Part) -> dict[str, Part]:
    """The kinds of value that a schema accepts, each with what it says about them; `any` where it does not say."""
    schema, document = part
    if "$ref" in schema:
        target: Any = document
        for step in str(schema["$ref"]).removeprefix("#/").split("/"):
            target = target[step]
        return _alternatives(Part({**target, **{k: v for k, v in schema.items() if k == "allOf"}}, document))
    if "anyOf" in schema:
        return {kind: each for one in schema["anyOf"] for kind, each in _alternatives(Part(one, document)).items()}
    if "type" in schema:
        return {str(schema["type"]): part}
    return {"string": part} if "enum" in schema else {"any": part}


def _fields(schema: Schema) -> Mapping[str, Schema]:
    fields: Mapping[str, Schema] = schema.get("properties", {})
    return fields


def _required(schema: Schema) -> set[str]:
    return set(schema.get("required", ()))


def _in(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _plain(value: object) -> object:
    """Lists and objects are left out: a default object gains a field with its type."""
    return None if isinstance(value, list | dict) else value
