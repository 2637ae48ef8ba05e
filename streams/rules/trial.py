"""What a rule makes of alerts that are there already: nothing is sent."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from detectors.model.alerts import Alert
from detectors.model.rules import Rule
from detectors.rules.digest import Digest
from detectors.rules.subscriber import Decision, Subscriber

SHOWN = 10
"""Alerts shown to people, the latest."""


class Trial(NamedTuple):
    """What became of the alerts.

    Attributes:
        since: when the first of them was detected, epoch seconds; None: there are none.
        decisions: in order, with the alert.
        digests: those that would have come.
    """

    since: float | None
    decisions: tuple[tuple[Alert, Decision], ...]
    digests: tuple[Digest, ...]

    @property
    def sent(self) -> tuple[Alert, ...]:
        """All that would have been sent, news too."""
        return tuple(alert for alert, decision in self.decisions if decision.sent)

    @property
    def firsts(self) -> tuple[Alert, ...]:
        """First messages only."""
        return tuple(alert for alert, decision in self.decisions if decision.reason == "first")

    @property
    def reasons(self) -> Counter[str]:
        """How many alerts for each reason."""
        return Counter(str(decision.reason) for _, decision in self.decisions)

    def latest(self) -> Sequence[Alert]:
        """The latest that would have been sent."""
        return self.sent[-SHOWN:]

    def told(self) -> dict[str, Any]:
        """For programs."""
        return {
            "alerts": len(self.decisions),
            "reasons": dict(sorted(self.reasons.items())),
            "digests": len(self.digests),
            "sent": [alert.alert_id for alert in self.sent],
        }


def trial_of(rule: Rule, alerts: Iterable[Alert]) -> Trial:
    """Let a rule decide about alerts in their order, as if it had been there.

    >>> from tests.streams.examples import ALERT
    >>> trial_of(Rule(rule_id="mine", min_voices=39), [ALERT]).reasons
    Counter({'voices': 1})
    """
    reader = Subscriber(msgspec.structs.replace(rule, enabled=True))
    decisions: list[tuple[Alert, Decision]] = []
    digests: list[Digest] = []
    for alert in alerts:
        digest = reader.due(alert.detected_at.timestamp())
        if digest is not None:
            digests.append(digest)
        decisions.append((alert, reader.step(alert)))
    since = decisions[0][0].detected_at.timestamp() if decisions else None
    return Trial(since, tuple(decisions), tuple(digests))
