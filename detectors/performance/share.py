"""How surprising a post must be to be told: few of those that are told in a day may be there by chance."""

import math
from collections import deque
from collections.abc import Sequence

import msgspec

DAY_S = 86_400.0


class DayState(msgspec.Struct, array_like=True):
    """A bucket in which posts were compared: how many times, and how many posts were told of for the first time."""

    bucket: int
    tests: int
    told: int


class FalseShare:
    """Benjamini and Hochberg's rule over the last day.

    With m comparisons and R posts told in the last day, k more are told if each has p <= q (R + k) / m. Calm data bring
    q / (1 - q) posts a day, on average, however many are compared; among many that are told, q are there by chance.
    Before a day is over, m is what a day at the same pace would have. Slow trends are told by the same rule: of them,
    each subject is compared each hour.

    Args:
        share: q, 0 to 1. bucket_s: seconds.
    Source: Benjamini and Hochberg, JRSS B 57 (1995); over a moving day, ours:
        docs/decisions/0029-posts-that-outperform.md.

    >>> rule = FalseShare(0.05, bucket_s=3600.0)
    >>> rule.compared(0, 1000)
    >>> rule.passing([7.0, 5.0, 3.0]), round(rule.bar(1), 2)
    (1, 5.68)
    """

    def __init__(self, share: float, *, bucket_s: float) -> None:
        self._share = share
        self._day = round(DAY_S / bucket_s)
        self._began: int | None = None
        self._days: deque[DayState] = deque()

    def compared(self, bucket: int, tests: int) -> None:
        """So many posts reached an age in a bucket."""
        if tests and self._began is None:
            self._began = bucket
        while self._days and self._days[0].bucket <= bucket - self._day:
            self._days.popleft()
        self._days.append(DayState(bucket, tests, 0))

    def passing(self, surprises: Sequence[float]) -> int:
        """How many of these, the greatest first, are told together."""
        return max((k for k, surprise in enumerate(surprises, 1) if surprise >= self.bar(k)), default=0)

    def bar(self, more: int) -> float:
        """-log10 of the p that it takes if so many more posts are told."""
        told = sum(day.told for day in self._days) + more
        return round(math.log10(self._tests() / (self._share * max(told, 1))), 4)

    def told(self, posts: int) -> None:
        """So many posts were told of for the first time in the last bucket."""
        self._days[-1].told += posts

    def snapshot(self) -> bytes:
        """All it remembers."""
        return msgspec.msgpack.encode((self._began, list(self._days)))

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        self._began, days = msgspec.msgpack.decode(value, type=tuple[int | None, list[DayState]])
        self._days = deque(days)

    def _tests(self) -> float:
        if self._began is None:
            return 1.0
        seen = min(self._day, self._days[-1].bucket - self._began + 1)
        return max(1.0, sum(day.tests for day in self._days) * self._day / seen)
