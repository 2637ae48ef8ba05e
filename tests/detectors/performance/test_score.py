"""How far a post is from what was expected."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.performance.score import SpreadBank, count_at, score

ONE = np.ones(1)


@given(st.floats(0.1, 1e6), st.floats(0, 8), st.floats(1, 10), st.floats(0.01, 4))
def test_a_count_has_its_score(expected: float, deviation: float, batch: float, spread: float) -> None:
    """`count_at` is the inverse of `score`."""
    given_ = expected * ONE, batch * ONE, spread * ONE
    assert score(count_at(deviation, *given_), *given_)[0] == pytest.approx(deviation, abs=1e-6)


def test_no_count_is_below_0() -> None:
    """Also where so low a score has none."""
    assert count_at(-9.0, 2 * ONE, ONE, ONE)[0] == 0.0


def test_small_counts_are_no_wonder() -> None:
    """Three times as many are little of two, and much of two hundred."""
    low = score(6, 2 * ONE, ONE, 0.05 * ONE)[0]
    high = score(600, 200 * ONE, ONE, 0.05 * ONE)[0]
    assert low < 2.5
    assert high > 4.0


@pytest.mark.parametrize(("batch", "spread"), [(1.0, 1.0), (1.0, 0.2), (4.0, 0.05)])
def test_what_posts_stray_is_learned(batch: float, spread: float) -> None:
    """Whether they come in batches or succeed by luck, of small creators or large ones: scores become standard."""
    rng, n = np.random.default_rng(1), 20_000
    expected = rng.lognormal(4.0, 1.0, n)
    count = np.rint(batch * rng.poisson(expected * rng.gamma(1 / spread, spread, n) / batch)).astype(np.int64)
    bank, kind = SpreadBank(1, bucket_s=300.0), np.zeros(n, np.int64)
    for start in range(0, n, 500):
        mine = slice(start, start + 500)
        bank.learn(kind[mine], count[mine], expected[mine], start)
    assert score(count, expected, *bank.of(kind)).std() == pytest.approx(1.0, abs=0.25)


def test_an_outperformer_hardly_teaches() -> None:
    """A post a thousand times as good as expected moves the spread no more than one at the cut."""
    banks = [SpreadBank(1, bucket_s=300.0) for _ in range(2)]
    kind, expected = np.zeros(1, np.int64), np.full(1, 100.0)
    for bank, count in zip(banks, (100_000, 100_000_000), strict=True):
        bank.learn(kind, np.array([count]), expected, 0)
    assert banks[0].of(kind) == banks[1].of(kind)


def test_it_goes_on_from_a_snapshot() -> None:
    """What was learned is kept."""
    bank, other = (SpreadBank(2, bucket_s=300.0) for _ in range(2))
    bank.learn(np.array([0, 1, 1]), np.array([5, 9, 2]), np.array([3.0, 4.0, 8.0]), 7)
    other.restore(bank.snapshot())
    assert other.snapshot() == bank.snapshot()
