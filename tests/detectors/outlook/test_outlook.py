"""Who is asked about when, what is told, and that nobody learns before the time has come."""

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.errors import DetectorError
from detectors.model.forecasts import Forecast
from detectors.outlook.outlook import EVERY_S, Outlook
from detectors.outlook.told import KEPT
from tests.detectors.making import FIRST
from tests.detectors.outlook.world import BUCKET_S, CALM, LONG, SHORT, WINDOW, Curve, Stream, curves, fresh

ONE = Curve("one", FIRST, 40, 30)


def test_asked_when_it_is_first_news_and_by_the_hour() -> None:
    """Both horizons; not once it is no news any more."""
    stream = Stream([ONE])
    asked = []
    for bucket in range(FIRST, FIRST + 260):
        before = stream.outlook.tally.copy()
        stream.step(bucket)
        if stream.outlook.tally["6h", "asked"] > before["6h", "asked"]:
            assert stream.outlook.tally["24h", "asked"] == before["24h", "asked"] + 1
            asked.append(bucket)
    news = [bucket for bucket in range(FIRST, FIRST + 260) if ONE.observed(bucket) > CALM]
    assert asked == list(range(news[0], news[-1] + 1, round(EVERY_S / BUCKET_S)))


def test_learned_when_the_time_has_come_and_never_before() -> None:
    """The answer to a question of bucket b is learned with bucket b + horizon, from windows that end no later."""
    stream = Stream([ONE])
    first = next(bucket for bucket in range(FIRST, FIRST + 99) if ONE.observed(bucket) > CALM)
    learned: dict[str, list[int]] = {"6h": [], "24h": []}
    for bucket in range(FIRST, first + LONG + 1):
        stream.step(bucket)
        for name, horizon in stream.outlook.horizons():
            learned[name].append(horizon.reaches.record.n)
    assert learned["6h"][first + SHORT - FIRST - 1 :][:2] == [0, 1]
    assert learned["24h"][first + LONG - FIRST - 1 :][:2] == [0, 1]


def test_what_comes_after_the_horizon_changes_nothing() -> None:
    """Two streams that are alike up to a bucket, and differ wildly then: what is said up to there is the same."""
    made = curves(30, seed=1)
    other = [c if c.start < FIRST + 900 else c._replace(most=5 * c.most) for c in made]
    one, two = Stream(made), Stream(other)
    assert one.run(FIRST, FIRST + 900) == two.run(FIRST, FIRST + 900)
    assert one.outlook.snapshot() == two.outlook.snapshot()


def test_too_little_experience_no_forecast() -> None:
    """Nothing is told before so many answers are learned; then something is, with its record."""
    stream = Stream(curves(40, seed=2), fresh(least=80))
    told: list[Forecast] = []
    for bucket in range(FIRST, stream.end):
        learned = stream.outlook.short.reaches.record.n
        for said in stream.step(bucket).values():
            forecast = said.get("forecast")
            if isinstance(forecast, Forecast):
                assert learned >= 80
                told.append(forecast)
    assert told
    assert all(f.n >= 80 and 0 < f.brier < 0.25 and f.horizon_hours == 6.0 for f in told)
    assert all(f.interval[0] <= f.interval[1] for f in told)


def test_forecasts_are_worth_more_than_the_share_of_yes() -> None:
    """Replaced by a constant they would have no skill; the range holds about nine of ten."""
    stream = Stream(curves(150, seed=3, apart=10.0))
    judged: dict[tuple[str, Any], Any] = {}
    for bucket in range(FIRST, stream.end + SHORT):
        for name, said in stream.step(bucket).items():
            judged |= {(name, j.as_of): j for j in said.get("judged", ()) if j.horizon_hours == 6.0}  # type: ignore[union-attr]
    yes = np.array([j.observed >= j.target for j in judged.values()])
    p = np.array([j.probability for j in judged.values()])
    inside = np.array([j.interval[0] <= j.observed <= j.interval[1] for j in judged.values()])
    assert len(yes) > 700
    assert np.mean((p - yes) ** 2) < 0.6 * yes.mean() * (1 - yes.mean())
    assert abs(inside.mean() - 0.9) < 0.03


def test_what_came_is_shown_beside_what_was_promised() -> None:
    """Once, in the trend's own record; the latest of them."""
    stream, news = Stream(curves(30, seed=4)), 0
    for bucket in range(FIRST, stream.end):
        for name, said in stream.step(bucket).items():
            judged = said.get("judged", ())
            assert isinstance(judged, tuple)
            assert len(judged) <= KEPT
            assert len({(j.as_of, j.horizon_hours) for j in judged}) == len(judged)
            news += stream.outlook.has_news(name)
            assert not stream.outlook.has_news(name)
    assert news > 0


def test_what_is_over_has_no_forecast() -> None:
    """Nor has what is told of elsewhere since: that was about other people."""
    stream = Stream(curves(40, seed=5))
    stream.run(FIRST, FIRST + 1000)
    name, trend, bucket = next(
        (name, stream.trends[name], bucket)
        for bucket in range(FIRST + 1000, stream.end)
        for name, said in stream.step(bucket).items()
        if "forecast" in said
    )
    leader = trend.subjects[trend.leader]
    looks: dict[str, Any] = {"exposure": 1000.0, "communities": 1}
    assert stream.outlook.look(trend, leader, bucket, **looks).forecast
    trend.scope = "community:skincare"
    assert not stream.outlook.look(trend, leader, bucket, **looks).forecast
    assert name


def test_a_trend_that_is_forgotten_still_teaches() -> None:
    """Else only those would be learned from that lived on."""
    stream = Stream([ONE])
    stream.run(FIRST, FIRST + 40)
    stream.outlook.forget("one")
    asked = stream.outlook.tally["24h", "asked"]
    for bucket in range(FIRST + 40, FIRST + 40 + LONG):
        stream.outlook.learn(bucket)
    assert stream.outlook.tally["24h", "matured"] == asked > 0
    assert stream.outlook.snapshot().keys() & {"heard/one"} == set()


@settings(deadline=None, max_examples=6)
@given(st.integers(0, 2**32), st.integers(0, 800))
def test_a_restart_changes_nothing(seed: int, cut: int) -> None:
    """Cut anywhere: the same is said, byte for byte, and the state is the same."""
    whole = Stream(curves(15, seed=seed))
    whole.run(FIRST, FIRST + cut)
    again = Stream(whole.made)
    again.trends = copy.deepcopy(whole.trends)
    again.outlook.restore(whole.outlook.snapshot())
    assert again.outlook.snapshot() == whole.outlook.snapshot()
    assert again.run(FIRST + cut, FIRST + 900) == whole.run(FIRST + cut, FIRST + 900)
    assert again.outlook.snapshot() == whole.outlook.snapshot()


def test_another_format_is_refused() -> None:
    """A worker does not guess what another version meant."""
    parts = fresh().snapshot()
    changed = parts["state"].replace(b"\xa6format\x01", b"\xa6format\x63")
    with pytest.raises(DetectorError, match="format = 99 of the outlook's state must be 1"):
        fresh().restore(parts | {"state": changed})


def test_what_is_learned_can_be_begun_with() -> None:
    """By one that never saw these trends: it forecasts from its first question on, and knows no trend of theirs."""
    taught = Stream(curves(40, seed=8))
    taught.run(FIRST, taught.end)
    later = Stream([Curve("later", taught.end, 40, 20)])
    later.outlook.begin_with(taught.outlook.learned())
    assert later.outlook.learned() == taught.outlook.learned()
    assert later.outlook.snapshot().keys() == fresh().snapshot().keys()
    first = next(said for bucket in range(taught.end, taught.end + 20) if (said := later.step(bucket)))
    assert first["later"].keys() == {"forecast", "forecast_day"}


def test_another_format_of_what_is_learned_is_refused() -> None:
    """As of a snapshot."""
    parts = fresh().learned()
    changed = parts["learned"].replace(b"\xa6format\x01", b"\xa6format\x63")
    with pytest.raises(DetectorError, match="format = 99 of the outlook's state must be 1"):
        fresh().begin_with(parts | {"learned": changed})


def test_horizons_are_whole_windows() -> None:
    """A window that does not divide six hours makes them a little longer, and they say so."""
    outlook = Outlook(bucket_s=300.0, window=15, least=30)
    assert [horizon.hours for _, horizon in outlook.horizons()] == [6.25, 25.0]
    assert WINDOW * BUCKET_S == 3600.0
