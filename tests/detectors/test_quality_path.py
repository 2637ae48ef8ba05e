"""A source that cannot be trusted, through the whole path: told once, and its figures are not."""

import dataclasses
import random

import pytest

from detectors.model.alerts import Alert
from detectors.model.engagements import Counters
from detectors.pipeline import Pipeline, decider
from tests.detectors.making import (
    FIRST,
    at,
    engagement_chunk,
    make_engagement,
    make_post,
    make_tick,
    pipeline_settings,
    post_chunk,
)

MINUTES = 240
JUMP_AT = 180
POSTS = 40


def alerts_of(times: int) -> list[Alert]:
    """Forty posts, each of whose views are told every five minutes; all are `times` what they are from JUMP_AT on."""
    settings = pipeline_settings(1)
    path = Pipeline(dataclasses.replace(settings, judge=settings.judge._replace(warm_up_buckets=60)))
    found: list[Alert] = []
    for minute in range(MINUTES):
        posts = [make_post(f"p{n}", n) for n in range(POSTS)] if minute == 0 else []
        posts.append(make_post(f"x{minute}", 60 * minute, platform="x"))
        acts = []
        for n in range(minute % 5, POSTS, 5):
            views = (1000 + 50 * minute + 7 * (n * minute % 11)) * (times if minute >= JUMP_AT else 1)
            about = {"post_id": f"p{n}", "creator_id": f"author of p{n}"}
            seconds = 60.0 * minute + n
            acts.append(make_engagement(f"{n} {minute}", seconds, "counters", counters=Counters(views=views), **about))
        for decisions in (path.posts(0, post_chunk(posts, 100 * minute)), path.engagements(0, engagement_chunk(acts))):
            found += [alert for decision in decisions for alert in decision.alerts]
    return found + [alert for decision in path.finish() for alert in decision.alerts]


def test_totals_that_jump_are_bad_data() -> None:
    """A thousand times the views of all posts at once: one alert about the source, none about its figures or posts."""
    (told,) = alerts_of(1000)
    assert (told.kind, told.action, told.subject.id) == ("data_quality", "fired", "jump|platform:tiktok")
    assert told.detected_at == at(60 * (JUMP_AT + 2))  # two in three of the last twenty-four


def test_nothing_is_said_of_ordinary_totals() -> None:
    """The same stream without it."""
    assert alerts_of(1) == []


TIKTOK = "platform:tiktok"
TROUBLES = {
    "jump": {f"compared|{TIKTOK}": 30, f"jumped|{TIKTOK}": 30},
    "late": {f"arrived|{TIKTOK}": 100, f"overdue|{TIKTOK}": 100},
}


def decided(trouble: str, *, seen: bool) -> tuple[list[Alert], dict[str, int]]:
    """Eight hours of a platform, then twenty minutes of ten times the views; what READ says of its delivery if seen."""
    settings = pipeline_settings(1)
    stage = decider(dataclasses.replace(settings, judge=settings.judge._replace(warm_up_buckets=60)))
    rng, found = random.Random(1), list[Alert]()
    for n in range(500):
        bad = 480 <= n < 500
        views = rng.randint(900, 1100) * (10 if bad else 1)
        series = {f"views|{TIKTOK}": views, "views|all": views, f"voices|{TIKTOK}": 20, f"likes|{TIKTOK}": 50}
        series |= {f"arrived|{TIKTOK}": 100, f"compared|{TIKTOK}": 30}
        known = bad or (n >= 440 and trouble == "late")  # half of an hour must be late before that is known
        series |= TROUBLES[trouble] if known and seen else {}
        for question in stage.ready(make_tick(FIRST + n, series=series)):
            found += stage.decide(question, {}).alerts
    return found, stage.judge.held


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_a_source_explains_is_held_back(trouble: str) -> None:
    """One alert says that it cannot be trusted; the rise of its views, and of all, is counted as held."""
    (told,), held = decided(trouble, seen=True)
    assert (told.kind, told.scope) == ("data_quality", TIKTOK)
    assert held == {trouble: 2}
    others, held = decided(trouble, seen=False)
    assert [(alert.kind, alert.scope) for alert in others] == [("kpi_anomaly", TIKTOK)]
    assert held == {}


def told_of_views(*, ten_buckets: dict[str, int], at_first: dict[str, int]) -> tuple[list[Alert], dict[str, int]]:
    """Eight hours of a platform, then ten buckets of which these sums are told, and in the first of them those too."""
    settings = pipeline_settings(1)
    stage = decider(dataclasses.replace(settings, judge=settings.judge._replace(warm_up_buckets=60, silence_buckets=2)))
    rng, found = random.Random(1), list[Alert]()
    for n in range(490):
        views = rng.randint(900, 1100)
        usual = {f"views|{TIKTOK}": views, "views|all": views, f"voices|{TIKTOK}": 20, f"likes|{TIKTOK}": 50}
        usual |= {f"measured|{TIKTOK}": 40 if n % 10 == 0 else 0, f"arrived|{TIKTOK}": 60}
        series = usual if n < 480 else usual | ten_buckets | (at_first if n == 480 else {})
        for question in stage.ready(make_tick(FIRST + n, series=series)):
            found += stage.decide(question, {}).alerts
    return found, stage.judge.held


@pytest.mark.parametrize("bridged", [40, 0])
def test_growth_in_a_gap_leaves_no_fall(bridged: int) -> None:
    """Totals come again after they were not asked for: what they grew is in no series, so its views are not known."""
    nothing = {f"views|{TIKTOK}": 0, "views|all": 0, f"measured|{TIKTOK}": 0}
    news, held = told_of_views(ten_buckets=nothing, at_first={f"measured|{TIKTOK}": 40, f"bridged|{TIKTOK}": bridged})
    assert [(alert.kind, alert.scope) for alert in news] == ([] if bridged else [("kpi_anomaly", TIKTOK)])
    assert held == ({"gap": 2} if bridged else {})


@pytest.mark.parametrize("arrived", [40, 0])
def test_totals_that_do_not_grow_are_a_sign_of_life(arrived: int) -> None:
    """Only views of an hour ago are told, and no people: silent it is where no record came either."""
    late = {f"late|{TIKTOK}": 1000, f"views|{TIKTOK}": 1000, "views|all": 1000, f"arrived|{TIKTOK}": arrived}
    news, _ = told_of_views(ten_buckets=late | {f"voices|{TIKTOK}": 0, f"likes|{TIKTOK}": 0}, at_first={})
    assert [alert.kind for alert in news] == (["kpi_anomaly"] if arrived else ["data_quality"])
