"""Amounts: sums in which one order may be large."""

import math

import numpy as np
import pytest

from detectors.anomalies.rates import Hour, Rate
from detectors.anomalies.skewed import Skewed
from detectors.anomalies.tail import Tail


def strange(kind: type[Tail], orders: float) -> int:
    """Of 12,000 hours of shops in which nothing changes, those of a surprise of 3.5 or more; baskets are lognormal."""
    rng, found = np.random.default_rng(1), 0
    for _ in range(20):
        model = Rate(tail=kind)
        for n, count in enumerate(rng.poisson(orders, 600).tolist()):
            if count:
                hour = Hour(3600.0 * n, float(np.exp(rng.normal(-0.32, 0.8, count)).sum()), count)
                found += model.warm and model.look(hour).surprise >= 3.5
                model.learn(hour)
    return found


@pytest.mark.parametrize("orders", [4.0, 40.0])
def test_no_more_are_strange_than_it_says(orders: float) -> None:
    """Four are promised at most, and 9 never."""
    assert strange(Skewed, orders) <= 8


def test_by_the_tail_of_counts_a_large_order_among_few_is_strange_too_often() -> None:
    """Why there is another."""
    assert strange(Tail, 4.0) >= 12


def test_nothing_is_very_strange_and_no_error() -> None:
    """Orders may be free."""
    tail = Skewed(half_life=100.0)
    assert math.isfinite(tail.z(0.0, 5.0))
    assert tail.z(0.0, 5.0) < tail.z(0.1, 5.0) < tail.z(4.0, 5.0) < tail.z(50.0, 5.0)


@pytest.mark.parametrize("z", [-3.0, -1.96, 1.96, 3.0])
def test_an_amount_is_found_for_its_z(z: float) -> None:
    """The inverse, which intervals are made of."""
    tail = Skewed(half_life=100.0)
    assert tail.z(tail.count_at(z, 8.0), 8.0) == pytest.approx(z, abs=1e-6)


def test_orders_of_one_price_stray_little() -> None:
    """Its least variance is not that of acts that come one by one."""
    tails = [Tail(half_life=100.0), Skewed(half_life=100.0)]
    for n in range(400):
        for tail in tails:
            tail.learn(20.0 + 0.2 * (-1) ** n, 20.0 + 0.01 * (n % 3))
    assert tails[0].batch == 1.0
    assert tails[1].batch < 0.2
