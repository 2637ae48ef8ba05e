"""Made-up trends that rise and fall, told bucket by bucket, each in its own time; and their fate."""

import math
import random
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import msgspec
import numpy as np

from detectors.counts.people import SAMPLE, People
from detectors.counts.ticks import Candidate
from detectors.model.forecasts import Forecast, Judged
from detectors.outlook.outlook import Outlook
from detectors.outlook.told import Told
from detectors.trends.lifecycle import Moment
from detectors.trends.trend import OpenTrend
from tests.detectors.making import FIRST, make_candidate

BUCKET_S, WINDOW = 300.0, 12
CALM = 2.0
SHORT, LONG = 72, 288
"""Horizons in buckets."""


class Curve(NamedTuple):
    """A trend: n people in the window at most, `rise` buckets after its start; it is over after eight times as many."""

    name: str
    start: int
    most: int
    rise: int

    def observed(self, bucket: int) -> int:
        """People in the window that ends with a bucket."""
        t = (bucket - self.start) / self.rise
        return round(self.most * t * math.exp(1.0 - t)) if 0 < t < 8 else 0


def curves(n: int, seed: int, apart: float = 40.0) -> list[Curve]:
    """Large ones rise slowly."""
    rng = random.Random(seed)
    made, start = [], FIRST
    for i in range(n):
        start += round(rng.expovariate(1 / apart))
        most = round(math.exp(rng.uniform(math.log(5), math.log(200))))
        made.append(Curve(f"trend{i}", start, most, round(most * rng.uniform(0.3, 1.0)) + 3))
    return made


@lru_cache(maxsize=200_000)
def said_of(curve: Curve, bucket: int) -> Candidate:
    """What a bucket says of it; each window has people of its own."""
    n = curve.observed(bucket)
    rng = random.Random(curve.start * 100_003 + bucket // WINDOW)
    authors = np.sort(np.frombuffer(rng.randbytes(4 * n), "<u4"))[:SAMPLE]
    people = People(n, n, n, n, 0, 0, authors.tobytes())
    return make_candidate(curve.name, range(min(n, 3)), observed=n, people=people, surprise=float(n))


class Stream:
    """Tells an outlook of these trends; what it said is kept, and how it learned."""

    def __init__(self, made: list[Curve], outlook: Outlook | None = None) -> None:
        self.made = made
        self.outlook = outlook or fresh()
        self.trends: dict[str, OpenTrend] = {}

    @property
    def end(self) -> int:
        """A bucket after which nothing is told."""
        return max(curve.start + 8 * curve.rise for curve in self.made) + 1

    def run(self, first: int, last: int) -> list[bytes]:
        """The buckets up to, not including, the last: what was said in each, as bytes."""
        return [msgspec.msgpack.encode(self.step(bucket)) for bucket in range(first, last)]

    def step(self, bucket: int) -> dict[str, dict[str, Forecast | tuple[Judged, ...]]]:
        """One bucket: what is said of each trend."""
        said = {}
        for curve, candidate in self._told(bucket):
            if curve.name not in self.trends:
                self.trends[curve.name] = OpenTrend(curve.name, bucket, [candidate])
            trend = self.trends[curve.name]
            trend.subjects[candidate.key] = candidate
            trend.history.append(Moment(bucket, candidate.observed, 0.5, candidate.surprise, CALM, key=candidate.key))
            told = self.outlook.look(trend, candidate, bucket, exposure=1000.0, communities=1)
            said[curve.name] = known(told)
        self.outlook.learn(bucket)
        return said

    def _told(self, bucket: int) -> Iterator[tuple[Curve, Candidate]]:
        for curve in self.made:
            if curve.observed(bucket) > 0:
                yield curve, said_of(curve, bucket)


def known(told: Told) -> dict[str, Forecast | tuple[Judged, ...]]:
    """What is said, without what is not."""
    return {name: value for name, value in told._asdict().items() if isinstance(value, tuple | Forecast) and value}


def fresh(least: int = 30) -> Outlook:
    """One that knows nothing."""
    return Outlook(bucket_s=BUCKET_S, window=WINDOW, least=least)
