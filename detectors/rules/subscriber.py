"""One rule at work: alert by alert, whether its reader is sent it, and why."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from detectors.alerting.severity import RANKS
from detectors.model.alerts import Alert
from detectors.model.rules import Rule
from detectors.rules.budget import Budget, BudgetState, Verdict
from detectors.rules.checking import quiet_hours
from detectors.rules.daily import next_at, of_day, within
from detectors.rules.digest import Digest, Shelf, ShelfState
from detectors.rules.matching import mismatch, subject_names
from detectors.rules.memory import Memory, MemoryState
from detectors.rules.outcomes import Outcomes, OutcomesState
from detectors.rules.patterns import any_meets
from detectors.rules.reasons import SENT, WAITING, Reason
from detectors.rules.score import score_of

ENDS = frozenset({"resolved", "retracted"})

AT_WILL = frozenset({"rule_id", "name", "enabled", "cooldown_s", "zone", "quiet_from", "quiet_to", "quiet_lets"}) | {
    "digest_at",
    "mutes",
    "schema_version",
}
"""Fields that may change without a change in what alerts the rule learns from."""


class Decision(NamedTuple):
    """What a rule made of an alert.

    Attributes:
        score: how good it is; threshold: the least that was sent then, None: any.
    """

    rule_id: str
    reason: Reason
    score: float
    threshold: float | None = None

    @property
    def sent(self) -> bool:
        """Whether the reader is sent it."""
        return self.reason in SENT


class SubscriberState(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered beside the rule itself."""

    looked_at: float | None
    memory: MemoryState
    shelf: ShelfState
    budget: BudgetState | None
    outcomes: OutcomesState | None


class Subscriber:
    """Decides for one rule. Alerts come in the order in which they were published; time is that of the alerts.

    What follows on what was sent is sent, whatever it weighs by then. What was held is looked at again with every news
    of it, and may be sent later.

    State: bounded by that of its parts. Raises: DetectorError for a rule out of range.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._memory, self._shelf = Memory(), Shelf()
        self._gate = _gate(rule)
        self._looked_at: float | None = None

    def change(self, rule: Rule) -> None:
        """Go on with the rule as it is now. What was sent stays known, also against the budget.

        Scores are forgotten where other alerts are asked for, or another number or share of them.
        """
        before, self.rule = self.rule, rule
        if not rule.enabled:
            self._shelf = Shelf()
        if any(getattr(before, name) != getattr(rule, name) for name in Rule.__struct_fields__ if name not in AT_WILL):
            gate = _gate(rule)
            if isinstance(gate, Budget) and isinstance(self._gate, Budget):
                gate.restore(self._gate.snapshot())
                gate.relearn()
            self._gate = gate

    def due(self, now: float) -> Digest | None:
        """The digest whose time has come since the last look, if anything is held.

        Args:
            now: event time, or that of the wall where alerts are awaited; epoch seconds.
        """
        since = now if self._looked_at is None else self._looked_at
        when = self.rule.digest_at or self.rule.quiet_to
        at = None if when is None else next_at(since, of_day(when), ZoneInfo(self.rule.zone))
        if at is None or at > now:
            self._looked_at = since
            return None
        self._looked_at = now
        return self._shelf.clear(self.rule.rule_id, since, at) if len(self._shelf) else None

    def step(self, alert: Alert) -> Decision:
        """Decide about an alert, and learn from it."""
        key, score = alert.dedup_key, score_of(alert)
        told = self._memory.told(key)
        verdict = self._verdict(alert, score, sent=told.sent)
        if verdict.reason is not Reason.DUPLICATE:
            self._learn(alert, score, verdict.reason, sent=told.sent)
        return Decision(self.rule.rule_id, verdict.reason or Reason.FIRST, score, verdict.threshold)

    def _verdict(self, alert: Alert, score: float, *, sent: bool) -> Verdict:
        """Why it is held (or that it is news), in the order in which a reader would ask."""
        rule, at = self.rule, alert.detected_at.timestamp()
        if alert.revision <= self._memory.told(alert.dedup_key).revision:
            return Verdict(Reason.DUPLICATE, None)
        if not rule.enabled:
            return Verdict(Reason.DISABLED, None)
        verdict = Verdict(None, None)
        if not sent:
            wrong = Reason.UNHEARD if alert.action in ENDS else mismatch(rule, alert)
            if wrong is not None:
                return Verdict(wrong, None)
            if self._gate is not None:
                verdict = self._gate.judge(at, score)
        if self._muted(alert, at):
            return verdict._replace(reason=Reason.MUTED)
        if verdict.reason is not None:
            return verdict
        if self._quiet(alert, at):
            return verdict._replace(reason=Reason.QUIET)
        if self._too_soon(alert, at, sent=sent):
            return verdict._replace(reason=Reason.COOLDOWN)
        return verdict._replace(reason=Reason.NEWS if sent else None)

    def _muted(self, alert: Alert, at: float) -> bool:
        mutes = [mute for mute in self.rule.mutes if at < mute.until.timestamp()]
        subjects = [mute.subject for mute in mutes if mute.subject is not None]
        return any(mute.trend_id == alert.trend_id for mute in mutes) or (
            bool(subjects) and any_meets(subjects, subject_names(alert))
        )

    def _quiet(self, alert: Alert, at: float) -> bool:
        hours, lets = quiet_hours(self.rule), self.rule.quiet_lets
        if hours is None or (lets is not None and RANKS[alert.severity] >= RANKS[lets]):
            return False
        return within(at, *hours, ZoneInfo(self.rule.zone))

    def _too_soon(self, alert: Alert, at: float, *, sent: bool) -> bool:
        """Whether the trend, or for a first message its subject, was spoken of within the cooldown."""
        if sent:
            spoken = self._memory.spoken(alert.dedup_key) if alert.action == "updated" else None
        else:
            spoken = self._memory.spoken(_subject(alert))
        return spoken is not None and at - spoken < self.rule.cooldown_s

    def _learn(self, alert: Alert, score: float, reason: Reason | None, *, sent: bool) -> None:
        key, at = alert.dedup_key, alert.detected_at.timestamp()
        first = reason is None
        self._memory.note(key, alert.revision, sent=sent or first)
        if first or reason is Reason.NEWS:
            self._memory.speak((key, _subject(alert)), at, self.rule.cooldown_s)
        self._shelve(alert, score, reason)
        if isinstance(self._gate, Outcomes) and alert.action in ENDS:
            self._gate.ended(key, alert)
        if sent or not (first or reason in WAITING):
            return
        if isinstance(self._gate, Outcomes):
            self._gate.learn(key, alert, score)
        elif self._gate is not None:
            self._gate.learn(key, at, score)
            if first:
                self._gate.spend(at)

    def _shelve(self, alert: Alert, score: float, reason: Reason | None) -> None:
        key = alert.dedup_key
        if reason is Reason.QUIET or (reason in WAITING and self.rule.digest_at is not None):
            assert reason is not None
            self._shelf.put(key, alert, score, reason)
        elif reason in WAITING or (reason is Reason.UNHEARD and alert.action == "resolved"):
            self._shelf.renew(key, alert)
        else:
            self._shelf.drop(key)

    def snapshot(self) -> SubscriberState:
        """All it remembers, but for the rule."""
        gate = self._gate
        return SubscriberState(
            self._looked_at,
            self._memory.snapshot(),
            self._shelf.snapshot(),
            gate.snapshot() if isinstance(gate, Budget) else None,
            gate.snapshot() if isinstance(gate, Outcomes) else None,
        )

    def restore(self, state: SubscriberState) -> None:
        """Go on from a snapshot of a subscriber with the same rule."""
        self._looked_at = state.looked_at
        self._memory.restore(state.memory)
        self._shelf.restore(state.shelf)
        if isinstance(self._gate, Budget) and state.budget is not None:
            self._gate.restore(state.budget)
        if isinstance(self._gate, Outcomes) and state.outcomes is not None:
            self._gate.restore(state.outcomes)


def _gate(rule: Rule) -> Budget | Outcomes | None:
    if rule.alerts_a_day is not None:
        return Budget(rule.alerts_a_day)
    return Outcomes(rule.false_share) if rule.false_share is not None else None


def _subject(alert: Alert) -> str:
    return f"{alert.kind}|{alert.subject.kind}|{alert.subject.id}"
