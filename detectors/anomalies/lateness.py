"""Platforms whose records come late, far more of them than is usual of each."""

import math
from collections.abc import Mapping

import msgspec

from detectors.anomalies.quality import Trouble

HOUR_S, HALF_LIFE_S = 3600.0, 43_200.0

WARM_UP_S = 21_600.0
"""So long a platform is learned before it is judged, seconds."""

LEAST_RECORDS = 50
"""Records of an hour from which a share of late ones says anything."""

FAR = 0.5
"""A platform is late when so much of what usually comes in time came late in the last hour ..."""

DEVIATIONS = 3.0
"""... and its share of late records is so many standard deviations of earlier hours above the usual."""

DIGITS = 4


class HabitState(msgspec.Struct):
    """How a platform delivers: records of each bucket of the last hour and the late ones of them; hours' shares.

    `waiting` are the shares of hours that overlap with this one: they are not usual yet. `weight`, `first`, `second`
    are decayed sums of ones, shares and their squares; `learned` how many.
    """

    recent: list[tuple[int, int]]
    waiting: list[float] = []
    weight: float = 0.0
    first: float = 0.0
    second: float = 0.0
    learned: int = 0


class LateWatch:
    """Platforms whose share of late records is far over what is usual of them.

    What is usual is the mean of the share in the hours before, which half a day halves: who is late for good is
    as usual after some time. It is learned from trouble too.

    Args:
        bucket_s: width of a bucket in seconds.
        over_s: shares are of so long, seconds.
        least: records of such a time from which a share of late ones says anything.
        warm_up_s: so long a platform is learned before it is judged, seconds.
    """

    def __init__(
        self,
        *,
        bucket_s: float,
        over_s: float = HOUR_S,
        least: int = LEAST_RECORDS,
        warm_up_s: float = WARM_UP_S,
    ) -> None:
        self._hour = max(1, round(over_s / bucket_s))
        self._least, self._warm_up = least, round(warm_up_s / bucket_s)
        self._decay = 0.5 ** (bucket_s / HALF_LIFE_S)
        self._habits: dict[str, HabitState] = {}

    def step(self, arrived: Mapping[str, int], overdue: Mapping[str, int]) -> dict[str, Trouble]:
        """Take the records that came with a bucket, and the late ones of them, by platform -> those that are late."""
        found = {}
        for scope in sorted({*arrived, *self._habits}):
            habit = self._habits.setdefault(scope, HabitState([]))
            habit.recent = [*habit.recent, (arrived.get(scope, 0), overdue.get(scope, 0))][-self._hour :]
            records, late = (sum(column) for column in zip(*habit.recent, strict=True))
            if records < self._least:
                continue
            share = round(late / records, DIGITS)
            usual, spread = _usual(habit)
            far = share > usual and share - usual >= max(FAR * (1 - usual), DEVIATIONS * spread)
            if far and habit.learned >= self._warm_up:
                found[scope] = Trouble(0.0, 0.0, share, usual)
            habit.waiting = [*habit.waiting, share]
            if len(habit.waiting) > self._hour:
                self._learn(habit, habit.waiting.pop(0))
        return found

    def snapshot(self) -> dict[str, HabitState]:
        """All it remembers."""
        return self._habits

    def restore(self, state: Mapping[str, HabitState]) -> None:
        """Go on from a snapshot."""
        self._habits = dict(state)

    def _learn(self, habit: HabitState, share: float) -> None:
        habit.weight = habit.weight * self._decay + 1.0
        habit.first = habit.first * self._decay + share
        habit.second = habit.second * self._decay + share * share
        habit.learned += 1


def _usual(habit: HabitState) -> tuple[float, float]:
    """Mean and standard deviation of earlier shares."""
    mean = habit.first / max(habit.weight, 1.0)
    variance = habit.second / max(habit.weight, 1.0) - mean * mean
    return round(mean, DIGITS), round(math.sqrt(max(variance, 0.0)), DIGITS)
