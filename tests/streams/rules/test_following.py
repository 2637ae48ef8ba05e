"""The alerts topic as one rule lets it through."""

from collections.abc import Iterable
from typing import Any

import msgspec

from detectors.model.alerts import Alert
from detectors.model.rules import Rule
from detectors.rules.book import RuleBook
from detectors.rules.digest import Digest
from streams.codec import encode_alert
from streams.follow import Received
from streams.recent import Recent
from streams.rules.following import in_order, let_through
from streams.rules.reading import encode_rule
from tests.detectors.rules.alerts import alert, at

RULES, ALERTS = "rules", "alerts"


def lying(value: bytes | None, *, topic: str = ALERTS, key: bytes = b"team", hours: float = 0.0) -> Received:
    return Received(topic, 0, 0, at(hours).timestamp(), key, value, [])


def told(one: Alert) -> Received:
    return lying(encode_alert(one), hours=(one.detected_at - at(0)).total_seconds() / 3600)


def through(*records: Received, shown_from: float = 0.0, **fields: Any) -> list[str]:
    """What is let through: alerts by id, digests by the trends in them."""
    book = RuleBook()
    book.set(Rule(rule_id="team", **fields))
    given = let_through(book, "team", records, rules_topic=RULES, shown_from=shown_from)
    return list(_names(given))


def _names(given: Iterable[Received | Digest]) -> Iterable[str]:
    for each in given:
        if isinstance(each, Digest):
            yield "+".join(held.trend_id for held in each.held)
        else:
            assert each.value is not None
            yield msgspec.json.decode(each.value)["alert_id"] if each.value.startswith(b"{") else "unreadable"


def test_what_the_rule_sends_is_given() -> None:
    """Other alerts are not."""
    records = [told(alert("a", 0)), told(alert("b", 1, severity="info")), told(alert("a", 2, revision=1))]

    assert through(*records, min_severity="warning") == ["a-0-fired", "a-1-fired"]


def test_a_changed_rule_holds_from_the_next_alert_on() -> None:
    """Without a restart; a bad one and those of others change nothing, a removed one sends nothing."""
    strict = encode_rule(Rule(rule_id="team", min_severity="critical"))
    other = encode_rule(Rule(rule_id="other", min_severity="critical"))

    assert through(
        told(alert("a", 0)),
        lying(b"nonsense", topic=RULES),
        lying(other, topic=RULES, key=b"other"),
        told(alert("b", 1)),
        lying(strict, topic=RULES),
        told(alert("c", 2)),
        told(alert("d", 3, severity="critical")),
        lying(None, topic=RULES),
        told(alert("e", 4, severity="critical")),
    ) == ["a-0-fired", "b-0-fired", "d-0-fired"]


def test_the_past_counts_and_is_not_given() -> None:
    """What was sent before is known: its news follow, and its budget is spent."""
    records = [told(alert("a", 0)), told(alert("b", 5, surprise=1.0)), told(alert("a", 6, revision=1))]

    assert through(*records, shown_from=at(4).timestamp(), alerts_a_day=1) == ["a-1-fired"]


def test_digests_come_between_the_alerts() -> None:
    """When their hour has passed."""
    records = [told(alert("a", 0)), told(alert("b", 1, surprise=1.0)), told(alert("c", 30, surprise=50.0))]

    assert through(*records, alerts_a_day=1, digest_at="18:00") == ["a-0-fired", "b", "c-0-fired"]


def test_the_past_is_taken_in_the_order_of_detection() -> None:
    """A topic's partitions come one after the other; what is no alert comes last."""
    records = [told(alert("b", 2)), lying(b"nonsense"), told(alert("a", 1, revision=1)), told(alert("a", 1))]

    found = [Recent(each.key, each.value, each.at) for each in records]

    assert list(_names(in_order(found, ALERTS))) == ["a-0-fired", "a-1-fired", "b-0-fired", "unreadable"]


def test_what_comes_twice_is_given_once() -> None:
    """What is read as the past may come again as new."""
    assert through(told(alert("a", 0)), told(alert("a", 0))) == ["a-0-fired"]


def test_what_cannot_be_read_is_given_as_it_is() -> None:
    """Whoever shows it says so."""
    assert through(lying(b"nonsense")) == ["unreadable"]
