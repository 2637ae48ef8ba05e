"""Tells a source that has gone silent from a figure that has fallen. Knows nothing of alerts."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from detectors.anomalies.detector import Look, SeriesDetector
from detectors.anomalies.pauses import HALF_LIFE_S, Pauses, PausesState
from detectors.anomalies.series import Series
from detectors.anomalies.verdict import Verdict

MEASURES = 2
"""A platform with fewer measures is not judged: one figure at 0 may be a fall, all of them are an outage."""


class Silence(NamedTuple):
    """A platform of which nothing at all has come for `span` buckets.

    `certain` once it has lasted longer than its pauses do and chance is ruled out, None while that is open, False if
    the platform is so small that nothing is nothing unusual.
    """

    certain: bool | None
    span: int
    series: tuple[Series, ...]
    """Of the platform, the most telling one first."""
    verdict: Verdict


class WatchState(msgspec.Struct, frozen=True, array_like=True):
    """The runs of empty buckets: by platform what was expected of each series, how many buckets, and its pauses."""

    expected: dict[str, tuple[tuple[Series, float], ...]]
    span: dict[str, int]
    pauses: dict[str, PausesState] = {}


class SilenceWatch:
    """Follows the runs of empty buckets of every platform.

    The chance of a run is that of its most telling series: a negative binomial's zero at the sum of what was
    expected beyond the platform's usual pause. Not the product over series: they depend on each other. One that pauses
    has as long again to be ruled out by chance: its next sums are due then. Within its usual pause there is no silence:
    a fall that shows then is one, and is learned.

    Args:
        buckets: empty buckets in a row before a silence is spoken of. >= 1.
        bucket_s: width of a bucket in seconds. > 0.
    """

    def __init__(self, *, buckets: int, bucket_s: float) -> None:
        self._buckets = buckets
        self._half_life = HALF_LIFE_S / bucket_s
        self._pauses: dict[str, Pauses] = {}
        self._expected: dict[str, dict[Series, float]] = {}
        self._span: dict[str, int] = {}

    def step(
        self,
        looks: Mapping[Series, Look],
        detectors: Mapping[Series, SeriesDetector],
        threshold: float,
        late: Mapping[str, int] = MappingProxyType({}),
    ) -> dict[str, Silence]:
        """Platform scope to its silence, for the platforms of which this tick brought nothing.

        Args:
            looks: of every series at this tick.
            detectors: of the same series.
            threshold: decades of surprise that rule out chance.
            late: scope of a platform -> what was observed of it that is of an earlier bucket.
        """
        platforms: dict[str, list[Series]] = {}
        for series in looks:
            if series.dimension == "platform":
                platforms.setdefault(series.scope, []).append(series)
        silences = {}
        for scope, members in platforms.items():
            known = [series for series in members if looks[series].verdict is not None]
            empty = sum(looks[series].observed for series in members) <= late.get(scope, 0)
            self._pauses.setdefault(scope, Pauses(half_life=self._half_life)).step(empty=empty)
            if len(known) < MEASURES or not empty:
                self._expected.pop(scope, None)
                self._span.pop(scope, None)
            else:
                silence = self._silent(scope, known, looks, detectors, threshold)
                if self._pauses[scope].beyond > 0:
                    silences[scope] = silence
        return silences

    def forget(self) -> None:
        """After a gap nothing is known about what came in it."""
        self._expected.clear()
        self._span.clear()
        for pauses in self._pauses.values():
            pauses.hole()

    def snapshot(self) -> WatchState:
        """All it remembers."""
        expected = {scope: tuple(sums.items()) for scope, sums in self._expected.items()}
        pauses = {scope: pauses.snapshot() for scope, pauses in self._pauses.items()}
        return WatchState(expected, dict(self._span), pauses)

    def restore(self, state: WatchState) -> None:
        """Go on from a snapshot."""
        self._expected = {scope: dict(sums) for scope, sums in state.expected.items()}
        self._span = dict(state.span)
        for scope, pauses in state.pauses.items():
            self._pauses[scope] = Pauses(half_life=self._half_life)
            self._pauses[scope].restore(pauses)

    def _silent(
        self,
        scope: str,
        members: Iterable[Series],
        looks: Mapping[Series, Look],
        detectors: Mapping[Series, SeriesDetector],
        threshold: float,
    ) -> Silence:
        span = self._span[scope] = self._span.get(scope, 0) + 1
        sums = self._expected.setdefault(scope, {})
        for series in members:
            sums[series] = sums.get(series, 0.0) + looks[series].forecast.expected
        pauses = self._pauses[scope]
        beyond = min(span, pauses.beyond)
        overdue = {series: sums[series] * max(0, beyond) / span for series in members}
        first = sorted(members, key=lambda series: (-detectors[series].silence(overdue[series]), series))
        lead = first[0]
        surprise = detectors[lead].silence(overdue[lead])
        verdict = Verdict(surprise, 0.0, round(sums[lead], 2), detectors[lead].interval(sums[lead]), span)
        certain = surprise >= threshold
        still_open = span < self._buckets or (0 < pauses.usual >= beyond - 1 and not certain)
        return Silence(None if still_open else certain, span, tuple(first), verdict)
