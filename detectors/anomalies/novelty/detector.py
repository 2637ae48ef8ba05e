"""One series judged by how new its newest points are. Knows no calendar, no unit and no other series."""

import math
from typing import Any, NamedTuple

import msgspec
from river import base
from river.base.typing import FeatureName

from detectors.anomalies import models
from detectors.anomalies.novelty.rarity import Rarity, RarityState
from detectors.anomalies.novelty.reach import Reach, ReachState
from detectors.anomalies.novelty.scale import Scale, ScaleState
from detectors.anomalies.novelty.shape import Shape, ShapeState
from detectors.errors import DetectorError

STEPS = (3, 12)
"""Points a block of the two shapes: stretches of 24 and of 96 points, 2 and 8 hours of five-minute buckets."""
MEMORY = 1000
"""Stretches each remembers: of the longer ones those of 4,000 points, two weeks of five-minute buckets."""
WARM_UP = 50
"""Distances a view has seen before it speaks."""
FLOOR = 1e-3
"""Least unit of a distance between shapes, in ranges of the series: below is rounding."""
REACH_PRIOR = 0.1
"""Square of one imagined step beyond the range, in ranges."""
HALF_LIFE = 4000.0
"""Points after which a score counts half for what is rare; as long as shapes are remembered."""
LARGEST = 1e100
"""Values are cut here: their squares must stay finite."""
DIGITS = 4
"""Scores are rounded before anybody compares them: the last bits of log differ between processors."""


class Look(NamedTuple):
    """All that is known about a value before it is learned; distances are None where a view does not speak yet."""

    value: float
    distances: tuple[float | None, ...]
    score: float | None
    surprise: float | None


class NoveltyState(msgspec.Struct, frozen=True, array_like=True):
    """All that a detector remembers, and the versions that River's part belongs to."""

    versions: dict[str, str]
    first: float
    reach: ReachState
    shapes: tuple[ShapeState, ...]
    scales: tuple[ScaleState, ...]
    rarity: RarityState


class NoveltyDetector(base.AnomalyDetector):
    """Novelty of a value, given all before it; a River anomaly detector over {"value"}.

    Three views, each a distance to the past: two shapes (nothing alike in memory) and the reach (beyond all it ever
    was). Each is told in its own unit, the root mean square of what it was so far, because a series decides what is
    ordinary for it; the score is the mean of log10(1 + ratio). A spike, a drop or a step shows in all three, a flat
    stretch or a missing peak in the shapes, noise in the short one, a change of the day's form in the long one.
    `surprise` is the score's tail probability in its own series.

    A value that is missing (None, NaN, infinite) is no zero: it gets no score and teaches nothing.

    Cost: 80 us of CPU a point, both verbs; state 44 KiB, as a snapshot 23, whatever the age of the series.
    Source: ours; its parts name theirs.

    >>> detector = NoveltyDetector()
    >>> for i in range(600): detector.learn_one({"value": 40.0 + i % 5})
    >>> detector.score_one({"value": 40.0}) < 0.1 < 0.8 < detector.score_one({"value": 90.0})
    True
    """

    def __init__(self) -> None:
        self._first = 0.0
        self._reach = Reach(warm_up=WARM_UP)
        self._shapes = [Shape(step=step, memory=MEMORY) for step in STEPS]
        self._scales = [Scale(warm_up=WARM_UP) for _ in STEPS]
        self._scales.append(Scale(warm_up=0, prior=REACH_PRIOR))
        self._rarity = Rarity(half_life=HALF_LIFE)
        self._looked: Look | None = None

    @property
    def warming_up(self) -> int:
        """Values still to be learned before it speaks."""
        return max(0, WARM_UP - self._reach.seen)

    def look(self, x: dict[FeatureName, Any]) -> Look | None:
        """What is to be said about `x["value"]`; learns nothing. None if the value is missing."""
        value = _number(x["value"])
        if value is None:
            return None
        if self._looked is None or self._looked.value != value:
            self._looked = self._look(value)
        return self._looked

    def score_one(self, x: dict[FeatureName, Any]) -> float | None:  # type: ignore[override] # None: not known
        """Novelty of the value, >= 0 and without bound; None while warming up or if the value is missing."""
        look = self.look(x)
        return None if look is None else look.score

    def learn_one(self, x: dict[FeatureName, Any]) -> None:
        """Take in a value, after it was judged."""
        look = self.look(x)
        if look is None:
            return
        units = (*(self._reach.width for _ in self._shapes), 1.0)
        for scale, distance, unit in zip(self._scales, look.distances, units, strict=True):
            scale.learn(distance, unit)
        if look.score is not None:
            self._rarity.learn(look.score)
        if not self._reach.seen:
            self._first = look.value
        for shape in self._shapes:
            shape.learn(look.value - self._first)
        self._reach.learn(look.value)
        self._looked = None

    def snapshot(self) -> NoveltyState:
        """All it remembers."""
        return NoveltyState(
            models.VERSIONS,
            self._first,
            self._reach.snapshot(),
            tuple(shape.snapshot() for shape in self._shapes),
            tuple(scale.snapshot() for scale in self._scales),
            self._rarity.snapshot(),
        )

    def restore(self, state: NoveltyState) -> None:
        """Go on from a snapshot.

        Raises: DetectorError if River's part was taken with other versions: it may mean something else to these.
        """
        if state.versions != models.VERSIONS:
            raise DetectorError(f"a state of {state.versions} cannot be restored under {models.VERSIONS}")
        self._first = state.first
        self._reach.restore(state.reach)
        for shape, known in zip(self._shapes, state.shapes, strict=True):
            shape.restore(known)
        for scale, scaled in zip(self._scales, state.scales, strict=True):
            scale.restore(scaled)
        self._rarity.restore(state.rarity)
        self._looked = None

    def _look(self, value: float) -> Look:
        moved = value - self._first
        distances = (*(shape.distance(moved) for shape in self._shapes), self._reach.distance(value))
        if self.warming_up:
            return Look(value, distances, None, None)
        least = FLOOR * self._reach.width
        floors = (*(least for _ in self._shapes), 0.0)
        ratios = (scale.ratio(d, floor) for scale, d, floor in zip(self._scales, distances, floors, strict=True))
        score = round(sum(math.log10(1.0 + ratio) for ratio in ratios) / len(distances), DIGITS)
        return Look(value, distances, score, round(self._rarity.surprise(score), DIGITS))


def _number(value: float | None) -> float | None:
    """The value as it may be counted with, or None if there is none."""
    if value is None or not math.isfinite(value):
        return None
    return max(-LARGEST, min(LARGEST, float(value)))
