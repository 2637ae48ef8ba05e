"""Signs that are each ordinary but not together: distance by River's online covariance. It names no single sign."""

from collections import deque
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from river.covariance import EmpiricalCovariance

from detectors.anomalies.models import VERSIONS, CovarianceState, covariance_state, restore_covariance

LEAST_GROUPS = 250
"""Groups to be learned before it says anything."""

REMEMBERED = 2000
"""Scores that a new one is compared with."""

LEAST_VARIANCE = 0.03
"""Added to each sign's variance, what chance alone makes of it: what was never seen is not infinitely strange."""

DIGITS = 6


class MixState(msgspec.Struct, frozen=True, array_like=True):
    """The covariance, groups learned, the last scores as f8[n], and the versions of the libraries."""

    versions: dict[str, str]
    covariance: CovarianceState
    learned: int
    scores: bytes


class UnusualMix:
    """How strange the signs of a group are together, learned from groups one after the other.

    A sign of surprise s enters as s / (1 + s), 0 to 1: so a single strong sign does not hide the others. The score is
    the squared Mahalanobis distance from the usual, upwards only. Score first, then learn.

    Cost: 0.1 ms to score, 30 us to learn; 20 kB, the last scores.
    Source: Mahalanobis 1936; upwards only, and the rank among the last scores, are ours.

    >>> mix = UnusualMix()
    >>> for i in range(1500): mix.learn({"a": i % 5 / 10, "b": i % 7 / 10})
    >>> mix.chance({"a": 0.2, "b": 0.2}) > 0.01 > mix.chance({"a": 9.0, "b": 9.0})
    True
    """

    def __init__(self) -> None:
        self._covariance: Any = EmpiricalCovariance()  # type: ignore[no-untyped-call] # River has no types there
        self._scores: deque[float] = deque(maxlen=REMEMBERED)
        self._learned = 0
        self.cold: str | None = None
        """Why it was not restored with the rest, until it learns again."""

    def score(self, surprises: Mapping[str, float]) -> float | None:
        """How strange they are together, from 0 on; None while warming up."""
        if self._learned < LEAST_GROUPS:
            return None
        names = sorted(surprises)
        known = self._covariance
        matrix = np.array([[known[a, b].get() for b in names] for a in names])
        means = np.array([known[name, name].mean.get() for name in names])
        values = _squashed(surprises)
        above = np.maximum(np.array([values[name] for name in names]) - means, 0.0)
        distance = above @ np.linalg.solve(matrix + LEAST_VARIANCE * np.eye(len(names)), above)
        return round(float(distance), DIGITS)

    def chance(self, surprises: Mapping[str, float]) -> float | None:
        """The share of the groups learned that were as strange, and this one; None while warming up."""
        score = self.score(surprises)
        if score is None or not self._scores:
            return None
        return (1 + sum(one >= score for one in self._scores)) / (1 + len(self._scores))

    def learn(self, surprises: Mapping[str, float]) -> None:
        """Take in a group, after it was scored. All groups have the same signs."""
        score = self.score(surprises)
        if score is not None:
            self._scores.append(score)
        self._covariance.update(_squashed(surprises))
        self._learned += 1
        self.cold = None

    def snapshot(self) -> MixState:
        """What it has learned."""
        scores = np.array(self._scores, np.float64).tobytes()
        return MixState(VERSIONS, covariance_state(self._covariance), self._learned, scores)

    def restore(self, state: MixState) -> None:
        """Go on from a snapshot; one that other versions of the libraries wrote is not used: it learns again."""
        changed = [f"{name} {was} -> {VERSIONS[name]}" for name, was in state.versions.items() if VERSIONS[name] != was]
        if changed:
            self.cold = ", ".join(changed)
            return
        restore_covariance(self._covariance, state.covariance)
        self._learned = state.learned
        self._scores.extend(np.frombuffer(state.scores).tolist())


def _squashed(surprises: Mapping[str, float]) -> dict[str, float]:
    return {name: s / (1 + s) for name, s in surprises.items()}
