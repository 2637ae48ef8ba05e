"""Figures by the hour: what is told of a campaign's conversion and counts, once, and what is not told."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pytest

from detectors.anomalies.anomaly import Anomaly
from detectors.anomalies.counted import HOUR_S
from detectors.anomalies.hourly import HourlyWatch
from detectors.anomalies.rates import Hour, Rate
from detectors.anomalies.series import Series
from detectors.counts.ticks import FigureSums

START_S = 1_780_012_800
Odds = Callable[[str, int], float]


def told(scope: str, hour: int, orders: int, clicks: int, *, width_s: int = 3600, revision: int = 0) -> FigureSums:
    sums = {"orders@EUR": orders, "clicks": clicks}
    return FigureSums(scope, START_S + hour * 3600, width_s, revision, sums, 0, 0, 0)


class Shop:
    """Campaigns whose clicks have a daily cycle, and whose conversion strays by a tenth from hour to hour."""

    def __init__(self, campaigns: Sequence[str], *, seed: int, rate: Odds = lambda *_: 0.03) -> None:
        self._rng = np.random.default_rng(seed)
        self._campaigns, self._rate = campaigns, rate
        self.clicks = dict.fromkeys(campaigns, 2000.0)

    def hour(self, hour: int) -> list[FigureSums]:
        """What is told of an hour; all campaigns are on one platform."""
        day = 1.0 + 0.7 * np.sin(2 * np.pi * hour / 24)
        found = []
        for name in self._campaigns:
            clicks = int(self._rng.poisson(self.clicks[name] * day))
            odds = min(1.0, self._rate(name, hour) * self._rng.gamma(100.0, 0.01))
            found.append((f"campaign:{name}", int(self._rng.binomial(clicks, odds)), clicks))
        sums = [sum(column) for column in list(zip(*found, strict=True))[1:]]
        wide = [(scope, *sums) for scope in ("all", "platform:x")]
        return [told(scope, hour, *of) for scope, *of in (*wide, *found)]


def played(watch: HourlyWatch, shop: Shop, hours: Iterable[int], untrusted: Sequence[str] = ()) -> list[Anomaly]:
    """Hour by hour, twelve buckets each, of which the last brings the figures."""
    news = []
    for hour in hours:
        for bucket in range(1, 13):
            end_at = START_S + hour * HOUR_S + 300.0 * bucket
            news += watch.step(end_at, shop.hour(hour) if bucket == 12 else (), untrusted)
    return news


def watching() -> HourlyWatch:
    return HourlyWatch(false_alerts_per_day=0.1)


def halved(name: str, hour: int) -> float:
    """One campaign's links are broken for half of its people, from the 200th hour to the 220th."""
    return 0.015 if name == "spring" and 200 <= hour < 220 else 0.03


def test_a_campaigns_conversion_falls() -> None:
    """Told once, of the campaign, though platform and all fall with it; resolved when it is over."""
    fired, *grown, resolved = played(watching(), Shop(("spring", "autumn"), seed=1, rate=halved), range(240))
    assert {(one.action, one.opened_at) for one in grown} <= {("updated", fired.opened_at)}
    assert (fired.kind, fired.action, fired.direction) == ("kpi_anomaly", "fired", "fall")
    assert fired.series == Series("conversion", "campaign:spring")
    assert START_S + 200 * HOUR_S < fired.end_at <= START_S + 206 * HOUR_S
    assert fired.observed < fired.interval[0] < fired.expected
    assert (resolved.action, resolved.series, resolved.outcome) == ("resolved", fired.series, "recovered")
    assert START_S + 220 * HOUR_S < resolved.end_at <= START_S + 230 * HOUR_S


def test_fewer_clicks_are_no_worse_conversion() -> None:
    """A rate is judged for the denominator that there was; that there are fewer orders is told."""
    watch, shop = HourlyWatch(false_alerts_per_day=1.0), Shop(("spring",), seed=2)
    assert played(watch, shop, range(200)) == []
    shop.clicks["spring"] = 400.0
    assert {one.series for one in played(watch, shop, range(200, 230))} == {Series("orders", "campaign:spring")}


def test_a_campaign_that_sells_nothing_any_more_is_told() -> None:
    """Though nothing is told of it: an hour later, as its figures may wait that long."""
    watch, shop = watching(), Shop(("spring",), seed=6)
    assert played(watch, shop, range(200)) == []
    news = [one for hour in range(200, 206) for one in watch.step(START_S + (hour + 1) * HOUR_S, (), ())]
    assert (news[0].series, news[0].direction, news[0].observed) == (Series("orders", "campaign:spring"), "fall", 0.0)
    assert news[0].end_at <= START_S + 203 * HOUR_S


def test_an_hour_without_any_is_learned_though_the_next_has_some() -> None:
    """A shop that sells ten in every second hour is expected to sell five."""
    watch = watching()
    for hour in range(400):
        orders = 10 * (hour % 2)
        watch.step(START_S + (hour + 1) * HOUR_S, [told("campaign:a", hour, orders, 0)] if orders else [], ())
    counted = watch._known[Series("orders", "campaign:a")].model
    ahead = [counted.look(Hour(START_S + (400 + n) * HOUR_S, 5)) for n in range(1, 25)]
    assert np.mean([verdict.expected / verdict.span for verdict in ahead]) == pytest.approx(5.0, rel=0.2)


def test_what_is_told_late_is_not_taken_twice() -> None:
    """An hour that was taken for nothing stays so."""
    watch, shop = watching(), Shop(("spring",), seed=7)
    played(watch, shop, range(100))
    orders = Series("orders", "campaign:spring")
    for hour in (100, 101):
        watch.step(START_S + (hour + 1) * HOUR_S, [told("all", hour, 60, 2000)], ())
    before = watch._known[orders].model.snapshot()
    watch.step(START_S + 102 * HOUR_S + 300.0, [told("campaign:spring", 100, 60, 2000)], ())
    assert watch._known[orders].model.snapshot() == before


def test_an_hour_that_is_told_late_is_not_judged_again() -> None:
    """It was taken for nothing, and told of as such; what it was is no news of the hour that ends now."""
    watch, shop = watching(), Shop(("spring",), seed=7)
    assert played(watch, shop, range(200)) == []
    watch.step(START_S + 201 * HOUR_S, shop.hour(200), ())
    watch.step(START_S + 202 * HOUR_S, (), ())
    assert watch.step(START_S + 202 * HOUR_S + 300.0, [told("campaign:spring", 200, 900, 2000)], ()) == []


def test_empty_hours_of_orders_are_learned_while_totals_are_in_doubt() -> None:
    """No total tells of orders: every second hour with ten of them is still five an hour."""
    watch = watching()
    for hour in range(400):
        orders = 10 * (hour % 2)
        watch.step(START_S + (hour + 1) * HOUR_S, [told("campaign:a", hour, orders, 0)] if orders else [], (), {"x"})
    counted = watch._known[Series("orders", "campaign:a")].model
    ahead = [counted.look(Hour(START_S + (400 + n) * HOUR_S, 5)) for n in range(1, 25)]
    assert np.mean([verdict.expected / verdict.span for verdict in ahead]) == pytest.approx(5.0, rel=0.2)


def test_calm_figures_keep_the_promise() -> None:
    """Forty campaigns over forty days, 0.1 a day promised: 4 are to be expected at most, and 11 never."""
    watch, shop = HourlyWatch(false_alerts_per_day=1.0), Shop([f"c{n}" for n in range(40)], seed=3)
    fired = [one for one in played(watch, shop, range(40 * 24)) if one.action == "fired"]
    assert len(fired) <= 10


def test_a_lasting_change_is_told_once_and_becomes_usual() -> None:
    """The campaign has another landing page: news for some hours, then what is expected."""
    shop = Shop(("spring",), seed=4, rate=lambda _, hour: 0.03 if hour < 200 else 0.06)
    watch = watching()
    news = played(watch, shop, range(300))
    told_of = [(one.action, one.outcome) for one in news if one.action != "updated"]
    assert told_of == [("fired", None), ("resolved", "new_level")]
    rate = watch._known[Series("conversion", "campaign:spring")].model
    assert isinstance(rate, Rate)
    assert rate._level.value == pytest.approx(0.06, rel=0.1)


def test_what_a_platform_in_doubt_may_be_part_of_is_not_judged() -> None:
    """Nor learned: the campaign may be on it. Other platforms are."""
    watch, shop = watching(), Shop(("spring",), seed=5, rate=lambda _, hour: 0.03 if hour < 100 else 0.001)
    played(watch, shop, range(100))
    before = watch._known[Series("conversion", "campaign:spring")].model.snapshot()
    assert played(watch, shop, range(100, 120), ("platform:x",)) == []
    assert watch._known[Series("conversion", "campaign:spring")].model.snapshot() == before
    assert watch.take_held() >= 15 * 3
    assert watch.take_held() == 0
    lead = played(watch, shop, range(120, 122), ("platform:y",))[0]
    assert lead.series == Series("conversion", "platform:x")


def test_where_totals_are_not_told_in_time_what_they_tell_is_not_judged() -> None:
    """Conversion has clicks, which totals may tell; orders are told by themselves."""
    watch, shop = watching(), Shop(("spring",), seed=5, rate=lambda _, hour: 0.03 if hour < 200 else 0.0005)
    played(watch, shop, range(200))
    rate, count = (watch._known[Series(name, "campaign:spring")].model for name in ("conversion", "orders"))
    before = rate.snapshot(), count.snapshot()
    news = [
        a for h in range(200, 203) for a in watch.step(START_S + (h + 1) * HOUR_S, shop.hour(h), (), {"platform:x"})
    ]
    assert news[0].series == Series("orders", "campaign:spring")
    assert rate.snapshot() == before[0]
    assert count.snapshot() != before[1]


def test_an_hour_is_judged_as_it_is_first_told() -> None:
    """Neither corrections nor days, and no creators: these have a judge of their own."""
    watch = watching()
    watch.step(
        START_S + HOUR_S,
        [
            told("all", 0, 20, 300),
            told("campaign:a", 0, 5, 100, revision=1),
            told("campaign:a", 0, 5, 100, width_s=86_400),
            told("creator:anna", 0, 5, 100),
            told("campaign:b", 0, 3, 0),
            told("campaign:c", 0, 5, 100),
        ],
        (),
    )
    assert {str(series) for series in watch._known if series.scope != "all"} == {
        "orders|campaign:b",
        "conversion|campaign:c",
        "orders|campaign:c",
    }


def test_an_hour_of_which_next_to_nothing_is_expected_is_judged_too() -> None:
    """One click an hour at night, where hardly one in ten thousand is an order: what is expected rounds to nothing."""
    rate = Rate()
    for hour in range(54):
        rate.learn(Hour(HOUR_S * hour, int(hour == 0), 1000 if hour < 48 else 1))
    low, high = rate.look(Hour(54 * HOUR_S, 0, 1)).interval or (1.0, 0.0)
    assert low == 0.0 <= high < 2.0


@pytest.mark.parametrize("cut", [30, 205])
def test_a_restart_goes_on_as_if_nothing_had_happened(cut: int) -> None:
    """Before and within an episode."""
    shops = [Shop(("spring", "autumn"), seed=1, rate=halved) for _ in range(2)]
    whole, first, second = watching(), watching(), watching()
    expected = played(whole, shops[0], range(240))
    begun = played(first, shops[1], range(cut))
    second.restore(first.snapshot())
    assert begun + played(second, shops[1], range(cut, 240)) == expected
    assert second.snapshot() == whole.snapshot()


def test_what_is_told_no_more_is_forgotten() -> None:
    """Campaigns end."""
    watch = watching()
    watch.step(START_S + HOUR_S, [told("campaign:a", 0, 5, 100)], ())
    watch.step(START_S + 30 * 86_400, [], ())
    assert watch._known == {}
