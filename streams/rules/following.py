"""The alerts topic as one rule lets it through, as it grows. The rule is taken anew whenever it changes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import structlog

from config.settings import Settings
from detectors.rules.book import RuleBook
from detectors.rules.digest import Digest
from streams import clock
from streams.admin import client_settings
from streams.codec import decode_alert
from streams.follow import Received, follow
from streams.refusals import Refused
from streams.rules.reading import take
from streams.rules.topic import rule_named, rules_of

log = structlog.get_logger()


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
    rules, began = rules_of(settings), clock.now()
    book = RuleBook()
    book.set(rule_named(rules, rule_id))
    topics = [settings.topics.rules, settings.topics.alerts]
    with follow(client_settings(settings), topics, from_beginning=True, quiet_s=quiet_s) as records:
        fresh = (r for r in records if r.topic == settings.topics.alerts or r.offset >= rules.next_offset)
        shown_from = float("-inf") if from_beginning else began
        yield let_through(book, rule_id, fresh, rules_topic=settings.topics.rules, shown_from=shown_from)


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
