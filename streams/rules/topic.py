"""All that the rules topic holds, read once; what comes later is for whoever follows it."""

from typing import NamedTuple

from config.settings import Settings
from detectors.model.rules import Rule
from detectors.rules.book import RuleBook
from streams.admin import client_settings
from streams.errors import StreamsError
from streams.follow import follow
from streams.refusals import Refused
from streams.rules.reading import take

QUIET_S = 1.0
"""Rules that do not come within this are not waited for, seconds."""


class Rules(NamedTuple):
    """The rules by id, the records that cannot be used by key, and where the topic goes on."""

    by_id: dict[str, Rule]
    refused: dict[str, Refused]
    next_offset: int


def rules_of(settings: Settings) -> Rules:
    """What the topic holds. Raises: StreamsError if it is missing or the brokers cannot be reached."""
    book, refused, reached = RuleBook(), dict[str, Refused](), 0
    with follow(client_settings(settings), [settings.topics.rules], from_beginning=True, quiet_s=QUIET_S) as records:
        for record in records:
            name = (record.key or b"").decode(errors="replace")
            said = take(book, record.key, record.value)
            refused.pop(name, None)
            if said is not None:
                refused[name] = said
            reached = record.offset + 1
    return Rules({rule.rule_id: rule for rule in book.rules}, refused, reached)


def rule_named(rules: Rules, rule_id: str) -> Rule:
    """One of them. Raises: StreamsError, which names those that there are."""
    found = rules.by_id.get(rule_id)
    if found is None:
        there = ", ".join(sorted(rules.by_id)) or "none: `freshet rules set FILE` adds one"
        raise StreamsError(f"no rule {rule_id!r}: there are {there}")
    return found
