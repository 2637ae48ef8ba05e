"""A post that outperforms, through the whole path in memory: told once, by its name, the same in any chunks."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest

from detectors.model.alerts import Alert
from detectors.model.forecasts import Forecast
from detectors.pipeline import Settings
from streams.scoreboard.board import board_of
from streams.scoreboard.gathered import Gathered
from tests.detectors.making import make_engagement, make_post, pipeline_settings
from tests.detectors.stages.test_post_watch import HOUR_S, LAST_AT, Told, last, past, total
from tests.detectors.through import alerts_through

PARTITIONS = 2
DAYS, EVERY_S, BUCKET_S = 7, HOUR_S / 4, HOUR_S
"""Of a longer stream, which forecasts need; and how often somebody posts in it."""
HIT = 460
"""The number of the post in it that everybody likes."""


def alerts_of(told: list[Told], chunk: int) -> list[Alert]:
    """What is told of posts; each creator has a partition."""
    settings = pipeline_settings(PARTITIONS, memory_s=2 * 86_400.0)
    found = alerts_through(settings, told, chunk, lambda creator: len(creator) % PARTITIONS)
    return [alert for alert in found if alert.kind == "post_overperforming"]


@pytest.mark.parametrize("chunk", [1, 30])
def test_a_post_that_outperforms_is_told(chunk: int) -> None:
    """By its own ids, with what it was compared with."""
    (alert,) = alerts_of([*past(), *last(total("last", LAST_AT, 50, 4000))], chunk)
    assert (alert.action, alert.subject.id, alert.scope) == ("fired", "last", "creator:creator 1")
    assert (alert.observed, alert.evidence.post_ids) == (4000.0, ("last",))
    assert alert.performance is not msgspec.UNSET
    assert (alert.performance.age_hours, alert.performance.creator_posts) == (1.0, 10)
    assert (alert.window.end - alert.window.start).total_seconds() == 3600.0


def test_chunks_change_no_alert() -> None:
    """Byte for byte."""
    told = [*past(), *last(total("last", LAST_AT, 50, 4000))]
    assert msgspec.json.encode(alerts_of(told, 7)) == msgspec.json.encode(alerts_of(told, 50))


def test_an_ordinary_post_is_not_told() -> None:
    """Nor is any other of its stream."""
    assert alerts_of([*past(), *last(total("last", LAST_AT, 50, 24))], 30) == []


def long_settings() -> Settings:
    """An hour a bucket, four a window."""
    known = pipeline_settings(PARTITIONS, memory_s=2 * 86_400.0, bucket_s=BUCKET_S, window_s=4 * BUCKET_S)
    times: dict[str, Any] = {"bucket_s": BUCKET_S, "window_s": 4 * BUCKET_S, "long_window_s": 12 * BUCKET_S}
    count, decide = known.count._replace(**times), known.decide._replace(**times, warm_up_s=86_400.0, false_share=0.5)
    return dataclasses.replace(known, count=count, decide=decide)


def long_past() -> Iterator[Told]:
    """Posts of a few creators; who gets many likes gets few later, who gets very many gets many later; one does so."""
    rng = np.random.default_rng(1)
    for n in range(DAYS * 96):
        at = n * EVERY_S
        yield at, make_post(f"p{n}", at, creator=f"creator{'s' * (n % 4)}", platform="tiktok", followers=2000)
        times = 300.0 if n == HIT else float(rng.choice([1.0, 8.0, 30.0], p=[0.84, 0.08, 0.08]))
        goes_on = {1.0: 1.0, 8.0: 0.2}.get(times, 2.0)
        for hours, likes in ((0.2, 20.0), (2.0, 20.0 * goes_on), (9.0, 20.0 * goes_on)):
            likes_at, count = at + hours * HOUR_S, round(times * likes * rng.uniform(0.8, 1.2))
            yield likes_at, make_engagement(f"{n} {hours}", likes_at, post_id=f"p{n}", count=count)


@pytest.fixture(scope="module")
def long() -> list[Alert]:
    """What is told of it."""
    return long_alerts(48)


def long_alerts(chunk: int) -> list[Alert]:
    """The same, in chunks of so many records."""
    return alerts_through(long_settings(), list(long_past()), chunk, lambda creator: len(creator) % PARTITIONS)


def test_a_post_is_forecast_and_judged(long: list[Alert]) -> None:
    """What earlier posts taught is told of the next; what came stands in its last alert, and on the scoreboard."""
    mine = [alert for alert in long if alert.subject.id == f"p{HIT}"]
    forecasts = [alert.forecast for alert in mine if isinstance(alert.forecast, Forecast)]
    assert (mine[0].action, mine[-1].action) == ("fired", "resolved")
    assert {f.horizon_hours for f in forecasts} <= {23.0, 18.0}
    assert forecasts
    judged = mine[-1].judged or ()
    assert [(j.horizon_hours, j.target, j.probability) for j in judged] == [
        (f.horizon_hours, f.target, f.probability) for f in forecasts
    ]
    gathered = Gathered(BUCKET_S)
    for alert in reversed(long):
        gathered.alert(alert)
    rows = [row for row in board_of(gathered).forecasts if row.week == "all"]
    assert {row.kind for row in rows} == {"post_overperforming"}
    assert sum(row.scores.n for row in rows) >= len(judged)


def test_chunks_change_no_forecast(long: list[Alert]) -> None:
    """Byte for byte."""
    assert msgspec.json.encode(long_alerts(24)) == msgspec.json.encode(long)
