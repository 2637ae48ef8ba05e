"""Fired trend alerts judged by the posts they show: true, said twice, or false; shares with their intervals."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

LEAST_POSTS = 3
Z = 1.96


class Shown(NamedTuple):
    """A fired alert: when it was detected, epoch seconds, and the ids of the posts it shows."""

    at: float
    post_ids: Sequence[str]


class Verdict(NamedTuple):
    """What became of the alerts.

    Attributes:
        found: topic -> when it was first told, epoch seconds.
        repeated: topic -> how often it was told again.
        false: alerts about no topic.
    """

    found: dict[int, float]
    repeated: Counter[int]
    false: tuple[Shown, ...]

    @property
    def told(self) -> int:
        """Alerts in all."""
        return len(self.found) + self.repeated.total() + len(self.false)


def judge(alerts: Iterable[Shown], topic_of: Callable[[str], int | None]) -> Verdict:
    """An alert is about a topic if it shows three posts or more, half of them of that topic.

    >>> judge([Shown(1.0, ["a", "b", "c"])], {"a": 1, "b": 1}.get).found
    {1: 1.0}
    """
    found: dict[int, float] = {}
    repeated: Counter[int] = Counter()
    false: list[Shown] = []
    for alert in sorted(alerts, key=lambda a: a.at):
        votes = Counter(topic for post in alert.post_ids if (topic := topic_of(post)) is not None)
        topic, n = votes.most_common(1)[0] if votes else (-1, 0)
        if len(set(alert.post_ids)) < LEAST_POSTS or 2 * n < len(alert.post_ids):
            false.append(alert)
        elif topic in found:
            repeated[topic] += 1
        else:
            found[topic] = alert.at
    return Verdict(found, repeated, tuple(false))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share. Source: Wilson 1927.

    >>> [round(bound, 3) for bound in wilson(0, 100)]
    [0.0, 0.037]
    """
    if n == 0:
        return 0.0, 1.0
    share = hits / n
    middle = share + Z * Z / (2 * n)
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def share_of(hits: int, n: int) -> str:
    """A share and its interval, in a table.

    >>> share_of(19, 20)
    '0.95 (0.76-0.99)'
    """
    if n == 0:
        return "none"
    low, high = wilson(hits, n)
    return f"{hits / n:.2f} ({low:.2f}-{high:.2f})" if n < 1000 else f"{hits / n:.3f} ({low:.3f}-{high:.3f})"
