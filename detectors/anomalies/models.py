"""River's models as plain numbers and back: no code is loaded from a topic. Bound to versions, for it looks inside."""

import sys
from typing import Any

import msgspec
import numpy as np
from river.__version__ import __version__ as river_version

VERSIONS = {
    "river": river_version,
    "numpy": np.__version__,
    "python": f"{sys.version_info.major}.{sys.version_info.minor}",
}
"""What the state of models was taken with; under other versions it may mean something else."""


class RegressionState(msgspec.Struct, frozen=True, array_like=True):
    """A `river.linear_model.BayesianLinearRegression` of n features with room for c: f8[c, c] twice, f8[c] twice."""

    features: tuple[str, ...]
    precision: bytes
    covariance: bytes
    natural_mean: bytes
    mean: bytes
    stale: bool
    """Whether `mean` is still to be worked out."""


class TreesState(msgspec.Struct, frozen=True, array_like=True):
    """A `river.anomaly.HalfSpaceTrees`: features; masses i4[trees, nodes, 2], of now and the last window."""

    features: tuple[str, ...]
    masses: bytes
    learned: int
    first: bool


class DriftState(msgspec.Struct, frozen=True, array_like=True):
    """A `river.drift.ADWIN`: the bytes that its own pickle would hold."""

    inner: bytes
    detected: bool


def regression_state(model: Any) -> RegressionState:
    """What a regression has learned."""
    return RegressionState(
        features=tuple(model._idx),
        precision=model._ss_arr.tobytes(),
        covariance=model._ss_inv_arr.tobytes(order="F"),
        natural_mean=model._eta_arr.tobytes(),
        mean=model._m_arr.tobytes(),
        stale=model._m_dirty,
    )


def restore_regression(model: Any, state: RegressionState) -> None:
    """Make a fresh regression, of the same parameters, one that has learned all that."""
    natural_mean = np.frombuffer(state.natural_mean).copy()
    room = len(natural_mean)
    model._idx = {name: i for i, name in enumerate(state.features)}
    model._cap = room
    model._ss_arr = np.frombuffer(state.precision).reshape(room, room).copy()
    # column by column, as River keeps it: another layout would round its products otherwise
    model._ss_inv_arr = np.frombuffer(state.covariance).reshape(room, room, order="F").copy(order="F")
    model._eta_arr = natural_mean
    model._m_arr = np.frombuffer(state.mean).copy()
    model._m_dirty = state.stale


def drift_state(detector: Any) -> DriftState:
    """What a drift detector has seen."""
    return DriftState(detector._helper.__getstate__(), detector._drift_detected)


def restore_drift(detector: Any, state: DriftState) -> None:
    """Make a fresh detector, of the same parameters, one that has seen all that."""
    detector._helper.__setstate__(state.inner)
    detector._drift_detected = state.detected


def is_first_window(model: Any) -> bool:
    """Whether half-space trees have no masses to score with yet: they then say 0, which also means ordinary."""
    return bool(model._first_window)


def trees_state(model: Any, features: tuple[str, ...]) -> TreesState:
    """What half-space trees have learned of these features."""
    masses = [[(node.l_mass, node.r_mass) for node in nodes] for nodes in model._tree_nodes]
    return TreesState(features, np.array(masses, np.int32).tobytes(), model.counter, model._first_window)


def restore_trees(model: Any, state: TreesState) -> None:
    """Make fresh trees, of the same parameters and the same seed, ones that have learned all that."""
    if not state.features:
        return
    model.learn_one(dict.fromkeys(state.features, 0.0))  # the trees are grown by the first one; the seed decides how
    masses = np.frombuffer(state.masses, np.int32).reshape(model.n_trees, -1, 2).tolist()
    for nodes, of_tree in zip(model._tree_nodes, masses, strict=True):
        for node, (left, right) in zip(nodes, of_tree, strict=True):
            node.l_mass, node.r_mass = left, right
    model.counter, model._first_window = state.learned, state.first
