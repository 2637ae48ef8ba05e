"""All that the rules topic holds, read once; what comes later is for whoever follows it."""

from typing import NamedTuple

from config.settings import Settings
from detectors.model.rules import Rule
from streams.admin import client_settings, probe
from streams.errors import StreamsError
from streams.recent import recent
from streams.refusals import Refused
from streams.rules.standing import Standing

MOST_RECORDS = 1_000_000
"""Records of the topic that are read, the latest: a compacted topic holds few more than there are rules."""


class Rules(NamedTuple):
    """The rules by id, and the records that cannot be used by key."""

    by_id: dict[str, Rule]
    refused: dict[str, Refused]


def rules_of(settings: Settings) -> Rules:
    """What the topic holds; nothing if it is missing. Raises: StreamsError if the brokers cannot be reached."""
    standing = Standing()
    client = client_settings(settings)
    probe(client["bootstrap_servers"])
    for record in recent(client, settings.topics.rules, MOST_RECORDS):
        standing.take(record.key, record.value)
    return Rules(standing.by_id, standing.refused)


def rule_named(rules: Rules, rule_id: str) -> Rule:
    """One of them. Raises: StreamsError, which names those that there are."""
    found = rules.by_id.get(rule_id)
    if found is None:
        there = ", ".join(sorted(rules.by_id)) or "none: `freshet rules set FILE` adds one"
        raise StreamsError(f"no rule {rule_id!r}: there are {there}")
    return found
