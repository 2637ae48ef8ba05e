"""Whether a figure stays flat: its slope over time by Theil and Sen, which a few odd samples do not bend."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

GROWTH = 0.05
"""A figure may grow by this share of its median over the time that is judged."""


class Trail(NamedTuple):
    """A figure over time.

    Attributes:
        name: with its unit.
        leeway: growth that is put up with in any case, in the figure's unit.
        points: (seconds, value).
    """

    name: str
    leeway: float
    points: Sequence[tuple[float, float]]

    def since(self, at_s: float) -> "Trail":
        """The same from a moment on."""
        return self._replace(points=[point for point in self.points if point[0] >= at_s])


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Median of the slopes between all pairs of points, per second.

    >>> slope([(0, 1), (10, 2), (20, 3), (30, 99), (40, 5), (50, 6)])
    0.1
    """
    pairs = [(b[1] - a[1]) / (b[0] - a[0]) for i, a in enumerate(points) for b in points[i + 1 :] if b[0] > a[0]]
    return median(pairs) if pairs else 0.0


def growth(trail: Trail) -> float:
    """By how much a figure grew from the first point to the last, by its slope.

    >>> growth(Trail("RSS, MiB", 1.0, [(0, 100), (60, 100), (120, 101)]))
    1.0
    """
    return slope(trail.points) * (trail.points[-1][0] - trail.points[0][0]) if trail.points else 0.0


def is_flat(trail: Trail) -> bool:
    """Whether it does not grow; a figure that was never seen is not flat.

    >>> is_flat(Trail("lag", 5.0, [(0, 0), (60, 3), (120, 4)])), is_flat(Trail("lag", 5.0, [(0, 0), (60, 50)]))
    (True, False)
    """
    if not trail.points:
        return False
    return growth(trail) <= max(trail.leeway, GROWTH * median(value for _, value in trail.points))


def verdict(trail: Trail) -> str:
    """What to say of a figure."""
    if not trail.points:
        return f"{trail.name}: never seen: not flat"
    middle = median(value for _, value in trail.points)
    allowed = max(trail.leeway, GROWTH * middle)
    minutes = (trail.points[-1][0] - trail.points[0][0]) / 60
    grew = f"grew by {growth(trail):,.2f} in {minutes:.0f} min, {allowed:,.2f} are allowed"
    return f"{trail.name}: median {middle:,.2f}, {grew}: {'flat' if is_flat(trail) else 'not flat'}"
