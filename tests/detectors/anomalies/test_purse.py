"""What an order is worth: known after the first, and then fixed."""

import pytest

from detectors.anomalies.purse import FIRST, Purse
from detectors.anomalies.rates import Hour
from detectors.anomalies.series import Series
from detectors.anomalies.verdict import Verdict

BASKET = Series.priced("average_basket", "EUR", "campaign:a")
SALES = Series.priced("gmv_gross", "EUR", "campaign:a")
BACK = Series.priced("given_back", "EUR", "campaign:a")


def taught(orders: int, each: int) -> Purse:
    purse = Purse()
    purse.learn({BASKET: Hour(3600.0, orders * each, orders)}, 10)
    return purse


def test_amounts_become_orders_and_are_told_in_money() -> None:
    """What is no money stays; what is given back is for what was sold, both amounts."""
    purse = taught(FIRST, 2500)
    hours = {
        Series("orders", "campaign:a"): Hour(7200.0, 7),
        BASKET: Hour(7200.0, 10_000, 4),
        SALES: Hour(7200.0, 12_500),
        BACK: Hour(7200.0, 2500, 10_000),
    }
    assert list(purse.in_orders(hours).values()) == [
        Hour(7200.0, 7),
        Hour(7200.0, 4.0, 4),
        Hour(7200.0, 5.0),
        Hour(7200.0, 1.0, 4.0),
    ]
    told = purse.in_money({SALES: Verdict(5.0, 5.0, 9.99, (7.0, 13.0), 1)})
    assert told == {SALES: Verdict(5.0, 12_500.0, 24_975.0, (17_500.0, 32_500.0), 1)}


@pytest.mark.parametrize("orders", [1, FIRST - 1])
def test_a_few_orders_say_nothing_yet(orders: int) -> None:
    """Of another currency or scope nothing is known either."""
    other = Series.priced("gmv_gross", "USD", "campaign:a")
    assert taught(orders, 2500).in_orders({SALES: Hour(7200.0, 5000)}) == {}
    assert taught(FIRST, 2500).in_orders({other: Hour(7200.0, 5000)}) == {}


def test_it_is_fixed_by_the_first() -> None:
    """Or what the models know would change its unit."""
    purse = taught(FIRST, 2500)
    purse.learn({BASKET: Hour(7200.0, 500_000, 10)}, 10)
    assert purse.in_orders({SALES: Hour(7200.0, 5000)}) == {SALES: Hour(7200.0, 2.0)}


def test_there_is_no_room_for_more() -> None:
    """Anybody can name campaigns; those that are known go on."""
    purse = taught(FIRST - 1, 2500)
    other = Series.priced("average_basket", "EUR", "campaign:b")
    purse.learn({other: Hour(7200.0, 5000, 2), BASKET: Hour(7200.0, 2500, 1)}, 1)
    assert purse.snapshot() == {"average_basket@EUR|campaign:a": (FIRST * 2500, FIRST, 7200.0)}
