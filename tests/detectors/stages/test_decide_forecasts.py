"""DECIDE forecasts: what was learned from trends that are over is told of the next one, in its alert and its line."""

import dataclasses
import itertools
from collections.abc import Sequence

import msgspec
import pytest

from detectors.counts.ticks import Candidate, Tick
from detectors.model.forecasts import Forecast
from detectors.pipeline import decider
from detectors.stages.decide import DecideStage
from detectors.stages.decisions import Decision
from detectors.stages.forecasters import Forecasters
from streams.codec import encode_alert
from tests.detectors.making import (
    BUCKET_S,
    FIRST,
    START_AT,
    decide_settings,
    make_candidate,
    make_post,
    make_tick,
    pipeline_settings,
)
from tests.detectors.stages.test_decide import decided, deciding

TOPICS, EACH = 45, 6
SIX_HOURS = round(6 * 3600 / BUCKET_S)


def names_of(topic: int) -> list[str]:
    """The words of a topic of talk, of letters only."""
    own = "".join("abcdefghij"[int(digit)] for digit in f"{topic:02}")
    return [f"{stem}{own}" for stem in ("glass", "skin", "serum")]


POSTS = [
    make_post(f"p{i}", i, f"{' '.join(names_of(i // EACH))} on{i} by{i} for{i}", communities=("skincare",))
    for i in range((TOPICS + 1) * EACH)
]


def burst(topic: int) -> list[Candidate]:
    """A topic of talk, on everybody's lips in one bucket."""
    return [make_candidate(name, range(topic * EACH, (topic + 1) * EACH)) for name in names_of(topic)]


def talk(topics: int = TOPICS) -> list[Tick]:
    """One topic after the other, none of which is spoken of again."""
    return [make_tick(FIRST + i, burst(i)) for i in range(topics)]


LATER = FIRST + TOPICS + SIX_HOURS
ONE_MORE = [make_tick(LATER), make_tick(LATER + 1, burst(TOPICS))]


def said(decisions: Sequence[Decision]) -> list[bytes]:
    """Alerts and lines, byte for byte."""
    alerts = [encode_alert(alert) for decision in decisions for alert in decision.alerts]
    return alerts + [msgspec.json.encode(decision.trends) for decision in decisions]


@pytest.fixture(scope="module")
def experienced() -> DecideStage:
    """One that saw all these trends, and what came of them within six hours."""
    stage = deciding()
    decisions = decided(stage, *talk(), ONE_MORE[0], posts=POSTS)
    assert not [alert for decision in decisions for alert in decision.alerts if alert.forecast]
    return stage


def test_what_was_learned_is_told(experienced: DecideStage) -> None:
    """Of a trend like those that nobody spoke of again: few more people, and how good such forecasts have been."""
    stage = deciding()
    stage.restore(experienced.snapshot())
    (alert,) = decided(stage, ONE_MORE[1], posts=POSTS)[0].alerts
    forecast = alert.forecast
    assert isinstance(forecast, Forecast)
    assert (forecast.horizon_hours, forecast.target, forecast.model, forecast.n) == (6.0, 15.0, "outlook-1", TOPICS)
    assert forecast.probability < 0.2
    assert forecast.interval[0] == 0.0
    assert isinstance(forecast.expected, float)
    assert forecast.expected < EACH
    assert forecast.as_of
    assert forecast.as_of.timestamp() == START_AT + (LATER + 2 - FIRST) * BUCKET_S
    assert "15 people or more will speak of it in the 6 hours from" in alert.explanation.en
    assert "15 personnes ou plus en parleront dans les 6 heures après" in alert.explanation.fr
    assert not alert.forecast_day  # nothing is a day old


def test_its_line_says_the_same(experienced: DecideStage) -> None:
    """Alert and open trend."""
    stage = deciding()
    stage.restore(experienced.snapshot())
    (decision,) = decided(stage, ONE_MORE[1], posts=POSTS)
    (alert,), (line,) = decision.alerts, [line for line in decision.trends.values() if line]
    assert line.forecast == alert.forecast


def test_what_came_is_shown_in_its_line(experienced: DecideStage) -> None:
    """Six hours later, with the next bucket, though nothing else about the trend is new."""
    stage = deciding()
    stage.restore(experienced.snapshot())
    ticks = [make_tick(LATER + 1 + n, burst(TOPICS)) for n in (*range(0, SIX_HOURS, 50), SIX_HOURS, SIX_HOURS + 1)]
    *_, last, shown = decided(stage, *ticks, posts=POSTS)
    (line,) = [line for line in shown.trends.values() if line]
    assert not [line for line in last.trends.values() if line and line.judged]
    assert isinstance(line.judged, tuple)
    (judged,) = line.judged
    assert judged.as_of.timestamp() == START_AT + (LATER + 2 - FIRST) * BUCKET_S
    assert (judged.horizon_hours, judged.target, judged.observed) == (6.0, 15.0, 8.0 * EACH)
    (after,) = decided(stage, make_tick(LATER + SIX_HOURS + 3, burst(TOPICS)), posts=POSTS)
    assert after.trends == {}


def test_too_little_experience_no_forecast() -> None:
    """One trend fewer than are needed; with the setting lower it would be told."""
    for least, told in ((31, False), (30, True)):
        stage = deciding(forecast_answers=least)
        alerts = decided(stage, *talk(30), *ONE_MORE, posts=POSTS)[-1].alerts
        assert bool(alerts[0].forecast) is told


def test_six_hours_are_six_hours() -> None:
    """A bucket earlier the last answer is not known, and nothing is told."""
    for early, told in ((1, False), (0, True)):
        stage = deciding(forecast_answers=TOPICS)
        last = [make_tick(LATER - 1 - early), make_tick(LATER + 1 - early, burst(TOPICS))]
        alerts = decided(stage, *talk(), *last, posts=POSTS)[-1].alerts
        assert bool(alerts[0].forecast) is told


@pytest.mark.parametrize("cut", [1, 20, TOPICS, TOPICS + 1])
def test_a_restart_changes_nothing(cut: int) -> None:
    """The questions that wait, and what was learned, survive."""
    ticks = [*talk(), *ONE_MORE]
    whole, again = deciding(), deciding()
    decided(whole, *ticks[:cut], posts=POSTS)
    again.restore(whole.snapshot())
    expected = decided(whole, *ticks[cut:], posts=POSTS)
    assert expected[-1].alerts[0].forecast
    assert said(decided(again, *ticks[cut:], posts=POSTS)) == said(expected)
    assert again.snapshot() == whole.snapshot()


def prepared_by(stage: DecideStage) -> DecideStage:
    """A stage without a state that begins with what another one's forecasts learned."""
    fresh = deciding(forecast_answers=TOPICS)
    fresh.outlook.begin_with(stage.outlook.learned())
    return fresh


def test_prepared_forecasts_come_from_the_first_trend_on(experienced: DecideStage) -> None:
    """Without what was prepared there is none until there are enough answers."""
    told = decided(prepared_by(experienced), *talk(3), posts=POSTS)
    assert [bool(alert.forecast) for decision in told for alert in decision.alerts] == [True] * 3
    alone = decided(deciding(forecast_answers=TOPICS), *talk(), ONE_MORE[0], posts=POSTS)
    assert not [alert for decision in alone for alert in decision.alerts if alert.forecast]


@pytest.mark.parametrize("cut", [1, 20])
def test_what_was_prepared_is_taken_once(experienced: DecideStage, cut: int) -> None:
    """A restart goes on from its own state, whatever the file holds by then, and says what it would have said."""
    whole = prepared_by(experienced)
    decided(whole, *talk(cut), posts=POSTS)
    saved = whole.snapshot()
    known = dataclasses.replace(pipeline_settings(1), decide=decide_settings(forecast_answers=TOPICS))
    for prepared in (Forecasters.of(experienced).learned(), Forecasters.of(deciding()).learned(), {}):
        again = decider(dataclasses.replace(known, prepared=prepared), saved)
        assert again.outlook.snapshot() == whole.outlook.snapshot()
    rest = [*talk()[cut:], *ONE_MORE]
    expected = decided(whole, *rest, posts=POSTS)
    assert any(alert.forecast for decision in expected for alert in decision.alerts)
    assert said(decided(again, *rest, posts=POSTS)) == said(expected)


def test_without_a_state_it_begins_with_what_was_prepared(experienced: DecideStage) -> None:
    """As the settings hand it on."""
    learned = Forecasters.of(experienced).learned()
    begun = decider(dataclasses.replace(pipeline_settings(1), prepared=learned))
    assert Forecasters.of(begun).learned() == learned
    assert decider(pipeline_settings(1)).outlook.learned() == deciding().outlook.learned()


def test_however_the_partitions_tell_it() -> None:
    """One partition or two, in step or one far behind: the same forecasts."""
    one = decided(deciding(), *talk(), *ONE_MORE, posts=POSTS)
    split = [
        [msgspec.structs.replace(t, partition=n, partitions=2, candidates=t.candidates[n::2]) for n in (0, 1)]
        for t in (*talk(), *ONE_MORE)
    ]
    in_step = list(itertools.chain(*split))
    behind = [pair[0] for pair in split] + [pair[1] for pair in split]
    expected = [alert.forecast for alert in one[-1].alerts]
    assert expected
    found = [said(decided(deciding(partitions=2), *ticks, posts=POSTS)) for ticks in (in_step, behind)]
    assert found[0] == found[1]
    assert decided(deciding(partitions=2), *behind, posts=POSTS)[-1].alerts[0].forecast == expected[0]
