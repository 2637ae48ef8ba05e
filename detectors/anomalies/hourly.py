"""Figures that are published by the hour: which is not as its own past says. Remembers all, and judges none itself."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from detectors.anomalies.anomaly import Anomaly
from detectors.anomalies.counted import HOUR_S, Counted
from detectors.anomalies.detector import DetectorState
from detectors.anomalies.episode import EpisodeState
from detectors.anomalies.findings import Finding, Group, grouped, odd
from detectors.anomalies.ledger import Ledger
from detectors.anomalies.measures import GROSS, OF_TOTALS, PROPORTIONS, Model, model_of, told
from detectors.anomalies.models import VERSIONS
from detectors.anomalies.promise import PART, threshold
from detectors.anomalies.purse import Purse, Worth
from detectors.anomalies.rates import Hour, Rate, RateState
from detectors.anomalies.returned import Returned, ReturnedState
from detectors.anomalies.series import Series
from detectors.anomalies.verdict import Verdict
from detectors.counts.ticks import FigureSums

CALM_H = 3
"""Ordinary hours in a row that end an episode."""
FORGOTTEN_S = 28 * 86_400.0
"""A figure of which nothing was told for longer is forgotten."""
MOST = 5000
"""Figures remembered; later ones are not, until others are forgotten."""
MIN_CHANGE, MIN_SHARE = 10.0, 0.2
"""Least difference to what was expected, in acts (of money, in orders), and as a share of it: less does not matter."""
LEADING = ("campaign", "community", "platform", "format", "tier")
"""Who carries a change: the narrowest scope that holds it. A campaign's fall shows in its platform too."""


@dataclass(slots=True)
class Known:
    """A figure, and the ends of the last hour that was taken in and of the last one of which something was told."""

    model: Model
    taken_at: float = -math.inf
    told_at: float = -math.inf


class HourlyState(msgspec.Struct, frozen=True):
    """All that a watch remembers: (state, taken_at, told_at) by figure, episodes, what was last said of their leads."""

    versions: dict[str, str]
    rates: dict[str, tuple[RateState, float, float]]
    counts: dict[str, tuple[DetectorState, float, float]]
    open: tuple[EpisodeState, ...]
    last: dict[str, Verdict]
    returned: dict[str, tuple[ReturnedState, float, float]]
    worth: dict[str, Worth]


_read_state = msgspec.msgpack.Decoder(HourlyState).decode


class HourlyWatch:
    """Judges the figures that are published by the hour (`measures.py`), each currency by itself.

    Creators have a judge of their own. What is judged is an hour as it is first told; of a count, an hour that is not
    told by the end of the next one had none. Of m figures each is tested once an hour; an alert takes a p below
    `PART` * false_alerts_per_day / (24 * m), which already pays for the sums that are looked at.

    Args:
        false_alerts_per_day: promised for all series, see SeriesJudge. > 0.
    """

    def __init__(self, *, false_alerts_per_day: float) -> None:
        self._false_alerts_per_day = PART * false_alerts_per_day
        self._known: dict[Series, Known] = {}
        self._purse = Purse()
        self._ledger = Ledger(bucket_s=HOUR_S, calm_buckets=CALM_H)
        self._last: dict[Series, Verdict] = {}
        self._encoded: bytes | None = None
        self._held = 0

    def step(
        self,
        end_at: float,
        figures: Iterable[FigureSums],
        untrusted: Collection[str],
        odd_totals: Collection[str] = (),
    ) -> list[Anomaly]:
        """Judge what is told for the first time with the bucket that ends at `end_at`, then learn it.

        Args:
            untrusted: scopes of platforms whose figures are in doubt. Their figures, and those of all scopes that any
                platform may be part of, are held back and not learned.
            odd_totals: scopes of those whose totals are in doubt, or not told in time: the same, of what totals add to.
        """
        hours = {series: hour for one in figures for series, hour in told(one) if not self._taken(series, hour)}
        over = end_at % HOUR_S == 0
        if not hours and not over:
            return []
        self._encoded = None
        amounts, hours = hours, self._purse.in_orders(hours)
        if over:
            empty, again = self._empty(end_at - HOUR_S, hours)
            for series, hour in again.items():
                if not _in_doubt(series, untrusted, odd_totals):
                    self._learn(series, hour)
            hours = empty | hours
        limit = self.threshold
        verdicts = {s: known.model.look(hours[s]) for s in hours if (known := self._known.get(s)) and known.model.warm}
        if untrusted or odd_totals:
            doubted = {s for s in hours.keys() | amounts.keys() if _in_doubt(s, untrusted, odd_totals)}
            held = {series: verdicts.pop(series) for series in doubted if series in verdicts}
            self._held += sum(f.verdict.surprise >= limit for f in _odd(held))
            self._pass_over({series: hours.pop(series) for series in doubted & hours.keys()})
            amounts = {series: hour for series, hour in amounts.items() if series not in doubted}
        findings, verdicts = _odd(verdicts), self._purse.in_money(verdicts)
        findings = [Finding(series, verdicts[series]) for series, _ in findings if series in verdicts]
        groups = [_led(group, limit) for group in grouped(findings, verdicts, LEADING)]
        news = self._ledger.groups(groups, end_at, limit)
        self._last = {s: verdicts.get(s) or self._last[s] for s in sorted(self._ledger.leads())}
        if over:
            news += self._ledger.close(self._last, (), end_at)
        self._ledger.settle([series for series, hour in hours.items() if self._learn(series, hour)])
        self._purse.learn(amounts, MOST)
        if over:
            self._purse.forget(end_at - FORGOTTEN_S)
            self._known = {s: k for s, k in self._known.items() if k.told_at >= end_at - FORGOTTEN_S}
        return news

    @property
    def threshold(self) -> float:
        """Decades of surprise an alert takes now."""
        return threshold(self._false_alerts_per_day, tests=len(self._known), every_s=HOUR_S)

    def take_held(self) -> int:
        """Anomalies held back since it was asked last, because a platform was in doubt; one an hour and figure."""
        held, self._held = self._held, 0
        return held

    def snapshot(self) -> bytes:
        """All it remembers; it changes once an hour."""
        if self._encoded is None:
            state = HourlyState(
                VERSIONS,
                self._kept(Rate),
                self._kept(Counted),
                self._ledger.snapshot(),
                {str(series): verdict for series, verdict in self._last.items()},
                self._kept(Returned),
                self._purse.snapshot(),
            )
            self._encoded = msgspec.msgpack.encode(state)
        return self._encoded

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot. With other versions of the models' libraries, counts are learned anew."""
        state = _read_state(value)
        same = state.versions == VERSIONS
        self._known = {}
        for name, (rate, *at) in state.rates.items():
            series = Series.named(name)
            model = model_of(series.figure)
            assert isinstance(model, Rate)
            model.restore(rate)
            self._known[series] = Known(model, *at)
        for name, (detector, *at) in state.counts.items():
            self._known[Series.named(name)] = Known(Counted.restored(detector) if same else Counted(), *at)
        for name, (returned, *at) in state.returned.items():
            self._known[Series.named(name)] = Known(Returned.restored(returned), *at)
        self._purse.restore(state.worth)
        self._ledger.restore(state.open)
        self._last = {Series.named(name): verdict for name, verdict in state.last.items()}
        self._encoded = value if same else None

    def _kept(self, kind: type[Model]) -> dict[str, tuple[Any, float, float]]:
        """The models of a kind, as a snapshot has them."""
        known = ((str(series), one) for series, one in self._known.items() if isinstance(one.model, kind))
        return {name: (one.model.snapshot(), one.taken_at, one.told_at) for name, one in known}

    def _empty(self, end_at: float, hours: Collection[Series]) -> tuple[dict[Series, Hour], dict[Series, Hour]]:
        """Counts, and what is given back, of which nothing was told for the hour that ended at `end_at`, to be judged.

        And those of which something is told again: they were empty for an hour, which is learned, and news no more.
        """
        counts = ((s, k) for s, k in self._known.items() if not isinstance(k.model, Rate))
        empty = {series: Hour(end_at, 0, 0) for series, known in counts if known.taken_at < end_at}
        again = {series: empty.pop(series) for series in hours if series in empty}
        return empty, again

    def _taken(self, series: Series, hour: Hour) -> bool:
        """Whether it was taken in before: for nothing, or as unknown."""
        known = self._known.get(series)
        return known is not None and hour.end_at <= known.taken_at

    def _pass_over(self, doubted: dict[Series, Hour]) -> None:
        """Hours that are not known: neither what was told of them nor that nothing was."""
        for series, hour in doubted.items():
            if (known := self._known.get(series)) is not None:
                known.taken_at = hour.end_at

    def _learn(self, series: Series, hour: Hour) -> bool:
        known = self._known.get(series)
        if known is None:
            if len(self._known) >= MOST:
                return False
            known = self._known[series] = Known(model_of(series.figure))
        known.taken_at = hour.end_at
        known.told_at = hour.end_at if hour.numerator or hour.denominator else known.told_at
        return known.model.learn(hour)


def _in_doubt(series: Series, untrusted: Collection[str], odd_totals: Collection[str]) -> bool:
    return series.may_be_of({*untrusted, *odd_totals} if series.figure in OF_TOTALS else untrusted)


def _odd(verdicts: Mapping[Series, Verdict]) -> list[Finding]:
    return odd(verdicts, min_change=MIN_CHANGE, min_share=MIN_SHARE)


def _led(group: Group, limit: float) -> Group:
    """Led by what says why, of what is odd enough by itself: a rate, then orders, then sales."""

    def rank(finding: Finding) -> int:
        if finding.verdict.surprise < limit:
            return 3
        figure = finding.series.figure
        return 2 if figure == GROSS else int(figure not in PROPORTIONS)

    return group._replace(own=tuple(sorted(group.own, key=rank)))
