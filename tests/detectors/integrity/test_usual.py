"""What is usual: mean and spread between groups, and the chance of a share."""

import numpy as np
import pytest
from scipy.stats import betabinom

from detectors.errors import DetectorError
from detectors.integrity.usual import Usual


def test_its_tail_is_the_beta_binomials() -> None:
    """As scipy has it."""
    usual = Usual(mean=0.3, spread=0.1)
    a, b = 0.3 * 9, 0.7 * 9
    for count, of in ((1, 1), (5, 9), (20, 30), (30, 30)):
        assert usual.surprise(count, of) == pytest.approx(-np.log10(betabinom.sf(count - 1, of, a, b)), abs=1e-3)


def test_it_learns_mean_and_spread() -> None:
    """Of groups that differ beyond chance; a share of all or nothing is then no surprise."""
    rng = np.random.default_rng(1)
    alike, apart = Usual(mean=0.5, spread=0.3), Usual(mean=0.5, spread=0.3)
    for _ in range(2000):
        alike.learn(int(rng.binomial(40, 0.2)), 40)
        apart.learn(int(rng.binomial(40, rng.beta(0.2, 0.8))), 40)
    assert alike.mean == pytest.approx(0.2, abs=0.02)
    assert apart.mean == pytest.approx(0.2, abs=0.04)
    assert alike.spread < 0.03
    assert apart.spread == pytest.approx(0.5, abs=0.08)
    assert apart.surprise(40, 40) < 2
    assert alike.surprise(40, 40) > 10


def test_false_flags_are_as_rare_as_promised() -> None:
    """Groups that are like those learned pass one in a hundred about once in a hundred times."""
    rng = np.random.default_rng(2)
    usual = Usual(mean=0.3, spread=0.2)
    passed = 0
    for i in range(6000):
        n = int(rng.integers(5, 60))
        k = int(rng.binomial(n, rng.beta(1.5, 6.0)))
        passed += i >= 1000 and usual.surprise(k, n) >= 2
        usual.learn(k, n)
    assert passed <= 1.5 * 50


def test_much_of_one_group_is_no_more_than_some() -> None:
    """What differs between groups is not known better by ever more of one: 200 count."""
    usual = Usual(mean=0.3, spread=0.1)
    assert usual.surprise(16_000, 20_000) == usual.surprise(160, 200)


def test_nothing_to_count_is_no_surprise() -> None:
    """And is not learned."""
    usual = Usual(mean=0.3, spread=0.1)
    usual.learn(0, 0)
    assert (usual.surprise(0, 0), usual.surprise(0, 9), usual.mean) == (0.0, 0.0, 0.3)


def test_impossible_priors_are_refused() -> None:
    """Name, value, range."""
    with pytest.raises(DetectorError, match=r"spread = 1: must lie between 0 and 1"):
        Usual(mean=0.5, spread=1)
