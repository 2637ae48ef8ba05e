"""All rules side by side: each decides for itself, so that no reader notices another one."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from detectors.errors import DetectorError
from detectors.model.alerts import Alert
from detectors.model.rules import Rule
from detectors.rules.digest import Digest
from detectors.rules.subscriber import Decision, Subscriber, SubscriberState

FORMAT = 1
"""Of a snapshot."""

MOST = 1000
"""Rules, at most."""


class BookState(msgspec.Struct, frozen=True, array_like=True):
    """Every rule with what it remembers."""

    format: int
    entries: tuple[tuple[Rule, SubscriberState], ...]


class Stepped(NamedTuple):
    """What an alert led to: digests that were due before it, then each rule's decision, by rule id."""

    digests: tuple[Digest, ...]
    decisions: tuple[Decision, ...]


class RuleBook:
    """The rules by id. Alerts come in the order in which they were published.

    State: at most `MOST` subscribers. Raises: DetectorError beyond it.

    >>> from tests.streams.examples import ALERT
    >>> book = RuleBook()
    >>> book.set(Rule(rule_id="all")); book.set(Rule(rule_id="posts", kinds=("post_overperforming",)))
    >>> [(d.rule_id, str(d.reason)) for d in book.step(ALERT).decisions]
    [('all', 'first'), ('posts', 'kind')]
    """

    def __init__(self) -> None:
        self._subscribers: dict[str, Subscriber] = {}

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All of them, by id."""
        return tuple(each.rule for each in self._in_order())

    def set(self, rule: Rule) -> None:
        """Add a rule, or let the one of the same id go on as it is now."""
        known = self._subscribers.get(rule.rule_id)
        if known is not None:
            known.change(rule)
        elif len(self._subscribers) >= MOST:
            raise DetectorError(f"rule {rule.rule_id} is one more than {MOST}: remove another one")
        else:
            self._subscribers[rule.rule_id] = Subscriber(rule)

    def remove(self, rule_id: str) -> None:
        """Forget a rule and what it knew, if there is such a one."""
        self._subscribers.pop(rule_id, None)

    def step(self, alert: Alert) -> Stepped:
        """Decide about an alert for every rule."""
        digests = self.due(alert.detected_at.timestamp())
        return Stepped(digests, tuple(each.step(alert) for each in self._in_order()))

    def due(self, now: float) -> tuple[Digest, ...]:
        """The digests whose time has come; epoch seconds."""
        return tuple(digest for each in self._in_order() if (digest := each.due(now)) is not None)

    def snapshot(self) -> BookState:
        """All it remembers."""
        return BookState(FORMAT, tuple((each.rule, each.snapshot()) for each in self._in_order()))

    def restore(self, state: BookState) -> None:
        """Go on from a snapshot. Raises: DetectorError if it is of another format."""
        if state.format != FORMAT:
            raise DetectorError(f"format = {state.format} of the rules' state must be {FORMAT}")
        self._subscribers = {}
        for rule, saved in state.entries:
            self._subscribers[rule.rule_id] = Subscriber(rule)
            self._subscribers[rule.rule_id].restore(saved)

    def _in_order(self) -> Iterator[Subscriber]:
        return (self._subscribers[rule_id] for rule_id in sorted(self._subscribers))
