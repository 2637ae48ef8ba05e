from collections.abc import Callable, Mapping

import msgspec
import pytest

from detectors.anomalies.anomaly import Anomaly
from detectors.anomalies.judge import SeriesJudge
from detectors.anomalies.series import Series
from detectors.errors import DetectorError

Ticks = list[dict[Series, int]]
World = Callable[..., Ticks]
BUCKET_S = 300.0
NOON = 3 * 288 + 144
LIKES = Series("likes", "platform:tiktok")


def run(ticks: Ticks, judge: SeriesJudge | None = None) -> tuple[list[Anomaly], SeriesJudge]:
    judge = judge or SeriesJudge(bucket_s=BUCKET_S)
    news = [anomaly for i, tick in enumerate(ticks) for anomaly in judge.step(BUCKET_S * (i + 1), tick)]
    return news, judge


def since(news: list[Anomaly], bucket: int) -> list[Anomaly]:
    return [anomaly for anomaly in news if anomaly.end_at > bucket * BUCKET_S]


def everything(platform: str, times: Mapping[tuple[int, int], float]) -> dict[tuple[str, str], object]:
    return {(measure, platform): times for measure in ("posts", "likes", "comments")}


def test_a_collapse_on_one_platform_is_one_alert(world: World) -> None:
    """Found within three buckets, told once, led by the platform; what `all` shows is a member; resolved later."""
    ticks = world(days=4, seed=1, factor={("likes", "tiktok"): {(NOON, NOON + 24): 0.15}})
    news, _ = run(ticks)
    fired, resolved = since(news, NOON)
    assert (fired.action, fired.kind, fired.series, fired.direction) == ("fired", "kpi_anomaly", LIKES, "fall")
    assert fired.end_at <= (NOON + 3) * BUCKET_S
    assert fired.onset_at == pytest.approx(NOON * BUCKET_S, abs=BUCKET_S)
    assert Series("likes", "all") in fired.members
    assert fired.observed < fired.interval[0] < fired.expected < fired.interval[1]
    assert (resolved.action, resolved.outcome, resolved.series) == ("resolved", "recovered", LIKES)
    assert resolved.end_at > (NOON + 24) * BUCKET_S
    assert resolved.opened_at == fired.opened_at


def test_a_rise_is_an_anomaly_too(world: World) -> None:
    """Five times the comments on one platform."""
    news, _ = run(world(days=4, seed=2, factor={("comments", "instagram"): {(NOON, NOON + 12): 5.0}}))
    fired = since(news, NOON)[0]
    assert (fired.series, fired.direction) == (Series("comments", "platform:instagram"), "rise")


def test_several_measures_of_a_scope_are_one_alert(world: World) -> None:
    """Everything on one platform falls at once: one episode, the others are members."""
    news, _ = run(world(days=4, seed=3, factor=everything("tiktok", {(NOON, NOON + 12): 0.1})))
    fired = [anomaly for anomaly in since(news, NOON) if anomaly.action == "fired" and anomaly.direction == "fall"]
    assert len(fired) == 1
    assert fired[0].series.scope == "platform:tiktok"
    assert len([s for s in fired[0].members if s.scope == "platform:tiktok"]) == 2


def test_it_is_news_again_when_it_gets_much_worse(world: World) -> None:
    """Half, then a twentieth: one update, same episode."""
    falls = {(NOON, NOON + 8): 0.4, (NOON + 8, NOON + 24): 0.03}
    news, _ = run(world(days=4, seed=4, factor={("likes", "tiktok"): falls}))
    fired, updated = since(news, NOON)[:2]
    assert (fired.action, updated.action) == ("fired", "updated")
    assert (updated.opened_at, updated.revision) == (fired.opened_at, 1)


def test_a_silent_platform_is_bad_data_not_bad_figures(world: World) -> None:
    """Nothing from one platform for two hours: one data_quality alert, every fall it explains is held, then over."""
    ticks = world(days=4, seed=5, factor=everything("tiktok", {(NOON, NOON + 24): 0.0}))
    news, judge = run(ticks)
    fired, resolved = since(news, NOON)
    assert (fired.kind, fired.action, fired.direction) == ("data_quality", "fired", "silence")
    assert (fired.series.scope, fired.observed) == ("platform:tiktok", 0.0)
    assert (fired.onset_at, fired.end_at) == (NOON * BUCKET_S, (NOON + 3) * BUCKET_S)
    assert (resolved.kind, resolved.action) == ("data_quality", "resolved")
    assert judge.held["silence"] > 0


def test_a_silence_is_not_learned(world: World) -> None:
    """After two hours of nothing the figures are expected as before."""
    outage = world(days=4, seed=5, factor=everything("tiktok", {(NOON, NOON + 24): 0.0}))
    _, judge = run(outage[: NOON + 24])
    judge.step((NOON + 25) * BUCKET_S, world(days=4, seed=5)[NOON + 24])
    score = judge.scores()[LIKES]
    assert score is not None
    assert score < 3


def held_run(ticks: Ticks, doubted: range, doubts: Mapping[str, str]) -> tuple[list[Anomaly], SeriesJudge]:
    judge = SeriesJudge(bucket_s=BUCKET_S)
    news: list[Anomaly] = []
    for i, tick in enumerate(ticks):
        news += judge.step(BUCKET_S * (i + 1), tick, doubts=doubts if i in doubted else {})
    return news, judge


@pytest.mark.parametrize("times", [0.15, 6.0])
def test_a_platform_in_doubt_explains_its_figures(world: World, times: float) -> None:
    """Its falls and rises, and those elsewhere that it holds, are held back and counted; another platform's are not."""
    ticks = world(days=4, seed=1, factor={("likes", "tiktok"): {(NOON, NOON + 12): times}})
    doubted = range(NOON, NOON + 36)
    news, judge = held_run(ticks, doubted, {"platform:tiktok": "jump"})
    assert since(news, NOON) == []
    assert set(judge.held) == {"jump"}
    assert judge.held["jump"] >= 2  # of the platform, and of all
    news, judge = held_run(ticks, doubted, {"platform:youtube": "late"})
    assert since(news, NOON)[0].series == LIKES
    assert judge.held == {}


def test_a_platform_that_is_often_empty_is_not_silent(world: World) -> None:
    """Where little was to come, nothing is nothing unusual."""
    news, judge = run(world(days=3, seed=6, measures={"posts": 0.4, "likes": 2.0}))
    assert [anomaly for anomaly in news if anomaly.kind == "data_quality"] == []
    assert judge.warming_up == 0


def test_a_lasting_shift_alarms_once_and_becomes_normal(world: World) -> None:
    """A day at a fifth: one alert, resolved as the new level within six hours, none after."""
    ticks = world(days=4.4, seed=7, factor={("likes", "tiktok"): {(NOON, 5 * 288): 0.2}})
    news, _ = run(ticks)
    falls = [anomaly for anomaly in since(news, NOON) if anomaly.series == LIKES]
    assert [(anomaly.action, anomaly.outcome) for anomaly in falls] == [("fired", None), ("resolved", "new_level")]
    assert falls[1].end_at - falls[0].end_at < 6 * 3600


def test_calm_traffic_keeps_the_promise(world: World) -> None:
    """42 series, ten days, no change: at most the promised one false alert a day."""
    measures = {"posts": 50.0, "voices": 40.0, "likes": 2000.0, "comments": 150.0, "shares": 60.0, "views": 9000.0}
    news, judge = run(world(days=10, seed=8, measures={**measures, "orders": 8.0}))
    assert judge.tracked == 42
    assert len([anomaly for anomaly in news if anomaly.action == "fired"]) <= 9


def test_fewer_promised_false_alerts_take_more_surprise(world: World) -> None:
    """Ten times fewer: one decade more; and more series take more."""
    ticks = world(days=0.1, seed=9)
    loose = run(ticks, SeriesJudge(bucket_s=BUCKET_S, false_alerts_per_day=1.0))[1]
    strict = run(ticks, SeriesJudge(bucket_s=BUCKET_S, false_alerts_per_day=0.1))[1]
    alone = run([{LIKES: 5}])[1]
    assert strict.threshold == pytest.approx(loose.threshold + 1, abs=1e-3)
    assert alone.threshold < loose.threshold


def test_the_same_ticks_give_the_same_bytes(world: World) -> None:
    """A replay repeats every anomaly, whatever the order of the mapping."""
    noon = 288 + 144
    ticks = world(days=2, seed=10, factor={("likes", "tiktok"): {(noon, noon + 24): 0.15}})
    backwards = [dict(reversed(tick.items())) for tick in ticks]
    first, again = (msgspec.json.encode(run(each)[0]) for each in (ticks, backwards))
    assert len(first) > 100
    assert first == again


def test_days_without_ticks_warm_up_again(world: World) -> None:
    """What was open is closed as unknown; nothing alarms before the models are warm again."""
    ticks = world(days=4, seed=11, factor={("likes", "tiktok"): {(NOON, NOON + 24): 0.15}})
    _, judge = run(ticks[: NOON + 6])
    later = (NOON + 6) * BUCKET_S + 5 * 86_400.0
    first = judge.step(later, {LIKES: 1})
    assert [(anomaly.action, anomaly.outcome) for anomaly in first] == [("resolved", "gap")]
    assert judge.warming_up == judge.tracked
    assert judge.warm_at == later + 143 * BUCKET_S
    assert [judge.step(later + BUCKET_S * i, {}) for i in range(1, 140)] == [()] * 139


def test_a_missing_tick_or_two_is_no_gap(world: World) -> None:
    """A tick that was decided without is skipped over."""
    ticks = world(days=1, seed=12)
    _, judge = run(ticks)
    judge.step(BUCKET_S * (len(ticks) + 4), ticks[-1])
    assert judge.warming_up == 0


def test_the_read_outs_say_what_is_known(world: World) -> None:
    """Tracked, warming up until when, scores that are None until then, and the last values."""
    judge = SeriesJudge(bucket_s=BUCKET_S, warm_up_buckets=10)
    assert (judge.tracked, judge.warm_at) == (0, None)
    ticks = world(days=0.2, seed=13)
    run(ticks[:4], judge)
    assert (judge.tracked, judge.warming_up, judge.warm_at) == (18, 18, 10 * BUCKET_S)
    assert set(judge.scores().values()) == {None}
    for i, tick in enumerate(ticks[4:12], start=5):
        judge.step(BUCKET_S * i, tick)
    assert judge.warming_up == 0
    assert judge.values()[LIKES] == ticks[11].get(LIKES, 0)
    assert all(score is not None for score in judge.scores().values())


def test_more_series_than_allowed_are_counted_not_tracked() -> None:
    """The first come stay; the count of the others is there to be shown."""
    judge = SeriesJudge(bucket_s=BUCKET_S, max_series=3)
    judge.step(BUCKET_S, {Series("likes", f"tier:{i}"): 1 for i in range(5)})
    judge.step(2 * BUCKET_S, {Series("likes", f"tier:{i}"): 1 for i in range(5)})
    assert (judge.tracked, judge.excess) == (3, 2)


def test_taking_back_more_than_came_counts_as_nothing() -> None:
    """Corrections can make a bucket's sum negative."""
    judge = SeriesJudge(bucket_s=BUCKET_S)
    judge.step(BUCKET_S, {LIKES: -7})
    assert judge.values() == {LIKES: 0.0}


def test_time_does_not_go_back() -> None:
    """The error names both instants."""
    judge = SeriesJudge(bucket_s=BUCKET_S)
    judge.step(600.0, {LIKES: 1})
    with pytest.raises(DetectorError, match=r"end_at = 600.0 must be after the last tick, 600.0"):
        judge.step(600.0, {LIKES: 1})


@pytest.mark.parametrize("name", ["false_alerts_per_day", "warm_up_buckets", "silence_buckets", "max_series"])
def test_impossible_settings_are_refused(name: str) -> None:
    """The error names the setting and its range."""
    with pytest.raises(DetectorError, match=f"{name} = 0 must be >= "):
        SeriesJudge(bucket_s=BUCKET_S, **{name: 0})
