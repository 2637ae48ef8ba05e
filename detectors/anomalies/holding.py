"""What a platform explains that is silent, late or jumps is held back, and counted. Tells nobody."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from detectors.anomalies.detector import Look
from detectors.anomalies.findings import Finding, change_of, contained
from detectors.anomalies.gaps import COME_ALONE, GAP
from detectors.anomalies.series import Series
from detectors.anomalies.silence import Silence
from detectors.anomalies.verdict import STRANGE

NO_DOUBTS: Mapping[str, str] = MappingProxyType({})

PART = 0.2
"""Share of what a series expects from which it is not known without a platform; less changes no alert."""


class HoldingState(msgspec.Struct, frozen=True, array_like=True):
    """What is held back, what was counted, and how often."""

    counts: dict[str, int]
    series: tuple[Series, ...]
    counted: tuple[tuple[Series, str], ...]


class Holding:
    """Keeps back the falls of silent platforms, all findings of those in doubt, and those elsewhere that these hold.

    While a silence is open (too few empty buckets yet) its falls wait as well: they come out a little later if it
    turns out to be none. `counts` adds one per series and reason when a finding strong enough for an alert is first
    held: reasons `silence` and `silence_suspected`, and those of the doubts.

    `series` are those of which nothing is to be learned just now: what is held back, and all that a gap leaves
    unknown, strange or not, judged already or not. A series that learned the gap would find the hour after it strange,
    and that hour of the next days.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.series: set[Series] = set()
        self._counted: set[tuple[Series, str]] = set()

    def sift(
        self,
        findings: Iterable[Finding],
        silences: Mapping[str, Silence],
        looks: Mapping[Series, Look],
        threshold: float,
        doubts: Mapping[str, str] = NO_DOUBTS,
    ) -> list[Finding]:
        """The findings that are free to be told.

        Args:
            doubts: scopes of platforms whose figures say nothing just now, and why.
        """
        reasons = {scope: s.certain for scope, s in silences.items() if s.certain is not False}
        free: list[Finding] = []
        held: dict[Finding, str] = {}
        for finding in findings:
            if scopes := _silent_in(finding, reasons, looks):
                certain = all(reasons[scope] for scope in scopes)
                held[finding] = "silence" if certain else "silence_suspected"
            elif scopes := _doubted_in(finding, doubts, looks):
                held[finding] = doubts[scopes[0]]
            else:
                free.append(finding)
        counted = {(f.series, reason) for f, reason in held.items() if f.verdict.surprise >= threshold}
        self.counts.update(reason for _, reason in sorted(counted - self._counted))
        self._counted = counted
        self.series = {finding.series for finding in held} | _unknown(looks, [s for s in doubts if doubts[s] == GAP])
        return free

    def snapshot(self) -> HoldingState:
        """All it remembers."""
        return HoldingState(dict(self.counts), tuple(sorted(self.series)), tuple(sorted(self._counted)))

    def restore(self, state: HoldingState) -> None:
        """Go on from a snapshot."""
        self.counts, self.series, self._counted = Counter(state.counts), set(state.series), set(state.counted)


def _unknown(looks: Mapping[Series, Look], gapped: Sequence[str]) -> set[Series]:
    """The series that totals of these platforms tell, and those that expect a good part from them."""
    found = set()
    for series, look in looks.items() if gapped else ():
        missing = (looks.get(Series(series.measure, scope)) for scope in gapped)
        part = sum(other.forecast.expected for other in missing if other is not None)
        contains = series.dimension != "platform" and part >= PART * look.forecast.expected
        if series.measure not in COME_ALONE and (series.scope in gapped or contains):
            found.add(series)
    return found


def _silent_in(finding: Finding, silent: Iterable[str], looks: Mapping[Series, Look]) -> list[str]:
    """The silent platforms that explain a fall; none if it is not theirs."""
    if finding.direction != "fall":
        return []
    scope = finding.series.scope
    if finding.series.dimension == "platform":
        return [scope] if scope in silent else []
    missing = {s: looks.get(Series(finding.series.measure, s)) for s in silent}
    rates = {s: look.forecast.expected for s, look in missing.items() if look is not None}
    return sorted(rates) if contained(finding, rates.values()) else []


def _doubted_in(finding: Finding, doubted: Iterable[str], looks: Mapping[Series, Look]) -> list[str]:
    """Platforms in doubt whose own strange figures explain a finding, the greatest first; none if it is not theirs."""
    scope = finding.series.scope
    if finding.series.dimension == "platform":
        return [scope] if scope in doubted else []
    verdicts = {s: look.verdict for s in doubted if (look := looks.get(Series(finding.series.measure, s)))}
    changes = {s: change_of(v) for s, v in verdicts.items() if v is not None and v.surprise >= STRANGE}
    same = {s: change for s, change in changes.items() if (change > 0) == (finding.direction == "rise") and change}
    ranked = sorted(same, key=lambda s: (-abs(same[s]), s))
    return ranked if contained(finding, same.values()) else []
