"""Rates that are published by the hour, such as conversion: which is not as its own past says. Remembers every rate.

A rate is its numerator, given its denominator: so many orders where so many clicks came. What either means is not
known here.
"""

import math
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from typing import Self

import msgspec

from detectors.anomalies.anomaly import Anomaly
from detectors.anomalies.detector import STRANGE, Verdict, worst
from detectors.anomalies.episode import EpisodeState
from detectors.anomalies.findings import Finding, grouped
from detectors.anomalies.ledger import Ledger
from detectors.anomalies.ratio import Ratio, RatioState
from detectors.anomalies.series import Series
from detectors.anomalies.tail import Tail, TailState
from detectors.counts.ticks import FigureSums
from detectors.figures.dictionary import DICTIONARY

HOUR_S, DAY_S = 3600.0, 86_400.0
SPANS = (1, 6)
"""Hours whose sums are looked at: sudden, and small but lasting."""
HALF_LIFE_H = 7 * 24
WARM_UP_H = 24
"""Hours in which the denominator was not 0, before a rate is judged."""
SETTLE_H = 48
"""A rate that has been strange for as many hours in a row is what is usual now."""
CALM_H = 3
"""Ordinary hours in a row that end an episode."""
FORGOTTEN_H = 28 * 24
"""A rate that was not told for longer is forgotten."""
MOST = 5000
"""Rates remembered; later ones are not, until others are forgotten."""
PART = 0.1
"""Of the promised false alerts a day: so many may come of rates, besides those of series."""
MIN_CHANGE, MIN_SHARE = 10.0, 0.2
"""Least difference to the expected numerator, and as a share of it: smaller ones do not matter."""
LEADING = ("campaign", "community", "platform", "format", "tier")
"""Who carries a change: the narrowest scope that holds it. A campaign's fall shows in its platform too."""
RATES = tuple(definition for definition in DICTIONARY if definition.proportion)


class RateState(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered of one rate; `past` holds (observed, expected)."""

    level: RatioState
    tails: tuple[TailState, ...]
    past: tuple[tuple[float, float], ...]
    learned: int
    strange_for: int
    told_at: float


class Rate:
    """One rate over the hours: numerator expected = level * denominator, with the tail of counts.

    The level is the share of decayed sums, so that large hours say more; its own error is the doubt of the tail.

    Cost: 30 us an hour; 60 floats.
    Source: ours, of the parts of `SeriesDetector`.

    >>> rate = Rate()
    >>> for hour in range(40): rate.learn(20 + hour % 3, 1000, hour * 3600.0)
    >>> rate.look(5, 1000).surprise > 3 > 1 > rate.look(21, 1000).surprise
    True
    """

    def __init__(self) -> None:
        self._level = Ratio(half_life=HALF_LIFE_H, prior=0.0, weight=1e-9)
        self._tails = [(span, Tail(half_life=HALF_LIFE_H)) for span in SPANS]
        self._past: deque[tuple[float, float]] = deque(maxlen=SPANS[-1] - 1)
        self._learned = self._strange_for = 0
        self.told_at = -math.inf

    @property
    def warm(self) -> bool:
        """Whether it has been learned for long enough to be judged."""
        return self._learned >= WARM_UP_H and self._level.value > 0

    def look(self, numerator: int, denominator: int) -> Verdict:
        """What is to be said of an hour, before it is learned; surprise 0 while nothing is expected."""
        sums = self._sums(numerator, denominator)
        if sums[1][1] <= 0:
            return Verdict(0.0, float(numerator), 0.0, None, 1)
        verdict = worst(self._tails, sums, self._doubt)
        if verdict.interval is None:
            tail = next(tail for span, tail in self._tails if span == verdict.span)
            low, high = tail.interval(verdict.expected, self._doubt)
            verdict = verdict._replace(interval=(round(low, 2), round(high, 2)))
        return verdict

    def learn(self, numerator: int, denominator: int, at: float) -> bool:
        """Take in an hour with a denominator; True if a change that has lasted is what is usual from now on.

        What is strange teaches nothing until then.
        """
        self.told_at = at
        sums = self._sums(numerator, denominator)
        observed, expected = sums[1]
        strange = self.warm and self.look(numerator, denominator).surprise >= STRANGE
        self._strange_for = self._strange_for + 1 if strange else 0
        kept = observed
        if expected > 0 and self._strange_for <= 1:  # a change that lasts would widen the tail until it hides in it
            kept, *_ = [tail.learn(*sums[span], self._doubt) for span, tail in self._tails if span in sums]
        settled = self._strange_for >= SETTLE_H
        if settled:  # it is another rate now: its past says nothing of it any more
            self._level.restart(observed / denominator, float(denominator))
            self._past.clear()
            self._strange_for = 0
        elif not strange:
            self._level.learn(kept, float(denominator))
        self._past.append((observed, expected))
        self._learned += 1
        return settled

    def snapshot(self) -> RateState:
        """All it remembers."""
        tails = tuple(tail.snapshot() for _, tail in self._tails)
        past = tuple(self._past)
        return RateState(self._level.snapshot(), tails, past, self._learned, self._strange_for, self.told_at)

    @classmethod
    def restored(cls, state: RateState) -> Self:
        """One that goes on from a snapshot."""
        made = cls()
        made._level.restore(state.level)
        for (_, tail), known in zip(made._tails, state.tails, strict=True):
            tail.restore(known)
        made._past.extend(state.past)
        made._learned, made._strange_for, made.told_at = state.learned, state.strange_for, state.told_at
        return made

    @property
    def _doubt(self) -> float:
        """Relative variance of the level itself: of as many numerators as it stands on."""
        return self._tails[0][1].batch / (self._level.weight * self._level.value + 1.0)

    def _sums(self, numerator: int, denominator: int) -> dict[int, tuple[float, float]]:
        """Span to (observed, expected) of the sums that are full, the newest hour included."""
        observed, expected = float(numerator), self._level.value * denominator
        sums = {1: (observed, expected)}
        if len(self._past) == SPANS[-1] - 1:
            past = [sum(column) for column in zip(*self._past, strict=True)]
            sums[SPANS[-1]] = observed + past[0], expected + past[1]
        return sums


class RateWatchState(msgspec.Struct, frozen=True):
    """All that a watch remembers."""

    rates: dict[str, RateState]
    open: tuple[EpisodeState, ...]
    last: dict[str, tuple[float, float, float, tuple[float, float], int]]


_read_state = msgspec.msgpack.Decoder(RateWatchState).decode


class RateWatch:
    """Judges every rate of every scope that is published by the hour, creators aside: these have a judge of their own.

    What is judged is an hour as it is first told. Of m rates each is tested once an hour; an alert takes a p below
    `PART` * false_alerts_per_day / (24 * m), which already pays for its two sums.

    Args:
        false_alerts_per_day: promised for all series, see SeriesJudge. > 0.
    """

    def __init__(self, *, false_alerts_per_day: float) -> None:
        self._false_alerts_per_day = PART * false_alerts_per_day
        self._rates: dict[Series, Rate] = {}
        self._ledger = Ledger(bucket_s=HOUR_S, calm_buckets=CALM_H)
        self._last: dict[Series, Verdict] = {}
        self._encoded: bytes | None = None
        self._held = 0

    def step(self, end_at: float, figures: Iterable[FigureSums], untrusted: Collection[str]) -> list[Anomaly]:
        """Judge what is told for the first time with the bucket that ends at `end_at`, then learn it.

        Args:
            untrusted: scopes of platforms whose figures are in doubt. Their rates, and those of all scopes that any
                platform may be part of, are held back and not learned.
        """
        told = dict(told for one in figures for told in _rates_of(one))
        over = end_at % HOUR_S == 0
        if not told and not over:
            return []
        self._encoded = None
        verdicts = {s: self._rates[s].look(*v) for s, v in told.items() if s in self._rates and self._rates[s].warm}
        if untrusted:
            doubted = {s for s in told if s.dimension != "platform" or s.scope in untrusted}
            looks = [verdicts.pop(series) for series in doubted if series in verdicts]
            self._held += sum(v.surprise >= self.threshold and _matters(v) for v in looks)
            told = {series: of for series, of in told.items() if series not in doubted}
        findings = [Finding(s, v) for s, v in verdicts.items() if v.surprise >= STRANGE and _matters(v)]
        news = self._ledger.groups(grouped(findings, verdicts, LEADING), end_at, self.threshold)
        leads = self._ledger.leads()
        self._last = {s: verdicts.get(s) or self._last[s] for s in leads}
        if over:
            news += self._ledger.close(self._last, (), end_at)
        known = ((series, rate, of) for series, of in told.items() if (rate := self._known(series)) is not None)
        self._ledger.settle([series for series, rate, of in known if rate.learn(*of, end_at)])
        if over:
            self._forget(end_at)
        return news

    @property
    def threshold(self) -> float:
        """Decades of surprise an alert takes now."""
        tests = 24.0 * max(1, len(self._rates))
        return round(-math.log10(min(1.0, self._false_alerts_per_day / tests)), 4)

    def take_held(self) -> int:
        """Anomalies held back since it was asked last, because a platform was in doubt; one an hour and rate."""
        held, self._held = self._held, 0
        return held

    def snapshot(self) -> bytes:
        """All it remembers; it changes once an hour."""
        if self._encoded is None:
            last = {str(s): (v.surprise, v.observed, v.expected, _interval(v), v.span) for s, v in self._last.items()}
            rates = {str(series): rate.snapshot() for series, rate in self._rates.items()}
            self._encoded = msgspec.msgpack.encode(RateWatchState(rates, self._ledger.snapshot(), last))
        return self._encoded

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        state = _read_state(value)
        self._rates = {_series(name): Rate.restored(rate) for name, rate in state.rates.items()}
        self._ledger.restore(state.open)
        self._last = {_series(name): Verdict(*verdict) for name, verdict in state.last.items()}
        self._encoded = value

    def _known(self, series: Series) -> Rate | None:
        if series not in self._rates and len(self._rates) < MOST:
            self._rates[series] = Rate()
        return self._rates.get(series)

    def _forget(self, end_at: float) -> None:
        kept = end_at - FORGOTTEN_H * HOUR_S
        if any(rate.told_at < kept for rate in self._rates.values()):
            self._rates = {series: rate for series, rate in self._rates.items() if rate.told_at >= kept}


def _rates_of(told: FigureSums) -> Iterator[tuple[Series, tuple[int, int]]]:
    """The rates of a scope's hour that is told for the first time: numerator and denominator."""
    if told.width_s != HOUR_S or told.revision or told.scope.startswith("creator:"):
        return
    for rate in RATES:
        assert rate.denominator is not None  # a proportion has one
        numerator, denominator = rate.numerator.of(told.sums), rate.denominator.of(told.sums)
        if denominator > 0 and numerator >= 0:
            yield Series(rate.name, told.scope), (numerator, denominator)


def _matters(verdict: Verdict) -> bool:
    return abs(verdict.observed - verdict.expected) >= max(MIN_CHANGE, MIN_SHARE * verdict.expected)


def _interval(verdict: Verdict) -> tuple[float, float]:
    return verdict.interval or (verdict.expected, verdict.expected)


def _series(name: str) -> Series:
    return Series(*name.split("|", 1))
