"""The shape of a series: its last hours by the bucket, and its last day by the hour. How odd one is, `fit.py` says."""

import math
from collections.abc import Iterable, Mapping

import msgspec

from detectors.anomalies.fit import Fit, FitState, Misfit
from detectors.anomalies.tail import CUT, Tail
from detectors.anomalies.verdict import DIGITS, Verdict, rounded

HOUR_S = 3600.0
LOOKS_S = HOUR_S
"""How often it is looked at, by the clock."""
BY_BUCKET_S, BY_HOUR_S = 4 * HOUR_S, 24 * HOUR_S
"""Windows whose buckets, or hours, are blocks."""
LEVEL = 4.0
"""Decades from which the sum of an hour is a change of the level, and its window no shape."""


class ShapeState(msgspec.Struct, frozen=True, array_like=True):
    """All that a shape remembers: of both windows, and what was last said."""

    fits: tuple[FitState, ...]
    said: Verdict | None


class Shape:
    """Whether the counts of four hours, or the hours of a day, are spread over time as expected; see `Fit`.

    Pulses of automation, an audience that is awake at other hours, counts as even as no people are. What changes the
    sum of an hour is a change of level, and told by those who judge sums: from then on a window begins anew. Buckets
    or hours of which hardly anything is expected are left out of it: it is longer then. A day whose hours are nearer to
    what was expected than usual is no news: one that follows wild days is.

    Args:
        bucket_s: width of a bucket in seconds; an hour is a whole number of them.

    Buckets of an hour have the window of a day only.

    Cost: 8 us a point; 4 KiB with buckets of five minutes, 10 KiB of one.
    """

    def __init__(self, *, bucket_s: float) -> None:
        self._bucket_s = bucket_s
        self._hour = max(1, round(HOUR_S / bucket_s))
        self._windows_s = {1: BY_BUCKET_S, self._hour: BY_HOUR_S}
        self._fits = {
            block: Fit(
                blocks=round(window_s / bucket_s) // block, looks=round(window_s / LOOKS_S), even=block < self._hour
            )
            for block, window_s in self._windows_s.items()
        }
        self.verdict: Verdict | None = None
        """On the windows that were full at the last full hour, which it adds up; None while nothing can be said."""

    def take(
        self,
        at: float,
        sums: Mapping[int, tuple[float, float]],
        zs: Mapping[int, float],
        tails: Iterable[tuple[int, Tail]],
    ) -> None:
        """Take in a bucket, and look where an hour is over.

        Args:
            at: its middle, epoch seconds.
            sums, zs: buckets that are added up, the newest last -> (observed, expected), and their z.
            tails: of the same, which know how they stray.
        """
        over = (at + 0.5 * self._bucket_s) % LOOKS_S < 0.5 * self._bucket_s
        for span, tail in tails:
            if span not in zs or span not in self._fits:
                continue
            z = zs[span]
            if span == self._hour and abs(z) > CUT and tail.surprise(z) >= LEVEL:
                self.begin()
                return
            if span == 1 or over:
                observed, expected = sums[span]
                deviation = expected * math.sqrt(tail.variance(expected))
                self._fits[span].take(z, observed, expected, deviation)
        if over:
            self.verdict = self._look()

    def begin(self) -> None:
        """Both windows begin anew: what they hold is told as something else, or over."""
        for fit in self._fits.values():
            fit.begin()
        self.verdict = None

    def snapshot(self) -> ShapeState:
        """All it remembers."""
        return ShapeState(tuple(fit.snapshot() for fit in self._fits.values()), self.verdict)

    def restore(self, state: ShapeState) -> None:
        """Go on from a snapshot."""
        for fit, known in zip(self._fits.values(), state.fits, strict=True):
            fit.restore(known)
        self.verdict = state.said

    def _look(self) -> Verdict | None:
        looks = {block: misfit for block, fit in self._fits.items() if (misfit := fit.step()) is not None}
        if not looks:
            return None
        block = max(looks, key=lambda block: (looks[block].surprise, -block))
        return _verdict(looks[block], round(self._windows_s[block] / LOOKS_S), len(self._fits))


def _verdict(misfit: Misfit, span: int, tests: int) -> Verdict:
    surprise = max(0.0, round(misfit.surprise - math.log10(tests), DIGITS))
    return Verdict(
        surprise, round(misfit.observed, 2), round(misfit.expected, 2), rounded(misfit.interval), span, shape=True
    )
