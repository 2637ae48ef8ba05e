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


class CovarianceState(msgspec.Struct, frozen=True, array_like=True):
    """A `river.covariance.EmpiricalCovariance`: pairs of features; of each n, both means, sum of products: f8[k, 4]."""

    pairs: tuple[tuple[str, str], ...]
    moments: bytes


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


def covariance_state(model: Any) -> CovarianceState:
    """What a covariance has learned."""
    pairs = tuple(model._cov)
    moments = [
        (one.n, one.mean._mean, one.mean._mean, one._S)
        if a == b
        else (one.n, one.mean_x._mean, one.mean_y._mean, one.cov)
        for (a, b), one in model._cov.items()
    ]
    return CovarianceState(pairs, np.array(moments, np.float64).tobytes())


def restore_covariance(model: Any, state: CovarianceState) -> None:
    """Make a fresh covariance one that has learned all that."""
    if not state.pairs:
        return
    model.update(dict.fromkeys(sorted({name for pair in state.pairs for name in pair}), 0.0))  # makes its parts
    for pair, (n, x, y, product) in zip(state.pairs, np.frombuffer(state.moments).reshape(-1, 4).tolist(), strict=True):
        one = model._cov[pair]
        if pair[0] == pair[1]:
            one.mean.n, one.mean._mean, one._S = n, x, product
        else:
            one.mean_x.n, one.mean_x._mean, one.cov = n, x, product
            one.mean_y.n, one.mean_y._mean = n, y
