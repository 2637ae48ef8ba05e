import math
from collections.abc import Callable

import numpy as np
import pytest

from detectors.anomalies.detector import SeriesDetector
from detectors.anomalies.forecast import LEAST_EXPECTED, CountForecast, calendar
from detectors.anomalies.tail import Tail

DAY_S = 86_400.0
Traffic = Callable[..., list[int]]


def learned(counts: list[int], *, strange: bool = False) -> CountForecast:
    forecast, tail = CountForecast(bucket_s=300.0), Tail(half_life=288)
    for i, count in enumerate(counts):
        at = 300.0 * i + 150.0
        ahead = forecast.predict(at)
        kept = tail.learn(count, ahead.expected, ahead.doubt)
        forecast.learn(at, count, kept, ahead, tail, strange=strange)
    return forecast


def test_the_calendar_tells_every_weekday_from_the_others() -> None:
    """And none of its features is redundant: one that only its prior holds fades to a singular matrix."""
    hours = np.array([list(calendar(hour * 3600.0).values()) for hour in range(7 * 24)])
    assert np.linalg.matrix_rank(hours) == hours.shape[1]
    noons = hours[12::24]
    assert len({tuple(noon) for noon in noons.round(9).tolist()}) == 7


def test_the_calendar_is_wide_enough_for_rivers_regression() -> None:
    """Below 8 features River keeps spare rows that fade to a singular matrix."""
    assert len(calendar(0.0)) >= 8


@pytest.mark.parametrize("weekday", range(7))
def test_a_busier_weekday_is_learned(weekday: int, traffic: Traffic) -> None:
    """Whichever it is, and from its midnight on; after three weeks within a tenth."""
    days = [(288 * day, 288 * (day + 1)) for day in range(weekday, 21, 7)]
    counts = traffic(days=21, mean=200, seed=6, spread=0.0, wander=0.0, factor=dict.fromkeys(days, 1.6))
    usual = traffic(days=21, mean=200, seed=6, spread=0.0, wander=0.0)
    forecast = learned(counts)
    start = (21 + (weekday - 21) % 7) * DAY_S
    ahead = sum(forecast.predict(start + 300.0 * i + 150.0).expected for i in range(288))
    assert ahead == pytest.approx(1.6 * sum(usual[-288:]), rel=0.1)


def test_a_weekday_never_seen_is_in_doubt_from_its_midnight(traffic: Traffic) -> None:
    """The sixth day: its last minutes are well known, the first ones of the seventh are not yet."""
    forecast = learned(traffic(days=6, mean=200, seed=7))
    midnight = forecast.predict(6 * DAY_S + 150.0).doubt
    assert midnight > 3 * learned(traffic(days=6, mean=200, seed=7)[:-1]).predict(6 * DAY_S - 150.0).doubt


def test_the_daily_cycle_is_learned(traffic: Traffic) -> None:
    """After four days the busy hour and the quiet hour are foretold, days ahead."""
    forecast = learned(traffic(days=4, mean=200, seed=1))
    busy, quiet = forecast.predict(6 * DAY_S + 0.55 * DAY_S), forecast.predict(6 * DAY_S + 0.15 * DAY_S)
    assert busy.expected > 3 * quiet.expected
    assert busy.expected == pytest.approx(200 * 1.9, rel=0.4)


@pytest.mark.parametrize("points", [144, 145, 147])
def test_an_hour_never_seen_is_in_doubt(points: int, traffic: Traffic) -> None:
    """After one morning the evening is less known than after four days, also if nothing is learned in between."""
    counts = traffic(days=4, mean=200, seed=2)
    young, old = learned(counts[:points]), learned(counts)
    at = 300.0 * 1386 + 150.0
    assert young.predict(at).doubt > 2 * old.predict(at).doubt


def test_rare_acts_are_expected_without_bias(traffic: Traffic) -> None:
    """One act in five buckets: the sum of the expectations is the sum of the counts."""
    counts = traffic(days=10, mean=0.2, seed=3, spread=0.0, wander=0.0)
    forecast, tail, total = CountForecast(bucket_s=300.0), Tail(half_life=288), 0.0
    for i, count in enumerate(counts):
        ahead = forecast.predict(300.0 * i + 150.0)
        total += ahead.expected if i >= 288 else 0.0
        kept = tail.learn(count, ahead.expected, ahead.doubt)
        forecast.learn(300.0 * i + 150.0, count, kept, ahead, tail, strange=False)
    assert total == pytest.approx(sum(counts[288:]), rel=0.15)


def test_a_series_of_zeros_stays_possible() -> None:
    """Never expected to be 0, never a number that is not one."""
    assert learned([0] * 600).predict(200_000.0).expected == pytest.approx(LEAST_EXPECTED, rel=20)


def test_a_shift_is_accepted_only_while_the_series_is_strange(traffic: Traffic) -> None:
    """ADWIN sees the shift either way; without strangeness the level goes on as it was."""
    counts = traffic(days=3, mean=200, seed=4, factor={(720, 864): 0.02})
    at = 3 * DAY_S
    assert learned(counts, strange=True).predict(at).expected < learned(counts, strange=False).predict(at).expected


def test_a_restart_forgets_the_level_and_keeps_the_season(traffic: Traffic) -> None:
    """The cycle is still there after a gap."""
    forecast = learned(traffic(days=4, mean=200, seed=5, factor={(1100, 1152): 0.1}))
    before = forecast.predict(4.5 * DAY_S).expected
    forecast.restart_level()
    busy, quiet = forecast.predict(9.55 * DAY_S).expected, forecast.predict(9.15 * DAY_S).expected
    assert busy > 3 * quiet
    assert forecast.predict(4.5 * DAY_S).expected > before


def test_steady_hours_are_not_taken_for_certain() -> None:
    """Totals told once an hour, each of twelve buckets alike: what is expected two hours on is about the same."""
    strayed = []
    for seed in range(10):
        rng, detector = np.random.default_rng(seed), SeriesDetector(bucket_s=300.0, warm_up=36)
        for bucket, count in enumerate(np.repeat(np.exp(rng.normal(14.0, 0.15, 8)), 12).tolist()):
            detector.learn_one({"at": 300.0 * (bucket + 0.5), "count": int(count)})
        forecast = detector.look({"at": 300.0 * 120.5, "count": 0}).forecast
        strayed.append(abs(math.log(forecast.expected) - 14.0))
    assert float(np.mean(strayed)) < 0.45
