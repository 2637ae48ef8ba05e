"""Boosting that never stops: after every so many answers one more small tree, while the older trees fade.

Knows numbers and answers; not lists, not trends, and not when an answer is due (`waiting.py` does).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from river import base
from river.base.typing import ClfTarget, FeatureName

from detectors.errors import DetectorError
from detectors.forecast.knobs import BYTE, Knobs, checked
from detectors.forecast.tree import Tree, grow
from detectors.forecast.window import MISSING, Values, Window, WindowState

FORMAT = 1
"""Of a forest's state."""
P_DIGITS = 6
"""Probabilities are rounded before anybody compares them: the last bits of exp differ between processors."""
YOUNG = 20_000
"""While fewer answers were seen than that, trees come sooner, up to ten times."""
LEAST_ERROR = 1e-9
"""Where all is right there is nothing to draw, and nothing to divide by."""
BASE_YES, BASE_ALL = 1.0, 15.0
"""What is believed before any answer: 1 in 15."""


class ForestState(msgspec.Struct, frozen=True, array_like=True):
    """All that a forest remembers; arrays as bytes, little-endian, of the shapes that its knobs give."""

    format: int
    knobs: tuple[float, ...]
    features: tuple[str, ...]
    seen: int
    yes: int
    bias: float
    grown: int
    columns: bytes
    splits: bytes
    leaves: bytes
    window: WindowState
    new: bytes
    new_answers: bytes


class RollingForest(base.Classifier):
    """A fading sum of small oblivious trees: one more per `every` answers, fitted to the last `window` of them.

    A River classifier of two classes; `learn_one` may come hours after `predict_proba_one`. A new tree is fitted to
    what the ensemble still gets wrong; of the window it looks at about `sample` answers, drawn in proportion to their
    error and weighted back. Nothing is drawn from a generator with a past: the same answers give the same forest.

    Args:
        features: their names, in order. None: those of the first x. A later x may lack some; new ones are passed over.
        knobs: pace, size and patience.

    Shapes: `margin` takes f4[features], `learn` the same and an answer. State: 5 bytes a feature and answer of the
    window, 300 a tree. Cost: docs/decisions/0023-forecasting.md.
    Raises: DetectorError for a knob out of range, or a state of another format or other knobs.
    Source: Friedman, Stochastic gradient boosting, 2002; Ibragimov and Gusev, Minimal variance sampling in stochastic
    gradient boosting, NeurIPS 2019; the fading and the pace are ours (docs/decisions/0023-forecasting.md).

    >>> forest = RollingForest(knobs=Knobs(every=50, window=500, sample=200, trees=20, warm_up=50))
    >>> for i in range(500): forest.learn_one({"a": i % 7, "b": i % 3}, i % 7 > 3)
    >>> forest.predict_one({"a": 6, "b": 0}), forest.predict_one({"a": 1})
    (True, False)
    """

    def __init__(self, *, features: Sequence[str] | None = None, knobs: Knobs | None = None) -> None:
        self.knobs = checked(knobs or Knobs())
        self._features: tuple[str, ...] = ()
        self.seen = 0
        self._yes = 0
        self._bias = 0.0
        self._grown = 0
        self._new: list[Values] = []
        self._new_answers: list[bool] = []
        trees, leaves = self.knobs.trees, 1 << self.knobs.depth
        self._columns = np.zeros((trees, BYTE), np.intp)
        self._splits = np.full((trees, BYTE), np.inf, np.float32)
        self._leaves = np.zeros((trees, leaves), np.float32)
        self._offsets = np.arange(trees) * leaves
        if features is not None:
            self._start(features)

    def _start(self, features: Sequence[str]) -> None:
        self._features = tuple(features)
        self._window = Window(features=len(features), size=self.knobs.window, bins=self.knobs.bins)

    @property
    def warming_up(self) -> int:
        """Answers still to come before the first tree."""
        return max(0, self.knobs.warm_up - self.seen)

    def predict_proba_one(self, x: Mapping[FeatureName, Any], **kwargs: Any) -> dict[ClfTarget, float]:  # noqa: ANN401, ARG002 # River's signature
        """Probability of no and of yes; the share of yes so far while there is no tree."""
        p = round(float(1.0 / (1.0 + np.exp(-self.margin(self._vector(x))))), P_DIGITS)
        return {False: round(1.0 - p, P_DIGITS), True: p}

    def learn_one(self, x: Mapping[FeatureName, Any], y: ClfTarget) -> None:
        """Take in an answer."""
        self.learn(self._vector(x), bool(y))

    def _vector(self, x: Mapping[FeatureName, Any]) -> Values:
        if not self._features:
            self._start(sorted(str(name) for name in x))
        return vector([x.get(name, np.nan) for name in self._features])

    def margin(self, values: Values) -> float:
        """Log-odds of yes: f4[features], without nan -> one number."""
        if not self._grown:
            share = (self._yes + BASE_YES) / (self.seen + BASE_ALL)
            return float(np.log(share / (1.0 - share)))
        alive = min(self._grown, self.knobs.trees)
        yes = values.take(self._columns[:alive].ravel()) > self._splits[:alive].ravel()
        leaves = np.packbits(yes) + self._offsets[:alive]
        return float(np.float32(self._bias) + self._leaves.ravel().take(leaves).sum())

    def _margins(self, values: Values) -> Values:
        """What the trees say of f4[n, features] -> f4[n], each as `margin`."""
        alive = min(self._grown, self.knobs.trees)
        yes = values.take(self._columns[:alive].ravel(), 1) > self._splits[:alive].ravel()
        leaves = np.packbits(yes, axis=1) + self._offsets[:alive]
        margins: Values = np.float32(self._bias) + self._leaves.ravel().take(leaves).sum(1)
        return margins

    def learn(self, values: Values, answer: bool) -> None:
        """Take in an answer: f4[features], without nan."""
        self._new.append(values)
        self._new_answers.append(answer)
        self.seen += 1
        self._yes += answer
        pace = self.knobs.every * min(1.0, max(0.1, self.seen / YOUNG))
        if not self.warming_up and len(self._new) >= pace:
            self._remember()
            self._grow()

    def _remember(self) -> None:
        """Moves the new answers into the window, with what the ensemble says of them now."""
        if not self._window.held:
            self._bias = float(np.log((self._yes + 1) / (self.seen - self._yes + 1)))
        values, answers = np.array(self._new)[-self.knobs.window :], np.array(self._new_answers, np.uint8)
        self._new, self._new_answers = [], []
        margins = self._margins(values) if self._grown else np.full(len(values), self._bias, np.float32)
        answers = answers[-self.knobs.window :]
        self._window.take(values, answers, margins, seen=self.seen, seed=self.knobs.seed + self.seen)

    def _grow(self) -> None:
        knobs, window, slot = self.knobs, self._window, self._grown % self.knobs.trees
        held = slice(0, window.held)
        margins = window.margins[held]
        if self._grown >= knobs.trees:  # the oldest, nearly faded, makes room
            margins -= self._leaves[slot][self._paths(slot)]
        margins -= self._bias
        margins *= np.float32(1.0 - knobs.fade)
        margins += self._bias
        self._leaves *= np.float32(1.0 - knobs.fade)

        rng = np.random.default_rng((knobs.seed, 0, self._grown))
        p = 1.0 / (1.0 + np.exp(-margins))
        error = np.abs(window.answers[held] - p)
        chance = np.minimum(1.0, error * (knobs.sample / max(LEAST_ERROR, float(error.sum(dtype=np.float64)))))
        rows = np.flatnonzero(rng.random(window.held, np.float32) < chance)
        gradient = ((window.answers[rows] - p[rows]) / chance[rows]).astype(np.float64)
        hessian = (p[rows] * (1.0 - p[rows]) / chance[rows]).astype(np.float64)
        asked = rng.permutation(len(self._features))[: max(1, int(knobs.columns * len(self._features)))]
        cells = window.cells[asked][:, rows]
        tree = grow(cells, gradient, hessian, depth=knobs.depth, bins=knobs.bins, l2=knobs.l2)
        self._plant(slot, tree, asked)
        margins += self._leaves[slot][self._paths(slot)]
        self._grown += 1

    def _plant(self, slot: int, tree: Tree, asked: npt.NDArray[np.intp]) -> None:
        columns, first = asked[tree.columns], BYTE - self.knobs.depth
        edges = [self._window.edges[column] for column in columns]
        self._columns[slot, first:] = columns
        self._splits[slot, first:] = [e[min(at, len(e) - 1)] for e, at in zip(edges, tree.bins, strict=True)]
        self._leaves[slot] = self.knobs.rate * tree.leaves

    def _paths(self, slot: int) -> npt.NDArray[np.uint8]:
        """The leaf of a tree for each answer of the window."""
        values = self._window.values[:, : self._window.held]
        path = np.zeros(self._window.held, np.uint8)
        for level in range(BYTE - self.knobs.depth, BYTE):
            yes = values[self._columns[slot, level]] > self._splits[slot, level]
            path |= yes.view(np.uint8) << (BYTE - 1 - level)
        return path

    def snapshot(self) -> ForestState:
        """All it remembers. Raises: DetectorError if it has not met its features yet."""
        if not self._features:
            raise DetectorError("features = () must be known: a forest that has met no x has no state")
        return ForestState(
            FORMAT,
            tuple(map(float, self.knobs)),
            self._features,
            self.seen,
            self._yes,
            self._bias,
            self._grown,
            self._columns.astype("<i4").tobytes(),
            self._splits.astype("<f4").tobytes(),
            self._leaves.astype("<f4").tobytes(),
            self._window.snapshot(),
            np.array(self._new, "<f4").tobytes(),
            np.array(self._new_answers, np.uint8).tobytes(),
        )

    def restore(self, state: ForestState) -> None:
        """Go on from a snapshot of a forest with the same knobs."""
        mine = FORMAT, tuple(map(float, self.knobs))
        if (state.format, state.knobs) != mine:
            raise DetectorError(f"state of format and knobs {state.format}, {state.knobs} must be of {mine}")
        if self._features not in {(), state.features}:
            raise DetectorError(f"state of features {state.features} must be of {self._features}")
        self._start(state.features)
        self._window.restore(state.window)
        self.seen, self._yes, self._bias, self._grown = state.seen, state.yes, state.bias, state.grown
        self._columns[:] = np.frombuffer(state.columns, "<i4").reshape(self._columns.shape)
        self._splits[:] = np.frombuffer(state.splits, "<f4").reshape(self._splits.shape)
        self._leaves[:] = np.frombuffer(state.leaves, "<f4").reshape(self._leaves.shape)
        self._new = list(np.frombuffer(state.new, "<f4").astype(np.float32).reshape(-1, len(state.features)))
        self._new_answers = [bool(answer) for answer in state.new_answers]


def vector(values: Sequence[float]) -> Values:
    """Numbers as a forest wants them: f4[n], a nan made `MISSING`."""
    made = np.array(values, np.float32)
    made[made != made] = MISSING  # noqa: PLR0124 # only a nan differs from itself
    return made
