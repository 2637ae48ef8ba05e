"""Why a record cannot be used, from a closed set that is safe as a metric label. It decides nothing about the record.

A message says which field breaks which rule. It never quotes the record: what people wrote stays out of logs.
"""

from enum import StrEnum
from typing import NamedTuple

import msgspec

from detectors.model.fields import Problem


class Reason(StrEnum):
    """The outcome of reading a bad record; each has exactly one."""

    NULL = "null"
    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    OUT_OF_RANGE = "out_of_range"
    TIME = "time"
    INTERNAL_ERROR = "internal_error"
    """Nothing is wrong with the record: our own code fails on it."""


class Refused(NamedTuple):
    """A record that is put aside, and why."""

    reason: Reason
    message: str


UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""All that decoding bad bytes can raise: msgspec lets the last two through as they are."""

REASONS = (
    ("Object missing required field", Reason.MISSING_FIELD),
    ("Invalid RFC3339", Reason.TIME),
    ("Expected `datetime` with a timezone", Reason.TIME),
    ("Invalid enum value", Reason.OUT_OF_RANGE),
    ("Number out of range", Reason.OUT_OF_RANGE),
)
"""How msgspec's messages begin. A broken limit has none of them and no `, got`; what is left is a wrong type."""


def from_error(error: Exception) -> Refused:
    """Name what one of `UNREADABLE` says about a record.

    >>> from_error(RecursionError())
    Refused(reason=<Reason.OUT_OF_RANGE: 'out_of_range'>, message='the record is nested too deeply')
    """
    if isinstance(error, UnicodeDecodeError):
        return Refused(Reason.NOT_UTF8, "the record is not UTF-8")
    if isinstance(error, RecursionError):
        return Refused(Reason.OUT_OF_RANGE, "the record is nested too deeply")
    if not isinstance(error, msgspec.ValidationError):
        return Refused(Reason.NOT_JSON, "the record is not JSON, or ends too early")
    rule, _, path = str(error).partition(" - at `$.")
    field = f"`{path.removesuffix('`')}`" if path else "the record"
    reason = _reason(rule)
    if rule.startswith("Invalid enum value"):  # msgspec quotes the value here
        rule = "Not one of the allowed values"
    return Refused(reason, f"{field}: {rule[0].lower()}{rule[1:]}")


def from_problem(problem: Problem) -> Refused:
    """Name a broken rule between fields."""
    return Refused(Reason(problem.kind), problem.message)


def _reason(rule: str) -> Reason:
    for beginning, reason in REASONS:
        if rule.startswith(beginning):
            return reason
    return Reason.WRONG_TYPE if ", got `" in rule else Reason.OUT_OF_RANGE
