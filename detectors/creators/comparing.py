"""A creator's day against those before it and against creators alike, in each respect. It remembers no creator."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from detectors.creators import looks
from detectors.creators.days import Days
from detectors.creators.looks import Attention, Measured
from detectors.creators.pools import Pools
from detectors.performance.score import SpreadBank, count_at, score
from detectors.performance.usual import FEW, NONE, Bools, Counts, Floats, expectations, kinds

USUAL = 1.96
"""Score within which 95 of 100 days lie."""


class Compared(NamedTuple):
    """Days of which something is expected in some respect, see OddDay. Shapes: [m] each; place: which of the days."""

    place: Counts
    look: Counts
    observed: Counts
    expected: Floats
    low: Floats
    high: Floats
    of: Counts
    own: Counts
    similar: Counts
    views: Counts
    usual_views: Floats
    by_views: Bools
    kind: Counts
    score: Floats


class Comparer:
    """What is usual of creators alike, and how far their days stray from what is expected of them.

    Args:
        bucket_s: seconds.
    """

    def __init__(self, *, bucket_s: float) -> None:
        self._pools = Pools()
        self._spreads = SpreadBank(len(looks.MEASURES) * (len(FEW) + 1), bucket_s=bucket_s)

    def compare(self, days: Days, bucket: int) -> Compared:
        """Look at days of one bucket; what they are teaches the next ones. Alike are those of a platform and tier."""
        pool = days.scopes.astype(np.int64)
        drawn = {measure: looks.counts(days, measure) for measure in (looks.POSTING, looks.ENGAGEMENT, looks.VIEWS)}
        measured = {measure: looks.counted(daily) for measure, daily in drawn.items()}
        usual = {measure: self._usual(measure, measured[measure], pool)[0] for measure in drawn}
        by_views = (drawn[looks.VIEWS] != NONE).any(axis=1)
        attention = Attention(
            np.where(by_views[:, None], drawn[looks.VIEWS], drawn[looks.ENGAGEMENT]),
            np.where(by_views, usual[looks.VIEWS], usual[looks.ENGAGEMENT]),
            by_views,
        )
        measured[looks.FOLLOWERS] = looks.gained(days, attention)
        measured[looks.COMMENTS] = looks.comments(days)
        measured[looks.REPEATED] = looks.repeats(days)
        every = [
            part
            for measure, one in sorted(measured.items())
            if measure != looks.VIEWS
            for part in self._sides(measure, one, pool, attention, bucket)
        ]
        for measure, one in sorted(measured.items()):
            known = one.value != NONE
            self._pools.learn(measure, pool[known], one.value[known])
        return Compared(*(np.concatenate(columns) for columns in zip(*every, strict=True)))

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers."""
        return {"spreads": self._spreads.snapshot(), "pools": self._pools.snapshot()}

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        self._spreads.restore(parts["spreads"])
        self._pools.restore(parts["pools"])

    def _usual(self, measure: int, one: Measured, pool: Counts) -> tuple[Floats, Counts]:
        """What is usual, in the unit of the measure, and on how many days of creators alike it stands."""
        of_pool, n_pool = self._pools.middles(measure, pool)
        return expectations(one.own, one.n_own, of_pool, n_pool), n_pool

    def _sides(
        self, measure: int, one: Measured, pool: Counts, attention: Attention, bucket: int
    ) -> Iterator[Compared]:
        """More than is expected and, where that is a look too, less."""
        usual, similar = self._usual(measure, one, pool)
        expected = usual * one.unit
        place = np.flatnonzero(np.isfinite(expected) & (one.observed != NONE))
        one, expected, similar = one.at(place), expected[place], similar[place]
        kind = kinds(np.full(len(place), measure), one.n_own)
        batch, spread = self._spreads.of(kind)
        deviation = np.round(score(one.observed, expected, batch, spread), 4)
        low, high = (count_at(side * USUAL, expected, batch, spread) for side in (-1.0, 1.0))
        self._spreads.learn(kind, one.observed, expected, bucket)
        days = np.where(measure == looks.FOLLOWERS, one.of, 1)
        seen, usually = attention.over(days, place)
        for number, (of, side) in enumerate(looks.SIDES):
            if of == measure:
                look = np.full(len(place), number)
                yield Compared(
                    place,
                    look,
                    one.observed,
                    expected,
                    low,
                    high,
                    one.of,
                    one.n_own,
                    similar,
                    seen,
                    usually,
                    attention.by_views[place],
                    kinds(look, one.n_own),
                    side * deviation,
                )
