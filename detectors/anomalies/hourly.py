"""Figures that are published by the hour: which is not as its own past says. Remembers all, and judges none itself."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from detectors.anomalies.anomaly import Anomaly
from detectors.anomalies.counted import HOUR_S, Counted
from detectors.anomalies.detector import DetectorState
from detectors.anomalies.episode import EpisodeState
from detectors.anomalies.findings import Finding, Group, grouped, odd
from detectors.anomalies.ledger import Ledger
from detectors.anomalies.models import VERSIONS
from detectors.anomalies.rates import Hour, Rate, RateState
from detectors.anomalies.series import Series
from detectors.anomalies.verdict import Verdict
from detectors.counts.ticks import FigureSums
from detectors.figures.dictionary import DICTIONARY

CALM_H = 3
"""Ordinary hours in a row that end an episode."""
FORGOTTEN_S = 28 * 86_400.0
"""A figure of which nothing was told for longer is forgotten."""
MOST = 5000
"""Figures remembered; later ones are not, until others are forgotten."""
PART = 0.1
"""Of the promised false alerts a day: so many may come of these, besides those of series."""
MIN_CHANGE, MIN_SHARE = 10.0, 0.2
"""Least difference to what was expected, and as a share of it: smaller ones do not matter."""
LEADING = ("campaign", "community", "platform", "format", "tier")
"""Who carries a change: the narrowest scope that holds it. A campaign's fall shows in its platform too."""
RATES = {definition.name: definition for definition in DICTIONARY if definition.proportion}
COUNTS = tuple(definition for definition in DICTIONARY if definition.denominator is None and not definition.money)
COUNTED = ("campaign", "community")
"""Dimensions that have no series by the bucket: their counts are judged by the hour."""


@dataclass(slots=True)
class Known:
    """A figure, and the ends of the last hour that was taken in and of the last one of which something was told."""

    model: Rate | Counted
    taken_at: float = -math.inf
    told_at: float = -math.inf


class HourlyState(msgspec.Struct, frozen=True):
    """All that a watch remembers: (state, taken_at, told_at) by figure, episodes, what was last said of their leads."""

    versions: dict[str, str]
    rates: dict[str, tuple[RateState, float, float]]
    counts: dict[str, tuple[DetectorState, float, float]]
    open: tuple[EpisodeState, ...]
    last: dict[str, tuple[float, float, float, tuple[float, float] | None, int]]


_read_state = msgspec.msgpack.Decoder(HourlyState).decode


class HourlyWatch:
    """Judges every rate of every scope that is published by the hour, and the counts of campaigns and communities.

    Creators have a judge of their own. What is judged is an hour as it is first told; of a count, an hour that is not
    told by the end of the next one had none. Of m figures each is tested once an hour; an alert takes a p below
    `PART` * false_alerts_per_day / (24 * m), which already pays for the sums that are looked at.

    Args:
        false_alerts_per_day: promised for all series, see SeriesJudge. > 0.
    """

    def __init__(self, *, false_alerts_per_day: float) -> None:
        self._false_alerts_per_day = PART * false_alerts_per_day
        self._known: dict[Series, Known] = {}
        self._ledger = Ledger(bucket_s=HOUR_S, calm_buckets=CALM_H)
        self._last: dict[Series, Verdict] = {}
        self._encoded: bytes | None = None
        self._held = 0

    def step(self, end_at: float, figures: Iterable[FigureSums], untrusted: Collection[str]) -> list[Anomaly]:
        """Judge what is told for the first time with the bucket that ends at `end_at`, then learn it.

        Args:
            untrusted: scopes of platforms whose figures are in doubt. Their figures, and those of all scopes that any
                platform may be part of, are held back and not learned.
        """
        told = dict(told for one in figures for told in _told(one))
        over = end_at % HOUR_S == 0
        if not told and not over:
            return []
        self._encoded = None
        if over:
            told = self._empty(end_at - HOUR_S, told, sound=not untrusted) | told
        threshold = self.threshold
        verdicts = {s: known.model.look(told[s]) for s in told if (known := self._known.get(s)) and known.model.warm}
        if untrusted:
            doubted = {s for s in told if s.dimension != "platform" or s.scope in untrusted}
            held = {series: verdicts.pop(series) for series in doubted if series in verdicts}
            self._held += sum(f.verdict.surprise >= threshold for f in _odd(held))
            self._pass_over({series: told.pop(series) for series in doubted})
        groups = [_led(group, threshold) for group in grouped(_odd(verdicts), verdicts, LEADING)]
        news = self._ledger.groups(groups, end_at, threshold)
        self._last = {s: verdicts.get(s) or self._last[s] for s in self._ledger.leads()}
        if over:
            news += self._ledger.close(self._last, (), end_at)
        self._ledger.settle([series for series, hour in told.items() if self._learn(series, hour)])
        if over:
            self._known = {s: k for s, k in self._known.items() if k.told_at >= end_at - FORGOTTEN_S}
        return news

    @property
    def threshold(self) -> float:
        """Decades of surprise an alert takes now."""
        tests = 24.0 * max(1, len(self._known))
        return round(-math.log10(min(1.0, self._false_alerts_per_day / tests)), 4)

    def take_held(self) -> int:
        """Anomalies held back since it was asked last, because a platform was in doubt; one an hour and figure."""
        held, self._held = self._held, 0
        return held

    def snapshot(self) -> bytes:
        """All it remembers; it changes once an hour."""
        if self._encoded is None:
            rates, counts = dict[str, tuple[RateState, float, float]](), dict[str, tuple[DetectorState, float, float]]()
            for series, known in self._known.items():
                if isinstance(known.model, Rate):
                    rates[str(series)] = known.model.snapshot(), known.taken_at, known.told_at
                else:
                    counts[str(series)] = known.model.snapshot(), known.taken_at, known.told_at
            last = {str(s): (v.surprise, v.observed, v.expected, v.interval, v.span) for s, v in self._last.items()}
            state = HourlyState(VERSIONS, rates, counts, self._ledger.snapshot(), last)
            self._encoded = msgspec.msgpack.encode(state)
        return self._encoded

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot. With other versions of the models' libraries, counts are learned anew."""
        state = _read_state(value)
        same = state.versions == VERSIONS
        self._known = {Series.named(s): Known(Rate.restored(rate), *at) for s, (rate, *at) in state.rates.items()}
        for name, (detector, *at) in state.counts.items():
            self._known[Series.named(name)] = Known(Counted.restored(detector) if same else Counted(), *at)
        self._ledger.restore(state.open)
        self._last = {Series.named(name): Verdict(*verdict) for name, verdict in state.last.items()}
        self._encoded = value if same else None

    def _empty(self, end_at: float, told: Collection[Series], *, sound: bool) -> dict[Series, Hour]:
        """Counts of which nothing was told for the hour that ended at `end_at`, to be judged.

        One of which something is told again was empty for an hour: that is learned, and news no more.
        """
        counts = ((s, k) for s, k in self._known.items() if isinstance(k.model, Counted))
        empty = {series: Hour(end_at, 0) for series, known in counts if known.taken_at < end_at}
        again = {series: empty.pop(series) for series in told if series in empty}
        if sound:
            for series, hour in again.items():
                self._learn(series, hour)
        return empty

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
            known = self._known[series] = Known(Rate() if series.measure in RATES else Counted())
        if hour.end_at <= known.taken_at:  # told when it was taken for nothing already
            return False
        known.taken_at = hour.end_at
        known.told_at = hour.end_at if hour.numerator else known.told_at
        return known.model.learn(hour)


def _told(one: FigureSums) -> Iterator[tuple[Series, Hour]]:
    """The figures of a scope's hour, if it is told for the first time."""
    dimension = one.scope.partition(":")[0]
    if one.width_s != HOUR_S or one.revision or dimension == "creator":
        return
    end_at, sums = one.start + HOUR_S, one.sums | {"voices": one.voices}
    for rate in RATES.values():
        assert rate.denominator is not None  # a proportion has one
        numerator, denominator = rate.numerator.of(sums), rate.denominator.of(sums)
        if denominator > 0 and numerator >= 0:
            yield Series(rate.name, one.scope), Hour(end_at, numerator, denominator)
    if dimension in COUNTED:
        for count in COUNTS:
            if (value := count.numerator.of(sums)) > 0:
                yield Series(count.name, one.scope), Hour(end_at, value)


def _odd(verdicts: Mapping[Series, Verdict]) -> list[Finding]:
    return odd(verdicts, min_change=MIN_CHANGE, min_share=MIN_SHARE)


def _led(group: Group, threshold: float) -> Group:
    """Led by a rate, if one is odd enough by itself: it says why there are fewer orders."""
    first = [f for f in group.own if f.series.measure in RATES and f.verdict.surprise >= threshold]
    return group._replace(own=(*first, *(f for f in group.own if f not in first)))
