"""What comes back every day or every week: for each subject the hours in which it surprised, and how high it stood."""

import statistics
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
import numpy as np

from detectors.counts.segment_table import key_in
from detectors.counts.ticks import Candidate
from detectors.trends.gamma_poisson import calm_limit

DAY_H, WEEK_H = 24, 168

REMEMBERED_H = 2 * WEEK_H + DAY_H
"""Hours that are remembered: two weeks and what a third one is compared with."""

TIMES = 2
"""Times at that hour, of the last three days or the last two weeks, that make a regular."""

NEAR_H = 1
"""Hours by which it may come earlier or later."""

MOST_H = 12
"""Hours of the last day in which it surprised beyond which it does not come back, it goes on."""

CAPACITY = 50_000
"""Hours remembered over all subjects, some 5 MB; the subjects that surprised longest ago are forgotten first."""


class RegularsState(msgspec.Struct, frozen=True, array_like=True):
    """Keys u8[n], how many hours each has u2[n]; hours i4[m] and heights f4[m], one subject after the other."""

    keys: bytes
    sizes: bytes
    hours: bytes
    heights: bytes


_read_state = msgspec.msgpack.Decoder(RegularsState).decode


class Usual(NamedTuple):
    """How a subject came back so far: the median of its heights at such hours, and up to where that is usual."""

    height: float
    limit: float


class Regulars:
    """Remembers the hours of every subject that surprised, whether or not anybody was told.

    Of a subject in a segment, under the key that `key_in` gives it.

    Args:
        bucket_s: seconds of a bucket. > 0.
        surprising: surprise from which an hour counts, decades.
        least: voices from which it counts.
        r_max: cap of the predictive shape; how much heights differ from time to time.

    >>> regulars = Regulars(bucket_s=3600, surprising=4.0, least=3, r_max=20.0)
    >>> from detectors.counts.ticks import Candidate
    >>> for day in range(2):
    ...     regulars.learn(9 + 24 * day, [Candidate(8, 30, 1.0, 9.0, 0.0, (), 30)])
    >>> regulars.usual(8, 33), regulars.usual(8, 57).height, regulars.usual(8, 63)
    (None, 30.0, None)
    """

    def __init__(
        self, *, bucket_s: float, surprising: float, least: int, r_max: float, capacity: int = CAPACITY
    ) -> None:
        self._bucket_s, self._surprising, self._least = bucket_s, surprising, least
        self._r_max, self._capacity = r_max, capacity
        self._hours: dict[int, dict[int, float]] = {}
        self._size = 0

    def learn(self, bucket: int, candidates: Iterable[Candidate]) -> None:
        """Take what a bucket says. Cost: some 0.3 us a candidate."""
        hour = self._hour(bucket)
        for c in candidates:
            if c.surprise < self._surprising or c.observed < self._least:
                continue
            key = key_in(c.scope, c.key)
            hours = self._hours.get(key)
            if hours is None:
                hours = self._hours[key] = {}
            if c.observed > hours.get(hour, 0.0):
                self._size += hour not in hours
                hours[hour] = float(c.observed)
        if self._size > self._capacity:
            self._forget(hour)

    def known(self, key: int, bucket: int) -> bool:
        """Whether a subject has surprised before, and not just now."""
        return any(hour <= self._hour(bucket) - DAY_H // 2 for hour in self._hours.get(key, ()))

    def usual(self, key: int, bucket: int) -> Usual | None:
        """How high a subject usually stands at this hour; None if it is no regular."""
        hours, now = self._hours.get(key), self._hour(bucket)
        if not hours or sum(now - DAY_H < hour <= now for hour in hours) > MOST_H:
            return None
        daily = [_height(hours, now - day * DAY_H) for day in range(1, 8)]
        weekly = [_height(hours, now - week * WEEK_H) for week in (1, 2)]
        if sum(h > 0 for h in daily[:3]) < TIMES and sum(h > 0 for h in weekly) < TIMES:
            return None
        height = statistics.median_high([h for h in (*daily, weekly[1]) if h > 0])
        limit = calm_limit(np.array([height]), np.array([self._r_max]))
        return Usual(height, round(float(limit[0]), 6))

    def snapshot(self) -> bytes:
        """All it remembers, in the order of the keys."""
        keys = sorted(self._hours)
        told = [sorted(self._hours[key].items()) for key in keys]
        return msgspec.msgpack.encode(
            RegularsState(
                np.array(keys, np.uint64).tobytes(),
                np.array([len(hours) for hours in told], np.uint16).tobytes(),
                np.array([hour for hours in told for hour, _ in hours], np.int32).tobytes(),
                np.array([height for hours in told for _, height in hours], np.float32).tobytes(),
            )
        )

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        state = _read_state(value)
        hours = iter(np.frombuffer(state.hours, np.int32).tolist())
        heights = iter(np.frombuffer(state.heights, np.float32).tolist())
        sizes = np.frombuffer(state.sizes, np.uint16).tolist()
        keys = np.frombuffer(state.keys, np.uint64).tolist()
        self._hours = {
            key: {next(hours): next(heights) for _ in range(size)} for key, size in zip(keys, sizes, strict=True)
        }
        self._size = sum(sizes)

    def _hour(self, bucket: int) -> int:
        return int(bucket * self._bucket_s // 3600)

    def _forget(self, now: int) -> None:
        """Old hours first; then whole subjects, those that surprised longest ago, down to three quarters."""
        kept = {
            key: left
            for key, hours in self._hours.items()
            if (left := {hour: height for hour, height in hours.items() if hour > now - REMEMBERED_H})
        }
        size = sum(map(len, kept.values()))
        for key in sorted(kept, key=lambda key: (max(kept[key]), key)):
            if size <= 0.75 * self._capacity:
                break
            size -= len(kept.pop(key))
        self._hours, self._size = kept, size


def _height(hours: dict[int, float], hour: int) -> float:
    """The most at an hour or beside it; 0 if it did not surprise then."""
    return max(hours.get(hour + near, 0.0) for near in range(-NEAR_H, NEAR_H + 1))
