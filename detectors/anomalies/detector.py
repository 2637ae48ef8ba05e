"""One series judged online: forecast, then the tails of its newest sums. Knows no other series."""

import math
from collections import deque
from typing import Any, NamedTuple

import msgspec
from river import base
from river.base.typing import FeatureName

from detectors.anomalies.forecast import LEVEL_HALF_LIFE_S, CountForecast, Forecast, ForecastState
from detectors.anomalies.shape import Shape, ShapeState
from detectors.anomalies.tail import Tail, TailState
from detectors.anomalies.verdict import DIGITS, STRANGE, Verdict, rounded
from detectors.errors import DetectorError

WINDOWS_S = (0.0, 900.0, 3600.0)
"""Of sums that are looked at: sudden, and small but lasting."""
SPREAD_HALF_LIFE_S = 86_400.0
FIRST_S = 3600.0
UNLIKE = 10.0
"""A series of which a count of the first hour has a greater z than this begins there: what was before was a part."""


class Look(NamedTuple):
    """All that is known about a count before it is learned; `verdict` is None while warming up."""

    at: float
    observed: float
    forecast: Forecast
    sums: dict[int, tuple[float, float]]
    zs: dict[int, float]
    verdict: Verdict | None


class DetectorState(msgspec.Struct, frozen=True, array_like=True):
    """All that a detector remembers; `past` holds (observed, expected)."""

    forecast: ForecastState
    tails: tuple[TailState, ...]
    past: tuple[tuple[float, float], ...]
    learned: int
    shape: ShapeState | None


class SeriesDetector(base.AnomalyDetector):
    """Surprise of a count, given the series' own past; a River anomaly detector over {"at", "count"}.

    `score_one` says -log10 p of the newest count, two-sided: the most surprising of the sums of `WINDOWS_S`, its p
    times their number. `learn_one` comes after it. None while warming up.

    Args:
        bucket_s: width of a bucket in seconds. > 0.
        warm_up: points learned before it speaks. >= 1.
        windows_s: lengths of the sums that are looked at, in seconds; the shortest is one bucket.
        level_half_life_s: see CountForecast.
        spread_half_life_s: after which what a count said of the noise weighs half, in seconds.
        shaped: whether it looks at the shape too (`shape`), which `score_one` does not tell of.

    Cost: 70 us of CPU a point (up to twice that on busy cores), a third of it River's regression; 16 KiB.

    >>> detector = SeriesDetector(bucket_s=300.0, warm_up=50)
    >>> for i in range(60): detector.learn_one({"at": 300.0 * i, "count": 40 + i % 5})
    >>> detector.score_one({"at": 18_000.0, "count": 43}) < 1 < 3 < detector.score_one({"at": 18_000.0, "count": 2})
    True
    """

    def __init__(
        self,
        *,
        bucket_s: float = 300.0,
        warm_up: int = 144,
        windows_s: tuple[float, ...] = WINDOWS_S,
        level_half_life_s: float = LEVEL_HALF_LIFE_S,
        spread_half_life_s: float = SPREAD_HALF_LIFE_S,
        shaped: bool = False,
    ) -> None:
        if bucket_s <= 0 or warm_up < 1:
            raise DetectorError(f"bucket_s = {bucket_s} must be > 0 and warm_up = {warm_up} >= 1")
        self.bucket_s = bucket_s
        self.warm_up = warm_up
        self.windows_s = windows_s
        self.level_half_life_s = level_half_life_s
        self.spread_half_life_s = spread_half_life_s
        self.shaped = shaped
        self._begin()
        self.settled = False

    def _begin(self) -> None:
        bucket_s = self.bucket_s
        self._forecast = CountForecast(bucket_s=bucket_s, level_half_life_s=self.level_half_life_s)
        spans = sorted({max(1, round(window / bucket_s)) for window in self.windows_s})
        self._spans = frozenset(spans)
        self._tails = [(span, Tail(half_life=self.spread_half_life_s / bucket_s, overlap=span)) for span in spans]
        self._past: deque[tuple[float, float]] = deque(maxlen=max(1, spans[-1] - 1))
        self._shape = Shape(bucket_s=bucket_s) if self.shaped else None
        self._looked: Look | None = None
        self._learned = 0

    @property
    def warming_up(self) -> int:
        """Points still to be learned before it speaks."""
        return max(0, self.warm_up - self._learned)

    @property
    def shape(self) -> Verdict | None:
        """On the shape of what was learned, as of the last full hour; None while nothing can be said."""
        return None if self._shape is None else self._shape.verdict

    @property
    def _starting(self) -> bool:
        return self._forecast.seen * self.bucket_s < FIRST_S

    def look(self, x: dict[FeatureName, Any]) -> Look:
        """What is to be said about the count `x["count"]` of the bucket whose middle is `x["at"]`; learns nothing."""
        at, count = float(x["at"]), float(x["count"])
        if self._looked is None or (self._looked.at, self._looked.observed) != (at, count):
            forecast = self._forecast.predict(at)
            sums = self._sums(count, forecast.expected)
            zs = {span: tail.z(*sums[span], forecast.doubt) for span, tail in self._tails if span in sums}
            verdict = None if self.warming_up else worst(self._tails, sums, zs, forecast.doubt)
            self._looked = Look(at, count, forecast, sums, zs, verdict)
        return self._looked

    def score_one(self, x: dict[FeatureName, Any]) -> float | None:  # type: ignore[override] # None: warming up
        """-log10 p of the count, or None while warming up."""
        verdict = self.look(x).verdict
        return None if verdict is None else verdict.surprise

    def learn_one(self, x: dict[FeatureName, Any]) -> None:
        """Take in a count, after it was judged. `settled` says whether a shift became the new level by it.

        The first one teaches no tail: nothing was expected of it.
        """
        look = self.look(x)
        tail, started = self._tails[0][1], self._forecast.seen > 0
        if started and self._starting and tail.z(look.observed, look.forecast.expected) > UNLIKE:
            self._begin()
            look, started = self.look(x), False
        doubt, kept = look.forecast.doubt, look.observed
        if self._shape is not None and not self.warming_up:
            self._shape.take(look.at, look.sums, look.zs, self._tails)
        if started:
            kept, *_ = (
                tail.learn(*look.sums[span], doubt, look.zs[span]) for span, tail in self._tails if span in look.sums
            )
        strange = look.verdict is not None and look.verdict.surprise >= STRANGE
        self.settled = self._forecast.learn(
            look.at, look.observed, kept, look.forecast, self._tails[0][1], strange=strange
        )
        self._past.append((look.observed, look.forecast.expected))
        if self.settled:
            self._past.clear()
        self._looked = None
        self._learned += 1

    def silence(self, expected: float) -> float:
        """-log10 of the chance of nothing at all where `expected`, a sum over buckets, was to come."""
        tail = self._tails[-1][1]
        return round(math.log1p(tail.spread * expected / tail.batch) / (tail.spread * math.log(10.0)), DIGITS)

    def interval(self, expected: float) -> tuple[float, float]:
        """What would be ordinary in 95 of 100 cases for a sum over buckets of which `expected` was to come."""
        return rounded(self._tails[-1][1].interval(expected))

    def plain(self, look: Look) -> Verdict:
        """A verdict on the newest bucket alone, with its interval, ordinary or not."""
        tail, doubt = self._tails[0][1], look.forecast.doubt
        surprise = 0.0 if self.warming_up else tail.surprise(tail.z(look.observed, look.forecast.expected, doubt))
        interval = rounded(tail.interval(look.forecast.expected, doubt))
        return Verdict(round(surprise, DIGITS), look.observed, round(look.forecast.expected, 2), interval, 1)

    def restart(self) -> None:
        """After a gap: warm up again; season, accepted shifts and spread are kept, what the level was lately is not."""
        self._forecast.restart_level()
        self._past.clear()
        self.forget_shape()
        self._looked = None
        self._learned = 0

    def forget_shape(self) -> None:
        """The windows of the shape begin anew: what they hold says nothing of it."""
        if self._shape is not None:
            self._shape.begin()

    def snapshot(self) -> DetectorState:
        """All it remembers."""
        tails = tuple(tail.snapshot() for _, tail in self._tails)
        shape = None if self._shape is None else self._shape.snapshot()
        return DetectorState(self._forecast.snapshot(), tails, tuple(self._past), self._learned, shape)

    def restore(self, state: DetectorState) -> None:
        """Go on from a snapshot."""
        self._forecast.restore(state.forecast)
        for (_, tail), known in zip(self._tails, state.tails, strict=True):
            tail.restore(known)
        self._past.extend(state.past)
        self._learned = state.learned
        if self._shape is not None and state.shape is not None:
            self._shape.restore(state.shape)

    def _sums(self, count: float, expected: float) -> dict[int, tuple[float, float]]:
        """Span to (observed, expected) of the sums that are full, the newest count included."""
        sums = {1: (count, expected)}
        for span, (past_count, past_expected) in enumerate(reversed(self._past), start=2):
            count += past_count
            expected += past_expected
            if span in self._spans:
                sums[span] = count, expected
        return sums


def worst(
    tails: list[tuple[int, Tail]], sums: dict[int, tuple[float, float]], zs: dict[int, float], doubt: float
) -> Verdict:
    """The most surprising of the sums by span, its p times their number; the shorter one if equal."""
    looks = [(tail.surprise(zs[span]), -span, tail) for span, tail in tails if span in zs]
    surprise, minus_span, tail = max(looks, key=lambda look: look[:2])
    surprise = max(0.0, round(surprise - math.log10(len(looks)), DIGITS))
    observed, expected = sums[-minus_span]
    interval = rounded(tail.interval(expected, doubt)) if surprise >= STRANGE else None
    return Verdict(surprise, observed, round(expected, 2), interval, -minus_span)
