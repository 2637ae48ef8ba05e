"""DECIDE cut anywhere: snapshot, a fresh stage, restore, and it goes on as if nothing had happened."""

import json
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors import pipeline
from detectors.anomalies import models
from detectors.anomalies.judge import SeriesJudge
from detectors.counts.ticks import Tick
from detectors.stages.decide import DecideStage
from streams.codec import encode_alert
from tests.detectors.making import BUCKET_S, FIRST, decide_settings, make_candidate, make_post, make_tick
from tests.detectors.stages.streams_of_ticks import SETTINGS, Day, made_day, told


@pytest.fixture(scope="module")
def day() -> Day:
    return made_day()


def test_a_day_cut_at_any_tick(day: Day) -> None:
    """Cut again and again, often within a bucket: the same state and the same alerts, byte for byte."""
    whole, cut = pipeline.decider(SETTINGS), pipeline.decider(SETTINGS)
    alerts: list[bytes] = []
    for start in range(0, len(day.ticks), 19):
        ticks = day.ticks[start : start + 19]
        expected = told(whole, day, ticks)
        assert told(cut, day, ticks) == expected
        alerts += expected
        parts = whole.snapshot()
        cut = pipeline.decider(SETTINGS)
        cut.restore(parts)
        assert cut.snapshot() == parts
        assert (cut.reached_at, cut.warm_at(), len(cut.book)) == (whole.reached_at, whole.warm_at(), len(whole.book))
        assert cut.judge.scores() == whole.judge.scores()
        assert cut.judge.held == whole.judge.held
    kinds = {(alert["kind"], alert["action"]) for alert in map(json.loads, alerts)}
    assert {("trend", "fired"), ("trend", "escalated"), ("kpi_anomaly", "fired"), ("data_quality", "fired")} <= kinds


@pytest.mark.parametrize("library", sorted(models.VERSIONS))
def test_models_of_another_version_start_cold(day: Day, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    """Trends go on as they were; series warm up again, what was open about them is closed, and it says why."""
    whole = pipeline.decider(SETTINGS)
    ended = next(i for i, tick in enumerate(day.ticks) if told(whole, day, [tick]) and whole.judge._ledger._open)
    parts = whole.snapshot()
    monkeypatch.setattr(models, "VERSIONS", models.VERSIONS | {library: "0.0"})
    monkeypatch.setattr("detectors.anomalies.judge.VERSIONS", models.VERSIONS)
    cold = pipeline.decider(SETTINGS)
    cold.restore(parts)
    assert cold.judge.cold is not None
    assert cold.judge.cold.endswith(" -> 0.0")
    assert (cold.judge.tracked, cold.judge.warming_up) == (whole.judge.tracked, whole.judge.tracked)

    rest = day.ticks[ended + 1 : ended + 40]
    expected = [json.loads(alert) for alert in told(whole, day, rest)]
    found = [json.loads(alert) for alert in told(cold, day, rest)]
    assert [a for a in found if a["kind"] == "trend"] == [a for a in expected if a["kind"] == "trend"]
    series = [a for a in found if a["kind"] != "trend"]
    assert {a["action"] for a in series} == {"resolved"}
    assert "no data came for a while" in series[0]["explanation"]["en"]
    assert cold.judge.cold is None


POSTS = [
    make_post(f"p{i}", i, f"glass skin serum of {'ABC'[i % 3]}{i % 7} #GlassSkin on{i} by{i} for{i}") for i in range(40)
]
Told = list[tuple[int, int, list[tuple[str, int, int, float]]]]
"""Partition, gap to its last bucket, and bursts: name, first post, posts, surprise."""

NAMES = ("glass", "skin", "serum", "of")
BURST = st.tuples(st.sampled_from(NAMES), st.integers(0, 30), st.integers(2, 10), st.sampled_from([0.5, 5.0, 9.0]))
TICKS = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 12), st.lists(BURST, max_size=4)), min_size=1, max_size=12)


def ticks_of(told_of: Told) -> list[Tick]:
    """Ticks of two partitions, each with its own gaps between buckets."""
    reached = [FIRST, FIRST]
    ticks = []
    for partition, gap, bursts in told_of:
        reached[partition] += gap
        candidates = {
            name: make_candidate(name, range(first, first + n), surprise=surprise, observed=n)
            for name, first, n, surprise in bursts
        }
        series = {"posts|all": len(bursts) * gap, f"likes|platform:{partition}": gap}
        ticks.append(make_tick(reached[partition], list(candidates.values()), partition=partition, series=series))
    return ticks


@settings(max_examples=60)
@given(TICKS, st.data())
def test_any_ticks_cut_anywhere(told_of: Told, data: st.DataObject) -> None:
    """Gaps, partitions that wait for each other, bursts that join: the rest is the same after a restart."""
    ticks = ticks_of(told_of)
    where = data.draw(st.integers(0, len(ticks)))

    def stage() -> DecideStage:
        judge = SeriesJudge(bucket_s=BUCKET_S, warm_up_buckets=3)
        return DecideStage(partitions=2, settings=decide_settings(), judge=judge)

    def run(deciding: DecideStage, some: Sequence[Tick]) -> list[bytes]:
        out = []
        for tick in some:
            for question in deciding.ready(tick):
                decision = deciding.decide(question, {(r.source, r.offset): POSTS[r.offset] for r in question.posts})
                out += [encode_alert(alert) for alert in decision.alerts]
                out += [msgspec.json.encode(decision.trends)]
        return out

    whole, cut = stage(), stage()
    run(whole, ticks[:where])
    cut.restore(whole.snapshot())
    assert run(cut, ticks[where:]) == run(whole, ticks[where:])
    assert cut.snapshot() == whole.snapshot()


def text_of(number: int) -> str:
    """What all speak of, and words of one's own: copies would be one voice."""
    letters = "".join("abcdefghij"[int(digit)] for digit in f"{number:03}")
    return " ".join(["glass skin serum", *(f"own{stem}{letters}" for stem in "stuv")])


def test_what_did_not_change_has_equal_bytes() -> None:
    """A trend without news, full parts of its posts, a tick that waits: the store need not send them again."""
    judge = SeriesJudge(bucket_s=BUCKET_S)
    stage = DecideStage(partitions=2, settings=decide_settings(), judge=judge)
    posts = {(0, i): make_post(f"p{i}", i, text_of(i)) for i in range(250)}
    burst = [make_candidate(name, range(250)) for name in ("glass", "skin", "serum")]
    ticks = [make_tick(FIRST, burst, partition=0), make_tick(FIRST, partition=1), make_tick(FIRST + 2, partition=0)]
    for tick in ticks:
        for question in stage.ready(tick):
            stage.decide(question, posts)
    before = stage.snapshot()
    for question in stage.ready(make_tick(FIRST + 1, partition=1)):
        stage.decide(question, posts)
    after = stage.snapshot()
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed == {"stage", "series", "standouts/posts/share", "standouts/creators/share"}
    assert sorted(name.split("/")[-1] for name in after if name.startswith("posts/")) == ["000000", "000001", "000002"]
    assert f"tick/{FIRST + 2}/0" in after
