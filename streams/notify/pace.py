"""How fast a channel may be used, and how long to wait after a failure: pure arithmetic, time is passed in."""

from collections import deque

MINUTE_S = 60.0

FIRST_S = 1.0
"""Wait after a first failure, at most, seconds; it doubles with each."""

LONGEST_S = 60.0
"""Wait after many, at most, seconds."""

HELD_S = 3600.0
"""A service may ask to be left alone for so long, at most, seconds."""


class Pace:
    """At most so many attempts in any minute, and none while the service wants to be left alone.

    >>> pace = Pace(per_minute=2)
    >>> pace.used(0.0); pace.used(10.0); pace.wait_s(15.0), pace.wait_s(60.0)
    (45.0, 0.0)
    >>> pace.hold(100.0, after_s=7.0); pace.wait_s(102.0)
    5.0
    """

    def __init__(self, per_minute: int) -> None:
        self._uses: deque[float] = deque(maxlen=per_minute)
        self._held_until = 0.0

    def wait_s(self, now: float) -> float:
        """Seconds until the next attempt is allowed."""
        full = len(self._uses) == self._uses.maxlen
        free_at = self._uses[0] + MINUTE_S if full else now
        return max(0.0, free_at - now, self._held_until - now)

    def used(self, now: float) -> None:
        """An attempt is made."""
        self._uses.append(now)

    def hold(self, now: float, after_s: float) -> None:
        """The service wants to be left alone for so long."""
        self._held_until = max(self._held_until, now + min(after_s, HELD_S))


def backoff_s(failures: int, chance: float) -> float:
    """Seconds to wait after so many failures in a row.

    Args:
        chance: 0 to 1, drawn anew each time, so that those who failed together do not come back together.

    >>> [backoff_s(n, 1.0) for n in (1, 2, 7, 900)], backoff_s(1, 0.0)
    ([1.0, 2.0, 60.0, 60.0], 0.5)
    """
    longest = min(LONGEST_S, FIRST_S * 2.0 ** min(failures - 1, 10))
    return longest * (0.5 + 0.5 * chance)
