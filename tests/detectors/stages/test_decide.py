"""DECIDE: what is believed, told once, told again, and forgotten."""

from collections.abc import Sequence
from typing import Any

from detectors.anomalies.judge import SeriesJudge
from detectors.counts.ticks import Candidate, Look, PostRef, Tick
from detectors.model.posts import Post
from detectors.stages.decide import DecideStage
from detectors.stages.decisions import Decision
from tests.detectors.making import (
    BUCKET_S,
    FIRST,
    START_AT,
    decide_settings,
    key_of,
    make_candidate,
    make_post,
    make_tick,
)

GLASS = [make_post(f"p{i}", i, f"glass skin serum #GlassSkin, on{i} by{i} for{i}") for i in range(8)]
"""Each with words of its own, or they were copies of one."""

CALM: dict[str, Any] = {"observed": 3, "surprise": 0.5}


def deciding(partitions: int = 1, **changes: Any) -> DecideStage:
    """The stage, with series that are never warm."""
    judge = SeriesJudge(bucket_s=BUCKET_S, warm_up_buckets=100_000)
    return DecideStage(partitions=partitions, settings=decide_settings(**changes), judge=judge)


def decided(stage: DecideStage, *ticks: Tick, posts: Sequence[Post | None] = GLASS) -> list[Decision]:
    """The decisions that some ticks lead to; the posts stand at the offsets of their place."""
    texts = {(0, i): post for i, post in enumerate(posts)}
    return [
        stage.decide(q, {(r.source, r.offset): texts[r.source, r.offset] for r in q.posts})
        for t in ticks
        for q in stage.ready(t)
    ]


def burst(posts: int = 6, **fields: Any) -> list[Candidate]:
    """A topic of talk: its hashtag and three words."""
    words = [make_candidate(name, range(posts), **fields) for name in ("glass", "skin", "serum")]
    return [make_candidate("glassskin", range(posts), "hashtag", **fields), *words]


def actions(decisions: Sequence[Decision]) -> list[str]:
    """What the alerts say, in order."""
    return [alert.action for decision in decisions for alert in decision.alerts]


def test_a_trend_is_told_once() -> None:
    """With its evidence; the bucket after brings no second alert."""
    stage = deciding()
    first, second = decided(stage, make_tick(FIRST, burst()), make_tick(FIRST + 1, burst()))
    (alert,) = first.alerts
    assert (alert.action, alert.kind, alert.state, alert.subject.label) == ("fired", "trend", "emerging", "#GlassSkin")
    assert alert.detected_at.timestamp() == START_AT + BUCKET_S == stage.reached_at - BUCKET_S
    assert sorted(alert.evidence.post_ids) == [f"p{i}" for i in range(6)]
    assert all(post.created_at < alert.detected_at for post in GLASS if post.created_at)
    assert alert.config_digest == "0123456789abcdef"
    assert set(first.trends) == {alert.trend_id}
    assert second.alerts == ()


def test_a_slow_trend_is_told_by_its_long_window() -> None:
    """While its last hour alone is no news; without the long window it is not told."""
    refs = tuple(PostRef(0, i, i, i) for i in range(6))
    hour: dict[str, Any] = {"observed": 1, "surprise": 0.2}
    slow = burst(**hour, long=Look(6, 0.01, 0.05, 9.0, refs, 6))
    (alert,) = decided(deciding(), make_tick(FIRST, slow))[0].alerts
    assert (alert.action, alert.observed, alert.expected) == ("fired", 6.0, 0.01)
    assert alert.window is not None
    assert alert.window.end.timestamp() - alert.window.start.timestamp() == decide_settings().long_window_s
    assert decided(deciding(), make_tick(FIRST, burst(**hour)))[0].alerts == ()


def test_a_restart_remembers_the_stories() -> None:
    """Those of the day, which later ones are judged by."""
    stage, again = deciding(), deciding()
    decided(stage, make_tick(FIRST, [make_candidate("oil", range(3), observed=3, surprise=4.5)]))
    parts = stage.snapshot()
    again.restore(parts)
    assert len(parts["stories"]) > len(deciding().snapshot()["stories"])
    assert again.snapshot() == parts


def test_warming_up_holds_alerts_back() -> None:
    """Until the past is long enough nothing is told; what was held is counted."""
    stage = deciding(warm_up_s=3 * BUCKET_S)
    assert stage.warm_at() is None
    ticks = [make_tick(FIRST + i, burst()) for i in range(3)]
    assert actions(decided(stage, *ticks[:2])) == []
    assert (stage.tally["warming_up"], stage.warm_at()) == (2, START_AT + 3 * BUCKET_S)
    assert actions(decided(stage, ticks[2])) == ["fired"]


def test_ordinary_stories_are_learned_before_the_first_is_told() -> None:
    """From half of the warm-up on: the first trend is judged by more than itself."""
    quiet, early, late = (deciding(warm_up_s=4 * BUCKET_S) for _ in range(3))
    for stage, at in ((quiet, None), (early, 0), (late, 1)):
        assert actions(decided(stage, *(make_tick(FIRST + i, burst() if i == at else []) for i in range(3)))) == []
    sizes = [len(stage.snapshot()["stories"]) for stage in (quiet, early, late)]
    assert sizes[0] == sizes[1] < sizes[2]


def test_before_there_is_a_past_nothing_is_an_ordinary_story() -> None:
    """In a stream's first six hours all that is talked of bursts."""
    sizes = []
    for past_exposure in (0.0, 1e3):
        stage = deciding(warm_up_s=4 * BUCKET_S)
        ticks = [make_tick(FIRST + i, burst(), past_exposure=past_exposure) for i in range(3)]
        assert actions(decided(stage, *ticks)) == []
        sizes += [len(stage.snapshot()["stories"])]
    assert sizes[0] < sizes[1]


def test_a_tick_that_is_told_again_changes_nothing() -> None:
    """A restarted COUNT repeats itself: the first telling counts."""
    stage = deciding()
    decided(stage, make_tick(FIRST, burst()))
    assert decided(stage, make_tick(FIRST, burst()), make_tick(FIRST - 1, burst())) == []
    assert (len(stage.book), stage.tally["warming_up"]) == (1, 0)


def test_it_waits_for_all_partitions() -> None:
    """A topic of talk whose subjects are spread over partitions is one trend."""
    stage = deciding(partitions=2)
    tag, *words = burst()
    assert decided(stage, make_tick(FIRST, [tag], partition=1), make_tick(FIRST + 1, [], partition=1)) == []
    first = decided(stage, make_tick(FIRST, words, partition=0))
    assert actions(first) == ["fired"]
    assert len(stage.book) == 1
    assert len(decided(stage, make_tick(FIRST + 1, [], partition=0))) == 1


def test_the_order_of_partitions_does_not_matter() -> None:
    """The same decisions, whichever COUNT partition is faster."""
    tag, *words = burst()
    ticks = [make_tick(FIRST, [tag], partition=0), make_tick(FIRST, words, partition=1)]
    assert decided(deciding(partitions=2), *ticks) == decided(deciding(partitions=2), *reversed(ticks))


def test_it_asks_for_the_posts_it_needs() -> None:
    """All of a new group, in order, each once; of an open trend only those it has not read."""
    stage = deciding()
    (question,) = stage.ready(make_tick(FIRST, burst(3)))
    assert question.posts == tuple(PostRef(0, i, i, i) for i in range(3))
    stage.decide(question, {(0, i): GLASS[i] for i in range(3)})
    (question,) = stage.ready(make_tick(FIRST + 1, burst(5)))
    assert [ref.offset for ref in question.posts] == [3, 4]


def test_what_is_not_believed_is_neither_asked_for_nor_told() -> None:
    """One with too few voices, or too little surprise, needs no posts; a surprise that many bring by chance is read."""
    stage = deciding()
    for bucket, candidates in ((FIRST, burst(observed=2)), (FIRST + 1, burst(surprise=3.9))):
        (question,) = stage.ready(make_tick(bucket, candidates, tracked=100_000))
        assert (question.posts, question.fresh) == ((), [])
        assert stage.decide(question, {}).alerts == ()
    (weak,) = decided(stage, make_tick(FIRST + 2, burst(surprise=4.5), tracked=10_000_000))
    assert (weak.alerts, len(stage.book)) == ((), 0)


def test_growth_is_told_after_the_cooldown() -> None:
    """Twice the voices of the last notice, and some buckets later."""
    stage = deciding(cooldown_s=3 * BUCKET_S)
    ticks = [make_tick(FIRST + i, burst(observed=n)) for i, n in enumerate([8, 17, 17, 17, 18])]
    decisions = decided(stage, *ticks)
    assert [actions([decision]) for decision in decisions] == [["fired"], [], [], ["updated"], []]
    fired, updated = (alert for decision in decisions for alert in decision.alerts)
    assert (updated.trend_id, updated.dedup_key) == (fired.trend_id, fired.dedup_key)
    assert [fired.revision, updated.revision] == [1, 2]
    assert fired.alert_id != updated.alert_id


def test_it_escalates_at_once() -> None:
    """A larger trend is a graver one, cooldown or not; it does not escalate twice to the same grade."""
    stage = deciding()
    decisions = decided(stage, *[make_tick(FIRST + i, burst(observed=n)) for i, n in enumerate([10, 60, 12, 60])])
    (alert,) = decisions[1].alerts
    assert (alert.action, alert.severity) == ("escalated", "warning")
    assert actions(decisions) == ["fired", "escalated"]


def test_severity_is_relative_to_all_people() -> None:
    """Sixty of a hundred are many, of a million few."""
    ticks = [make_tick(FIRST, burst(observed=60), exposure=exposure) for exposure in (100.0, 1e6)]
    assert [decided(deciding(), tick)[0].alerts[0].severity for tick in ticks] == ["warning", "info"]


def test_deleted_posts_take_a_trend_back() -> None:
    """Half and more of its voices are gone and what is left is no news: retracted at once, and not resolved later."""
    stage = deciding()
    wave = burst(observed=1, surprise=0.2, deleted=29)
    ticks = [make_tick(FIRST, burst(observed=30)), *[make_tick(FIRST + i, wave) for i in range(1, 30)]]
    decisions = decided(stage, *ticks)
    assert actions(decisions) == ["fired", "retracted"]
    (alert,) = decisions[1].alerts
    assert (alert.state, alert.integrity.deleted_share) == ("ended", 0.967)
    assert "97 % of its posts were deleted" in alert.explanation.en


def test_time_does_not_take_a_trend_back() -> None:
    """Its voices leave the window: it is over when it has been calm for long."""
    ticks = [make_tick(FIRST, burst(observed=30)), *[make_tick(FIRST + i, burst(**CALM)) for i in range(1, 12)]]
    assert actions(decided(deciding(), *ticks)) == ["fired", "resolved"]


def test_a_trend_that_is_back_is_told_once() -> None:
    """After the cooldown, under its old id; and resolved again."""
    curve = [30, 30, 30, *[1] * 14, *[25] * 8, *[1] * 14]
    ticks = [make_tick(FIRST + i, burst(observed=n, surprise=9.0 if n > 2 else 0.2)) for i, n in enumerate(curve)]
    alerts = [alert for decision in decided(deciding(), *ticks) for alert in decision.alerts]
    assert [alert.action for alert in alerts] == ["fired", "resolved", "updated", "resolved"]
    assert len({alert.trend_id for alert in alerts}) == 1
    assert [alert.revision for alert in alerts] == [1, 2, 3, 4]
    assert (alerts[2].state, "is back" in alerts[2].explanation.en) == ("resurgent", True)


def test_a_trend_that_count_lets_go_of_is_over() -> None:
    """None of its subjects has been told for three buckets; the alert is dated now, its figures are the last known."""
    ticks = [make_tick(FIRST, burst(observed=30)), *[make_tick(FIRST + i) for i in range(1, 6)]]
    decisions = decided(deciding(), *ticks)
    assert [actions([decision]) for decision in decisions] == [["fired"], [], [], ["resolved"], [], []]
    (alert,) = decisions[3].alerts
    assert (alert.detected_at - alert.window.end).total_seconds() == 3 * BUCKET_S
    assert alert.observed == 30


def test_the_label_follows_the_talk() -> None:
    """The leading word fades and another one stays: the update names the other, and nothing fires again."""
    stage = deciding(cooldown_s=0.0)
    tag, *words = burst(observed=10)
    faded = make_candidate("glassskin", range(6), "hashtag", observed=3, surprise=0.5)
    grown = [make_candidate(name, range(6), observed=40) for name in ("glass", "skin", "serum")]
    ticks = [make_tick(FIRST, [tag, *words]), *[make_tick(FIRST + i, [faded, *grown]) for i in range(1, 6)]]
    alerts = [alert for decision in decided(stage, *ticks) for alert in decision.alerts]
    assert [(alert.action, alert.subject.kind) for alert in alerts] == [("fired", "hashtag"), ("escalated", "word")]
    assert alerts[1].observed == 40


DAY = round(86_400 / BUCKET_S)


def daily(heights: Sequence[int]) -> list[str]:
    """What is told of bursts at the same hour of consecutive days."""
    stage = deciding()
    told = []
    for day, height in enumerate(heights):
        ticks = [make_tick(FIRST + day * DAY + i, burst(observed=height)) for i in range(3)]
        ticks += [make_tick(FIRST + day * DAY + i) for i in range(3, 80)]
        fired = [alert for decision in decided(stage, *ticks) for alert in decision.alerts if alert.action == "fired"]
        told.append(",".join(str(alert.novelty) for alert in fired))
    assert stage.tally["a regular at its usual height"] == told.count("")
    return told


def test_a_daily_regular_is_no_alert() -> None:
    """From the third day on it is one; what is above its usual height is told."""
    assert daily([30, 30, 31, 29, 80, 30]) == ["new", "known", "", "", "recurring", ""]


def life(stage: DecideStage) -> list[Decision]:
    """A burst, a calm window, and then nothing until it is forgotten."""
    ticks = [make_tick(FIRST, burst(observed=30))]
    ticks += [make_tick(FIRST + i, burst(**CALM)) for i in range(1, 12)]
    ticks += [make_tick(FIRST + i) for i in range(12, 80)]
    return decided(stage, *ticks)


def test_what_is_over_is_resolved_and_then_forgotten() -> None:
    """Resolved after a calm window, once; closed on the trends topic when it has had no news for long."""
    stage = deciding()
    decisions = life(stage)
    assert actions(decisions) == ["fired", "resolved"]
    (resolved,) = [decision for decision in decisions if actions([decision]) == ["resolved"]]
    (alert,) = resolved.alerts
    assert (resolved.bucket, alert.state) == (FIRST + 10, "ended")
    assert alert.detected_at == alert.window.end
    closed = [decision.bucket for decision in decisions if None in decision.trends.values()]
    assert closed == [FIRST + 11 + 61]
    assert len(stage.book) == 0


def test_the_line_of_a_trend_is_written_when_it_changes() -> None:
    """Not at every tick: only when its count or state does."""
    stage = deciding()
    ticks = [make_tick(FIRST + i, burst(observed=n)) for i, n in enumerate([12, 12, 9, 9])]
    assert [len(decision.trends) for decision in decided(stage, *ticks)] == [1, 0, 1, 0]


def test_the_same_life_is_the_same_on_a_replay() -> None:
    """To the last id and digit."""
    assert life(deciding()) == life(deciding())


def test_posts_that_are_gone_do_not_stop_it() -> None:
    """The trend is told with what can be read; what is missing is counted."""
    (decision,) = decided(deciding(), make_tick(FIRST, burst()), posts=[*GLASS[:2], *[None] * 6])
    (alert,) = decision.alerts
    assert (alert.evidence.posts, alert.evidence.missing) == (2, 4)


def test_series_are_judged_at_every_tick() -> None:
    """Sums of all partitions add up."""
    stage = deciding(partitions=2)
    ticks = [make_tick(FIRST, partition=i, series={"posts|all": 5 + i, f"likes|tier:t{i}": 1}) for i in range(2)]
    decided(stage, *ticks)
    assert {str(s): value for s, value in stage.judge.values().items()} == {
        "posts|all": 11,
        "likes|tier:t0": 1,
        "likes|tier:t1": 1,
    }


def test_its_gauges_follow_the_tick() -> None:
    """Candidates and tracked subjects of the last bucket, over all partitions."""
    stage = deciding()
    decided(stage, make_tick(FIRST, burst(), tracked=777))
    assert (stage.candidates, stage.tracked) == (4, 777)
    assert stage.book.owner(key_of("glass")) is not None
