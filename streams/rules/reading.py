"""A record of the rules topic into the book of rules. A bad one changes nothing: the rule that was there stays."""

from typing import Any

import msgspec

from detectors.errors import DetectorError
from detectors.model.rules import Rule
from detectors.rules.book import RuleBook
from detectors.rules.checking import Wrong, checked
from streams.codec import MAX_BYTES
from streams.refusals import UNREADABLE, Reason, Refused, from_error

_fields = msgspec.json.Decoder(dict[str, Any]).decode
_encoder = msgspec.json.Encoder(order="deterministic")


def decode_rule(value: bytes) -> Rule | Refused:
    """Read one rule. The message names each field, its value and what is allowed: rules are not what people posted."""
    if len(value) > MAX_BYTES:
        return Refused(Reason.TOO_LARGE, f"the record has {len(value)} bytes, at most {MAX_BYTES} are read")
    try:
        found = checked(_fields(value))
    except UNREADABLE as error:
        return from_error(error)
    return Refused(Reason.OUT_OF_RANGE, str(found)) if isinstance(found, Wrong) else found


def encode_rule(rule: Rule) -> bytes:
    """Write one rule: what differs from the defaults, and its version."""
    fields = {name: value for name, value in msgspec.to_builtins(rule).items() if value != _default(name)}
    return _encoder.encode({**fields, "schema_version": rule.schema_version})


def take(book: RuleBook, key: bytes | None, value: bytes | None) -> Refused | None:
    """Let the book know of a record; says why not, if it cannot be used.

    A record without a value removes the rule. One under another key than its `rule_id` is refused: it could neither be
    replaced nor removed.
    """
    name = (key or b"").decode(errors="replace")
    if value is None:
        book.remove(name)
        return None
    rule = decode_rule(value)
    if isinstance(rule, Refused):
        return rule
    if rule.rule_id != name:
        return Refused(Reason.OUT_OF_RANGE, f"rule_id: value {rule.rule_id!r}: must be the record's key, {name!r}")
    try:
        book.set(rule)
    except DetectorError as error:
        return Refused(Reason.OUT_OF_RANGE, str(error))
    return None


_DEFAULTS: dict[str, Any] = msgspec.to_builtins(Rule(rule_id="-"))


def _default(name: str) -> object:
    return None if name == "rule_id" else _DEFAULTS[name]
