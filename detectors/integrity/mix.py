"""Signs that are each ordinary but not together: River's HalfSpaceTrees over all signs. It names no single sign."""

from collections import deque
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from river.anomaly import HalfSpaceTrees

from detectors.anomalies.models import VERSIONS, TreesState, is_first_window, restore_trees, trees_state

TREES, HEIGHT, WINDOW, SEED = 25, 7, 250, 1
"""Of the model; see docs/decisions/ for what was measured. A window of groups is learned before it says anything."""

REMEMBERED = 2000
"""Scores that a new one is compared with."""

DIGITS = 6


class MixState(msgspec.Struct, frozen=True, array_like=True):
    """The trees, the last scores as f8[n], and the versions of the libraries."""

    versions: dict[str, str]
    trees: TreesState
    scores: bytes


class UnusualMix:
    """How strange the signs of a group are together, learned from groups one after the other.

    A sign of surprise s enters as s / (1 + s): HalfSpaceTrees is blind outside of 0 to 1. Score first, then learn.

    Cost: 0.2 ms to score and learn; 70 kB.
    Source: Tan, Ting, Liu 2011, fast anomaly detection for streaming data; the rank among the last scores is ours.

    >>> mix = UnusualMix()
    >>> for i in range(1500): mix.learn({"a": i % 5 / 10, "b": i % 7 / 10})
    >>> mix.chance({"a": 0.2, "b": 0.2}) > 0.01 > mix.chance({"a": 9.0, "b": 9.0})
    True
    """

    def __init__(self) -> None:
        self._model: Any = HalfSpaceTrees(n_trees=TREES, height=HEIGHT, window_size=WINDOW, seed=SEED)
        self._scores: deque[float] = deque(maxlen=REMEMBERED)
        self._signs: tuple[str, ...] = ()
        self.cold: str | None = None
        """Why it was not restored with the rest, until it learns again."""

    def score(self, surprises: Mapping[str, float]) -> float | None:
        """How strange they are together, 0 to 1; None while warming up."""
        if is_first_window(self._model):
            return None
        return round(float(self._model.score_one(_squashed(surprises))), DIGITS)

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
        self._signs = tuple(sorted(surprises))
        self._model.learn_one(_squashed(surprises))
        self.cold = None

    def snapshot(self) -> MixState:
        """What it has learned."""
        scores = np.array(self._scores, np.float64).tobytes()
        return MixState(VERSIONS, trees_state(self._model, self._signs), scores)

    def restore(self, state: MixState) -> None:
        """Go on from a snapshot; one that other versions of the libraries wrote is not used: it learns again."""
        changed = [f"{name} {was} -> {VERSIONS[name]}" for name, was in state.versions.items() if VERSIONS[name] != was]
        if changed:
            self.cold = ", ".join(changed)
            return
        self._signs = state.trees.features
        restore_trees(self._model, state.trees)
        self._scores.extend(np.frombuffer(state.scores).tolist())


def _squashed(surprises: Mapping[str, float]) -> dict[str, float]:
    return {name: s / (1 + s) for name, s in surprises.items()}
