"""Money by the hour: what is told of baskets, sales and refunds, once and in minor units, and what is not told."""

import numpy as np
import pytest

from detectors.anomalies.alerts import alert_of
from detectors.anomalies.anomaly import Anomaly
from detectors.anomalies.counted import HOUR_S
from detectors.anomalies.hourly import HourlyWatch
from detectors.anomalies.measures import told as hours_of
from detectors.anomalies.rates import Hour
from detectors.anomalies.returned import WARM_UP_H, Returned
from detectors.anomalies.series import Series
from detectors.counts.ticks import FigureSums
from tests.detectors.anomalies.tills import START_S, Tills, played, told

EUR = "EUR"


def watching() -> HourlyWatch:
    return HourlyWatch(false_alerts_per_day=0.1)


def money(figure: str, scope: str = "campaign:spring", currency: str = EUR) -> Series:
    return Series.priced(figure, currency, scope)


def fired(news: list[Anomaly]) -> list[Anomaly]:
    return [one for one in news if one.action == "fired"]


def test_a_basket_that_halves_is_told_once() -> None:
    """Of the campaign, and as the reason why sales fall; amounts are what was sold, in minor units."""
    tills = Tills(("spring", "autumn"), seed=1, baskets=lambda c, _, h: 0.5 if c == "spring" and h >= 200 else 1.0)
    watch = watching()
    assert played(watch, tills, range(200)) == []
    first, *more = played(watch, tills, range(200, 230))
    assert fired(more) == []
    assert (first.kind, first.series, first.direction) == ("kpi_anomaly", money("average_basket"), "fall")
    assert START_S + 200 * HOUR_S < first.end_at <= START_S + 208 * HOUR_S
    assert 100_000 < first.observed < first.interval[0] < first.expected
    assert first.observed == int(first.observed)
    assert " EUR would be usual for as many orders" in alert_of(first, config_digest="c").explanation.en


def test_sales_that_end_are_one_alert() -> None:
    """Orders say why nothing is sold; that their baskets are missing says nothing."""
    tills = Tills(("spring", "autumn"), seed=10, sales=lambda c, _, h: 0.0 if c == "spring" and h >= 300 else 1.0)
    watch = watching()
    assert played(watch, tills, range(300)) == []
    (one,) = fired(played(watch, tills, range(300, 320)))
    assert one.series == Series("orders", "campaign:spring")
    assert one.end_at <= START_S + 308 * HOUR_S
    assert {series.scope for series in one.members} <= {"campaign:spring", "platform:x", "all"}


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_a_currency_falls_by_itself(currency: str) -> None:
    """Its sales end, as where a way to pay is broken; of the other nothing is told, not even that its share grows."""
    tills = Tills(
        ("spring",),
        seed=3,
        currencies=("EUR", "USD"),
        sales=lambda _, own, h: 0.0 if own == currency and h >= 300 else 1.0,
    )
    watch = watching()
    assert played(watch, tills, range(300)) == []
    found = fired(played(watch, tills, range(300, 325)))
    series = {series for one in found for series in (one.series, *one.members)}
    assert money("gmv_gross", currency=currency) in series
    assert {one.currency for one in series} <= {currency, None}


def test_a_jump_of_refunds_is_told() -> None:
    """What comes back in a day, for what was sold of late."""
    tills = Tills(("spring", "autumn"), seed=4, back=lambda c, _, h: 0.4 if c == "spring" and h >= 400 else 0.05)
    watch = watching()
    assert played(watch, tills, range(400)) == []
    (one,) = fired(played(watch, tills, range(400, 448)))
    assert (one.series, one.direction, one.window_s) == (money("given_back"), "rise", 86_400.0)
    assert "given back where" in alert_of(one, config_digest="c").explanation.en


@pytest.mark.parametrize("after_h", [1.0, 50.0])
@pytest.mark.parametrize(("factor", "hours"), [(3.0, 100), (10.0, 6), (0.1, 100)])
def test_refunds_go_by_what_was_sold_of_late(factor: float, hours: int, after_h: float) -> None:
    """Neither more sales, nor a rush, nor hardly any more are another share that comes back, be it soon or late."""

    def sales(_: str, __: str, hour: int) -> float:
        return factor if 400 <= hour < 400 + hours else 1.0

    watch, tills = watching(), Tills(("spring",), seed=5, sales=sales, after_h=after_h)
    news, most = played(watch, tills, range(400)), 0.0
    for hour in range(400, 500):
        news += played(watch, tills, (hour,))
        model = watch._known[money("given_back")].model
        assert isinstance(model, Returned)
        observed, expected = np.sum(model._rate._past, axis=0)
        most = max(most, observed / expected)
    assert most < 1.8
    assert not [s for one in news for s in (one.series, *one.members) if s.figure == "given_back"]


@pytest.mark.parametrize("orders", [4.0, 40.0])
def test_calm_shops_keep_the_promise(orders: float) -> None:
    """Ten campaigns over thirty days, 0.1 a day promised: 3 are to be expected at most, and 9 never.

    With few orders an hour one large order is most of it: by the tail of counts, 12 were told of 40 campaigns.
    """
    tills = Tills([f"c{n}" for n in range(10)], seed=6, orders=orders)
    assert len(fired(played(HourlyWatch(false_alerts_per_day=1.0), tills, range(30 * 24)))) <= 8


@pytest.mark.parametrize("cut", [20, 206])
def test_a_restart_goes_on_as_if_nothing_had_happened(cut: int) -> None:
    """Before an order's worth is known, and within an episode."""

    def made() -> Tills:
        return Tills(("spring",), seed=1, orders=9.0, baskets=lambda _, __, h: 0.2 if h >= 200 else 1.0)

    tills, whole, first, second = made(), watching(), watching(), watching()
    expected = played(whole, made(), range(240))
    assert fired(expected)
    begun = played(first, tills, range(cut))
    second.restore(first.snapshot())
    assert begun + played(second, tills, range(cut, 240)) == expected
    assert second.snapshot() == whole.snapshot()


def test_baskets_of_a_platform_in_doubt_teach_no_worth() -> None:
    """Nor does what it may be part of."""
    watch, tills = watching(), Tills(("spring",), seed=8)
    for hour in range(12):
        watch.step(START_S + (hour + 1) * HOUR_S, tills.hour(hour), ("platform:x",))
    assert watch._purse.snapshot() == {}


def test_money_is_forgotten_with_its_scope() -> None:
    """Refunds of ended sales keep it; after four weeks without any, it is gone."""
    watch = watching()
    day = 24
    one = {"orders@EUR": 60, "sold@EUR": 240_000, "gross@EUR": 240_000, "net@EUR": 236_000}
    watch.step(START_S + HOUR_S, [told("campaign:a", 0, one)], ())
    watch.step(START_S + 2 * HOUR_S, [told("campaign:a", 1, one)], ())
    assert {str(series) for series in watch._known if series.currency} == {
        "average_basket@EUR|campaign:a",
        "gmv_gross@EUR|campaign:a",
        "given_back@EUR|campaign:a",
    }
    watch.step(START_S + (20 * day + 1) * HOUR_S, [told("campaign:a", 20 * day, {"net@EUR": -4000})], ())
    watch.step(START_S + (30 * day + 1) * HOUR_S, (), ())
    assert {str(series) for series in watch._known} == {"given_back@EUR|campaign:a"}
    assert list(watch._purse.snapshot()) == ["average_basket@EUR|campaign:a"]
    watch.step(START_S + (49 * day + 1) * HOUR_S, (), ())
    assert (watch._known, watch._purse.snapshot()) == ({}, {})


def test_a_change_of_fewer_than_ten_orders_is_not_told() -> None:
    """Whatever a cent is worth: a yen has none."""
    for factor in (1, 100):
        watch = watching()
        for hour in range(300):
            sums = {"orders@JPY": 1, "sold@JPY": factor * (100 + hour % 7), "gross@JPY": factor * (100 + hour % 7)}
            watch.step(START_S + (hour + 1) * HOUR_S, [told("campaign:a", hour, sums | {"net@JPY": 0})], ())
        large = {"orders@JPY": 1, "sold@JPY": factor * 900, "gross@JPY": factor * 900, "net@JPY": factor * 900}
        assert watch.step(START_S + 301 * HOUR_S, [told("campaign:a", 300, large)], ()) == []


def test_a_new_share_that_lasts_is_what_is_usual() -> None:
    """As many days of it as settle a rate; the level is that of a day, not of the hour in which it settles."""
    model, rng = Returned(), np.random.default_rng(9)

    def hour(n: int, share: float) -> Hour:
        back = rng.poisson(20 * 3 * share) if 8 <= n % 24 < 16 else 0
        return Hour(START_S + n * HOUR_S, float(back), 20.0)

    for n in range(2 * WARM_UP_H):
        model.learn(hour(n, 0.05))
    settled = [n for n in range(2 * WARM_UP_H, 3 * WARM_UP_H) if model.learn(hour(n, 0.3))]
    assert 48 <= settled[0] - 2 * WARM_UP_H <= 72
    verdict = model.look(hour(3 * WARM_UP_H, 0.3))
    assert verdict.expected == pytest.approx(verdict.observed, rel=0.3)


def test_which_money_is_judged_where() -> None:
    """Gross sales where orders are counted by the hour; the rest everywhere; nothing of creators."""
    watch = watching()
    sums = {"orders@EUR": 60, "gross@EUR": 600_000, "sold@EUR": 480_000, "net@EUR": 470_000}
    scopes = ("all", "platform:x", "tier:nano", "campaign:a", "community:b", "creator:c")
    for hour in range(2):
        figures: list[FigureSums] = [told(scope, hour, sums) for scope in scopes]
        watch.step(START_S + (hour + 1) * HOUR_S, figures, ())
    judged = {(series.figure, series.dimension) for series in watch._known if series.currency}
    rest = {(figure, scope.partition(":")[0]) for figure in ("average_basket", "given_back") for scope in scopes[:-1]}
    assert judged == rest | {("gmv_gross", "campaign"), ("gmv_gross", "community")}


def test_an_order_that_is_told_late_makes_nothing_forgotten_too_early() -> None:
    """An hour of weeks before is told last: the worth of an order is known for as long as what is judged by it."""
    watch, hours = watching(), 300
    one = {"orders@EUR": 5, "gross@EUR": 25_000, "sold@EUR": 25_000, "net@EUR": 25_000}
    for hour in range(hours):
        sums = [] if hour == hours - 6 else [told("campaign:a", hour, one)]
        watch.step(START_S + (hour + 1) * HOUR_S, sums, ())
    watch.step(START_S + (hours + 1) * HOUR_S, [told("campaign:a", hours - 6, one)], ())
    for hour in range(hours + 1, hours + 29 * 24):
        watch.step(START_S + (hour + 1) * HOUR_S, (), ())
    assert (watch._known, watch._purse.snapshot()) == ({}, {})


def test_a_shop_to_which_nothing_comes_back_is_not_forgotten() -> None:
    """What it sells is remembered, though there are no refunds yet; but the first one finds no model that is warm."""
    watch = watching()
    one = {"orders@EUR": 20, "gross@EUR": 80_000, "sold@EUR": 80_000, "net@EUR": 80_000}
    for hour in range(30 * 24):
        watch.step(START_S + (hour + 1) * HOUR_S, [told("campaign:a", hour, one)], ())
    model = watch._known[Series.priced("given_back", "EUR", "campaign:a")].model
    assert isinstance(model, Returned)
    assert (model._hours, model.warm) == (30 * 24 - 3, False)  # an order's worth is known from the fourth hour on
    watch.step(START_S + (30 * 24 + 1) * HOUR_S, [told("campaign:a", 30 * 24, one | {"net@EUR": 0})], ())
    assert not model.warm


def test_an_order_that_is_told_after_its_refund_is_an_order() -> None:
    """More was taken back than sold in the hour: it had orders, and nothing came back."""
    ((_, hour),) = [
        (series, hour)
        for series, hour in hours_of(told("campaign:a", 0, {"orders@EUR": 3, "sold@EUR": 9000, "net@EUR": 9500}))
        if series.figure == "given_back"
    ]
    assert (hour.numerator, hour.denominator) == (0, 9000)
