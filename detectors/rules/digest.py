"""What a rule held back, until it is told as one message at a time of day."""

from typing import NamedTuple

import msgspec

from detectors.model.alerts import Alert, Severity, SubjectName
from detectors.rules.reasons import Reason

MOST = 50
"""Trends named in a digest, the best; the others are counted."""


class Held(msgspec.Struct, frozen=True):
    """A trend that was held back, as its latest alert has it. Programs read it by these names."""

    key: str
    alert_id: str
    trend_id: str
    at: float
    """When its latest alert was detected, epoch seconds."""
    kind: str
    action: str
    subject: SubjectName
    scope: str
    severity: Severity
    observed: float
    score: float
    reason: Reason


class Digest(NamedTuple):
    """One message about what a rule held back."""

    rule_id: str
    since: float
    """From when on it was collected, epoch seconds."""
    at: float
    """The time of day at which it was due, epoch seconds."""
    held: tuple[Held, ...]
    """The best `MOST`, the best first."""
    left_out: int
    """How many more there were."""


class ShelfState(msgspec.Struct, frozen=True, array_like=True):
    """All that is on a shelf."""

    held: tuple[Held, ...]
    left_out: int


class Shelf:
    """Collects what waits for a digest: a trend once, at most `MOST` of them.

    State: at most `MOST` entries and a count.
    """

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}
        self._left_out = 0

    def __len__(self) -> int:
        return len(self._held)

    def put(self, key: str, alert: Alert, score: float, reason: Reason) -> None:
        """Keep a trend, or what is new about it; the least good leaves where there is no room."""
        self._held[key] = Held(
            key=key,
            alert_id=alert.alert_id,
            trend_id=alert.trend_id,
            at=alert.detected_at.timestamp(),
            kind=alert.kind,
            action=alert.action,
            subject=alert.subject,
            scope=alert.scope,
            severity=alert.severity,
            observed=alert.observed,
            score=score,
            reason=reason,
        )
        if len(self._held) > MOST:
            del self._held[_ranked(self._held)[-1].key]
            self._left_out += 1

    def drop(self, key: str) -> None:
        """Forget a trend: it was sent after all, or was never one."""
        self._held.pop(key, None)

    def renew(self, key: str, alert: Alert) -> None:
        """What is new about a trend, if it is held: it stays held for the same reason."""
        held = self._held.get(key)
        if held is not None:
            self.put(key, alert, held.score, held.reason)

    def clear(self, rule_id: str, since: float, at: float) -> Digest:
        """The digest of all that is held; nothing is afterwards."""
        digest = Digest(rule_id, since, at, tuple(_ranked(self._held)), self._left_out)
        self._held, self._left_out = {}, 0
        return digest

    def snapshot(self) -> ShelfState:
        """All it holds."""
        return ShelfState(tuple(self._held.values()), self._left_out)

    def restore(self, state: ShelfState) -> None:
        """Go on from a snapshot."""
        self._held = {held.key: held for held in state.held}
        self._left_out = state.left_out


def _ranked(held: dict[str, Held]) -> list[Held]:
    """The best first; of equals the earlier."""
    return sorted(held.values(), key=lambda each: (-each.score, each.at, each.key))
