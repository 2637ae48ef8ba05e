"""DECIDE: what is believed, told once, told again, and forgotten."""

from collections.abc import Sequence
from typing import Any

from detectors.anomalies.judge import SeriesJudge
from detectors.counts.ticks import Candidate, PostRef, Tick
from detectors.model.posts import Post
from detectors.stages.decide import DecideStage, Decision
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


def test_warming_up_holds_alerts_back() -> None:
    """Until the past is long enough nothing is told; what was held is counted."""
    stage = deciding(warm_up_s=3 * BUCKET_S)
    assert stage.warm_at() is None
    ticks = [make_tick(FIRST + i, burst()) for i in range(3)]
    assert actions(decided(stage, *ticks[:2])) == []
    assert (stage.tally["warming_up"], stage.warm_at()) == (2, START_AT + 3 * BUCKET_S)
    assert actions(decided(stage, ticks[2])) == ["fired"]


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
    ticks = [make_tick(FIRST + i, burst(observed=n)) for i, n in enumerate([10, 25, 25, 25, 26])]
    decisions = decided(stage, *ticks)
    assert [actions([decision]) for decision in decisions] == [["fired"], [], [], ["updated"], []]
    fired, updated = (alert for decision in decisions for alert in decision.alerts)
    assert (updated.trend_id, updated.dedup_key) == (fired.trend_id, fired.dedup_key)
    assert [fired.revision, updated.revision] == [1, 2]
    assert fired.alert_id != updated.alert_id


def test_it_escalates_at_once() -> None:
    """A larger trend is a graver one, cooldown or not."""
    stage = deciding()
    decisions = decided(stage, make_tick(FIRST, burst(observed=10)), make_tick(FIRST + 1, burst(observed=60)))
    (alert,) = decisions[1].alerts
    assert (alert.action, alert.severity) == ("escalated", "warning")


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
    closed = [decision.bucket for decision in decisions if None in decision.trends.values()]
    assert closed == [FIRST + 11 + 61]
    assert len(stage.book) == 0


def test_the_line_of_a_trend_is_written_when_it_changes() -> None:
    """Not at every tick: only when its count or state does."""
    stage = deciding()
    ticks = [make_tick(FIRST + i, burst(observed=n)) for i, n in enumerate([10, 10, 12, 12])]
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
