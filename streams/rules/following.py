"""The alerts topic as one rule lets it through, as it grows. The rule is taken anew whenever it changes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain

import structlog

from config.settings import Settings
from detectors.rules.book import RuleBook
from detectors.rules.digest import Digest
from streams import clock
from streams.admin import client_settings
from streams.codec import decode_alert
from streams.follow import Received, follow
from streams.recent import Recent, recent
from streams.refusals import Refused
from streams.rules.reading import take
from streams.rules.topic import rule_named, rules_of

log = structlog.get_logger()

MOST_ALERTS = 100_000
"""Alerts of the past that are decided about first, the latest."""


@contextmanager
def following(
    settings: Settings, rule_id: str, *, from_beginning: bool, quiet_s: float | None
) -> Iterator[Iterator[Received | Digest]]:
    """Give what a rule sends: alerts as they lie in Kafka, and digests when they are due.

    What is there already is decided about first, as the rule is now: budget and cooldown know it then.

    Args:
        from_beginning: whether what is there already is given, too.
        quiet_s: as of `follow`.
    Raises: StreamsError if there is no such rule, a topic is missing or the brokers cannot be reached.
    """
    client, topics, book = client_settings(settings), settings.topics, RuleBook()
    began = clock.now()
    # what comes is followed before what is there is read, so that nothing falls between; what is in both is a duplicate
    with follow(client, [topics.rules, topics.alerts], from_beginning=False, quiet_s=quiet_s) as fresh:
        book.set(rule_named(rules_of(settings), rule_id))
        past = in_order(recent(client, topics.alerts, MOST_ALERTS), topics.alerts)
        shown_from = float("-inf") if from_beginning else began
        yield let_through(book, rule_id, chain(past, fresh), rules_topic=topics.rules, shown_from=shown_from)


def in_order(found: Iterable[Recent], topic: str) -> list[Received]:
    """Alerts in the order of detection: between a topic's partitions there is none. What is no alert comes last."""

    def place(record: Received) -> tuple[float, str, int]:
        alert = decode_alert(record.value)
        if isinstance(alert, Refused):
            return float("inf"), "", 0
        return alert.detected_at.timestamp(), alert.dedup_key, alert.revision

    return sorted((Received(topic, 0, 0, each.at, each.key, each.value, []) for each in found), key=place)


def let_through(
    book: RuleBook, rule_id: str, records: Iterable[Received], *, rules_topic: str, shown_from: float
) -> Iterator[Received | Digest]:
    """What of these records the rule sends; records of the rules topic change it.

    Args:
        shown_from: what Kafka took earlier is decided about, and not given; epoch seconds.
    """
    for record in records:
        if record.topic == rules_topic:
            if (record.key or b"").decode(errors="replace") == rule_id:
                _change(book, record)
            continue
        alert = decode_alert(record.value)
        if isinstance(alert, Refused):
            if record.at >= shown_from:
                yield record
            continue
        digests, decisions = book.step(alert)
        if record.at >= shown_from:
            yield from digests
            if any(decision.sent for decision in decisions):
                yield record


def _change(book: RuleBook, record: Received) -> None:
    refused = take(book, record.key, record.value)
    if refused is not None:
        log.warning("a rule is refused, the old one stays", offset=record.offset, why=refused.message)
