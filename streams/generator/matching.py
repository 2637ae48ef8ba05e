"""Which planted talk is an alert about? By its evidence first, by the names of its subjects else."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from detectors.model.alerts import Alert
from streams.generator.truth import Truth

ENOUGH_EVIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class Planted:
    """A trend or an attack; `expected` is None for a trend."""

    label: str
    names: frozenset[str]
    post_ids: frozenset[str]
    start_at: datetime
    end_at: datetime
    expected: str | None


def planted_in(plan: Truth) -> list[Planted]:
    """All planted talk, trends first."""
    trends = [
        Planted(t.label, _folded(t.names), frozenset(t.post_ids), t.onset_at, t.end_at, None) for t in plan.trends
    ]
    attacks = [
        Planted(a.label, _folded(a.names), frozenset(a.post_ids), a.start_at, a.end_at, a.expected)
        for a in plan.attacks
    ]
    return trends + attacks


def same_talk(alert: Alert, planted: Sequence[Planted], grace: timedelta) -> Planted | None:
    """The planted talk that the alert is about, or None. Nothing matches before it starts or `grace` after its end."""
    running = [talk for talk in planted if talk.start_at <= alert.detected_at <= talk.end_at + grace]
    evidence = alert.evidence.post_ids
    for talk in running:
        if evidence and sum(post in talk.post_ids for post in evidence) >= ENOUGH_EVIDENCE * len(evidence):
            return talk
    subjects = (alert.subject, *alert.members)
    named = _folded([name for subject in subjects for name in (subject.label, subject.id)])
    return next((talk for talk in running if named & talk.names), None)


def fold(name: str) -> str:
    """A name without case, accents, spaces and signs, so that spellings meet.

    >>> fold("#Glass_Hair Rincé")
    'glasshairrince'
    """
    return "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if sign.isalnum())


def _folded(names: Sequence[str]) -> frozenset[str]:
    return frozenset(fold(name) for name in names)
