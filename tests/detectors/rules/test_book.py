"""Rules side by side."""

import msgspec
import pytest

from detectors.errors import DetectorError
from detectors.model.rules import Rule
from detectors.rules.book import FORMAT, MOST, BookState, RuleBook
from tests.detectors.rules.alerts import alert


def book_of(*rules: Rule) -> RuleBook:
    book = RuleBook()
    for rule in rules:
        book.set(rule)
    return book


def test_each_rule_decides_for_itself_in_the_order_of_ids() -> None:
    """One reader's filters and budget are nothing to another."""
    book = book_of(Rule(rule_id="b", alerts_a_day=1), Rule(rule_id="a"))

    decided = [book.step(alert(f"t{n}", n, surprise=9.0 - n)).decisions for n in range(2)]

    assert [[(d.rule_id, str(d.reason)) for d in each] for each in decided] == [
        [("a", "first"), ("b", "first")],
        [("a", "first"), ("b", "below")],
    ]


def test_a_rule_changes_while_alerts_come() -> None:
    """What was sent before is known: its news follow, and it is not sent as new."""
    book = book_of(Rule(rule_id="a"))
    book.step(alert("t1", 0))
    book.set(Rule(rule_id="a", min_severity="critical"))

    decisions = [book.step(each).decisions[0].reason for each in (alert("t1", 1, revision=1), alert("t2", 1))]
    assert [str(reason) for reason in decisions] == ["news", "severity"]


def test_a_removed_rule_is_forgotten() -> None:
    """Made again, it begins anew; to remove what is not there does nothing."""
    book = book_of(Rule(rule_id="a"))
    book.remove("nobody")
    book.remove("a")

    assert book.rules == ()
    assert book.step(alert("t1", 0)).decisions == ()


def test_digests_that_are_due_come_before_the_alert() -> None:
    """An alert after the hour is not in the digest of before it."""
    book = book_of(Rule(rule_id="a", alerts_a_day=0.1, digest_at="18:00"))
    for n in range(3):
        assert book.step(alert(f"t{n}", n, surprise=9.0 - n)).digests == ()

    stepped = book.step(alert("late", 19, surprise=1.0))

    assert [[held.trend_id for held in digest.held] for digest in stepped.digests] == [["t1", "t2"]]


def test_a_snapshot_holds_rules_and_what_they_know() -> None:
    """Through bytes; of another format it is refused."""
    book = book_of(Rule(rule_id="a", alerts_a_day=1), Rule(rule_id="b"))
    book.step(alert("t1", 0, surprise=9.0))
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(book.snapshot()), type=BookState)
    other = RuleBook()
    other.restore(state)

    assert other.rules == book.rules
    assert other.step(alert("t2", 1, surprise=3.0)) == book.step(alert("t2", 1, surprise=3.0))
    with pytest.raises(DetectorError, match=f"format = {FORMAT + 1}"):
        other.restore(msgspec.structs.replace(state, format=FORMAT + 1))


def test_rules_are_bounded() -> None:
    """One more than fit is refused, and the others stay."""
    book = book_of(*(Rule(rule_id=f"r{n}") for n in range(MOST)))

    with pytest.raises(DetectorError, match="rule one-more is one more than 1000"):
        book.set(Rule(rule_id="one-more"))
    assert len(book.rules) == MOST
