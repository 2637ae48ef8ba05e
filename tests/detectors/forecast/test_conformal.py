import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import DetectorError
from detectors.forecast.conformal import ConformalInterval, ConformalState


def coverage(interval: ConformalInterval, forecasts: list[float], counts: list[int]) -> tuple[float, float]:
    """Share of counts inside what was promised before they came; share of those outside that were below."""
    inside, below, known = 0, 0, 0
    for expected, observed in zip(forecasts, counts, strict=True):
        promised = interval.around(expected)
        if promised is not None:
            known += 1
            inside += promised[0] <= observed <= promised[1]
            below += observed < promised[0]
        interval.learn(expected, observed)
    return inside / known, below / max(1, known - inside)


def drifting(seed: int, n: int = 4_000) -> tuple[list[float], list[int]]:
    """Counts whose forecast is right at first, then ever more too low, and then right but far more scattered."""
    rng = np.random.default_rng(seed)
    forecasts = rng.uniform(20, 400, n)
    bias = np.concatenate([np.ones(n // 4), np.linspace(1.0, 2.0, n // 2), np.ones(n - n // 4 - n // 2)])
    spread = np.where(np.arange(n) < 3 * n // 4, 0.05, 0.4)
    rates = forecasts * bias * rng.gamma(1 / spread, spread)
    return forecasts.tolist(), rng.poisson(rates).tolist()


@pytest.mark.parametrize("seed", range(5))
def test_nine_of_ten_counts_lie_within_whatever_drifts(seed: int) -> None:
    """90 +- 2 %, and the misses are on both sides."""
    share, below = coverage(ConformalInterval(), *drifting(seed))
    assert share == pytest.approx(0.90, abs=0.02)
    assert 0.3 < below < 0.7


def test_an_interval_that_does_not_adapt_would_not_do() -> None:
    """The same quantiles with levels that stay leave the promise on this stream."""
    share, _ = coverage(ConformalInterval(pace=1e-9, size=4_000), *drifting(1))
    assert abs(share - 0.90) > 0.02


@given(st.integers(0, 10**6), st.floats(0, 1e6))
def test_an_interval_has_two_ends(seed: int, expected: float) -> None:
    """In order, and no count below 0."""
    interval = ConformalInterval()
    for forecast, observed in np.random.default_rng(seed).pareto(0.5, (50, 2)).clip(0, 1e6).tolist():
        interval.learn(forecast, round(observed))
    promised = interval.around(expected)
    assert promised is not None
    assert 0.0 <= promised[0] <= promised[1] + 1


def test_it_says_none_while_warming_up() -> None:
    """Not knowing yet is None."""
    interval = ConformalInterval()
    for _ in range(29):
        interval.learn(10.0, 10)
    assert (interval.around(10.0), interval.warming_up) == (None, 1)


def test_a_restart_changes_nothing() -> None:
    """Through bytes and back."""
    forecasts, counts = drifting(2, n=600)
    left_alone, stopped = ConformalInterval(size=100), ConformalInterval(size=100)
    for i, (expected, observed) in enumerate(zip(forecasts, counts, strict=True)):
        if i == 333:
            saved = msgspec.msgpack.encode(stopped.snapshot())
            stopped = ConformalInterval(size=100)
            stopped.restore(msgspec.msgpack.decode(saved, type=ConformalState))
        left_alone.learn(expected, observed)
        stopped.learn(expected, observed)
    assert stopped.snapshot() == left_alone.snapshot()
    assert len(stopped.snapshot().scores) == 100


def test_impossible_arguments_are_refused() -> None:
    """By name, value and range."""
    with pytest.raises(DetectorError, match=r"miss = 1\.0"):
        ConformalInterval(miss=1.0)
    with pytest.raises(DetectorError, match=r"count = -1\.0"):
        ConformalInterval().around(-1.0)
