"""Platforms whose totals are orders of magnitude off, many at once: their counting has changed, not what people do."""

from collections import deque
from collections.abc import Iterable, Mapping

from detectors.anomalies.quality import Trouble

HOUR_S = 3600.0

LEAST_TOTALS = 20
"""Totals that must be comparable before a platform is spoken of, over as few buckets as hold them, an hour at most."""

LEAST_SUSPECTED = 5
"""Totals that jump, most of a bucket's, from which its series wait until twenty are known."""

MOST_JUMP = 0.5
"""Share of them from which it is the platform that jumps, and not posts of it."""


class JumpWatch:
    """Platforms whose totals are orders of magnitude off, many at once; see `jumps` in `stages/totals.py`.

    Args:
        bucket_s: width of a bucket in seconds.
    """

    def __init__(self, *, bucket_s: float) -> None:
        self._hour = max(1, round(HOUR_S / bucket_s))
        self._recent: dict[str, deque[tuple[int, int]]] = {}

    def step(self, compared: Mapping[str, int], jumped: Mapping[str, int]) -> dict[str, Trouble]:
        """Take how many totals could be compared in a bucket, and jumped, by platform -> those that jump now.

        A key may be a platform, or one measure of it: to the watch they are the same.
        """
        found = {}
        for scope in sorted({*compared, *self._recent}):
            recent = self._recent.setdefault(scope, deque(maxlen=self._hour))
            recent.append((compared.get(scope, 0), jumped.get(scope, 0)))
            totals, off = _enough(recent)
            if jumped.get(scope) and totals >= LEAST_TOTALS and off >= MOST_JUMP * totals:
                found[scope] = Trouble(0.0, 0.0, float(jumped[scope]))
            if not any(n for n, _ in recent):
                del self._recent[scope]
        return found

    def snapshot(self) -> dict[str, list[tuple[int, int]]]:
        """All it remembers."""
        return {scope: list(recent) for scope, recent in self._recent.items()}

    def restore(self, state: Mapping[str, Iterable[tuple[int, int]]]) -> None:
        """Go on from a snapshot."""
        self._recent = {scope: deque(recent, maxlen=self._hour) for scope, recent in state.items()}


def _enough(recent: deque[tuple[int, int]]) -> tuple[int, int]:
    """Sums over the last buckets, as few as hold totals enough."""
    totals = off = 0
    for n, jumped in reversed(recent):
        totals, off = totals + n, off + jumped
        if totals >= LEAST_TOTALS:
            break
    return totals, off
