"""A trend's record in words, English and French. Every number in them is a field of the record."""

from typing import TypeVar

import msgspec

from detectors.alerting.english import ENGLISH
from detectors.alerting.facts import Facts
from detectors.alerting.french import FRENCH
from detectors.alerting.saying import said
from detectors.model.alerts import Alert, Explanation, Trend

Record = TypeVar("Record", Alert, Trend)

UNSAID = Explanation("", "")
"""Of a record that is not explained yet."""


def explained(record: Record) -> Record:
    """The record with its explanation, which is made of its own fields."""
    if isinstance(record, Alert) and record.action != "updated":
        lead: str = record.action
    else:
        lead = record.state
    facts = Facts(record, lead)
    return msgspec.structs.replace(record, explanation=Explanation(said(facts, ENGLISH), said(facts, FRENCH)))
