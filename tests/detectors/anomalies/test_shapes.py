"""Shapes among all series: told once, of the scope that leads, and not where something else explains them."""

from collections.abc import Callable, Sequence

import numpy as np

from detectors.anomalies.anomaly import Anomaly
from detectors.anomalies.judge import SeriesJudge
from detectors.anomalies.series import Series

Ticks = list[dict[Series, int]]
World = Callable[..., Ticks]
BUCKET_S = 300.0
START = 4 * 288
LIKES = Series("likes", "platform:tiktok")
EVEN_FOR = 120


def evened(ticks: Ticks) -> Ticks:
    """Half the likes are of one platform, and for ten hours these are what the hour around them was on average."""
    likes = np.array([tick.get(LIKES, 0) for tick in ticks], dtype=float)
    smooth = np.round(np.convolve(likes, np.ones(13) / 13, mode="same")).astype(int).tolist()
    return [
        tick | {LIKES: smooth[i]} if START <= i < START + EVEN_FOR else tick for i, tick in enumerate(map(dict, ticks))
    ]


def run(ticks: Ticks, judge: SeriesJudge, at: int = 0, doubted: Sequence[str] = ()) -> list[Anomaly]:
    doubts = dict.fromkeys(doubted, "late")
    return [a for i, tick in enumerate(ticks, start=at) for a in judge.step(BUCKET_S * (i + 1), tick, doubts=doubts)]


def test_likes_that_come_too_evenly_are_one_alert(world: World) -> None:
    """Told within five hours, resolved when they stray as they did."""
    news = run(evened(world(days=5.5, seed=1)), SeriesJudge(bucket_s=BUCKET_S))
    fired, resolved = [one for one in news if one.direction in ("even", "uneven")]
    assert (fired.kind, fired.action, fired.direction, fired.series) == ("kpi_anomaly", "fired", "even", LIKES)
    assert START * BUCKET_S < fired.end_at <= (START + 60) * BUCKET_S
    assert fired.onset_at == fired.end_at - 4 * 3600.0
    assert fired.observed < fired.interval[0] < fired.expected
    assert (resolved.action, resolved.outcome, resolved.opened_at) == ("resolved", "recovered", fired.opened_at)
    assert resolved.end_at > (START + EVEN_FOR) * BUCKET_S


def shapes(news: list[Anomaly]) -> list[tuple[str, str]]:
    return [(one.action, str(one.series)) for one in news if one.direction in ("even", "uneven")]


def test_a_platform_in_doubt_has_no_shape(world: World) -> None:
    """Nor have the scopes that it may be part of; its windows begin anew when that is over. Others have theirs."""
    ticks, judge = evened(world(days=5.5, seed=1)), SeriesJudge(bucket_s=BUCKET_S)
    run(ticks[:START], judge)
    other = SeriesJudge(bucket_s=BUCKET_S)
    other.restore(judge.snapshot())
    assert shapes(run(ticks[START : START + 72], judge, START, [LIKES.scope])) == []
    assert shapes(run(ticks[START + 72 : START + 119], judge, START + 72)) == []
    assert shapes(run(ticks[START + 119 : START + 121], judge, START + 119)) == [("fired", str(LIKES))]
    assert shapes(run(ticks[START : START + 72], other, START, ["platform:youtube"])) == [("fired", str(LIKES))]


def test_what_is_open_stays_open_while_nothing_is_known_of_it(world: World) -> None:
    """A day of doubt; then it is over when its window says so."""
    ticks, judge = evened(world(days=5.5, seed=1)), SeriesJudge(bucket_s=BUCKET_S)
    assert shapes(run(ticks[: START + 96], judge)) == [("fired", str(LIKES))]
    assert shapes(run(ticks[START + 96 : START + 288], judge, START + 96, [LIKES.scope])) == []
    assert shapes(run(ticks[START + 288 : START + 400], judge, START + 288)) == [("resolved", str(LIKES))]


def test_a_series_whose_level_is_told_of_has_no_shape(world: World) -> None:
    """A collapse is one alert, though its hours differ from any day's."""
    ticks = world(days=6, seed=1, factor={("likes", "tiktok"): {(START + 144, START + 168): 0.15}})
    news = run(ticks, SeriesJudge(bucket_s=BUCKET_S))
    assert [(one.direction, one.action) for one in news] == [("fall", "fired"), ("fall", "resolved")]


def test_a_hole_in_the_ticks_closes_what_is_open(world: World) -> None:
    """As it does for sums."""
    ticks, judge = evened(world(days=5.5, seed=1)), SeriesJudge(bucket_s=BUCKET_S)
    run(ticks[: START + 96], judge)
    closed = judge.step(BUCKET_S * (START + 200), ticks[START])
    assert [(one.direction, one.outcome) for one in closed] == [("even", "gap")]


def test_a_restart_within_an_episode_goes_on(world: World) -> None:
    """The same news, and the same memory."""
    ticks, cut = evened(world(days=5.5, seed=1)), START + 90
    whole, second = SeriesJudge(bucket_s=BUCKET_S), SeriesJudge(bucket_s=BUCKET_S)
    run(ticks[:cut], whole)
    second.restore(whole.snapshot())
    assert run(ticks[cut:], second, cut) == run(ticks[cut:], whole, cut) != []
    assert second.snapshot() == whole.snapshot()
