"""COUNT against sets: what a tick says of each subject is exact."""

import itertools
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts import screen
from detectors.counts.runs import Run, StreamName
from detectors.counts.spikes import Spikes
from detectors.counts.ticks import Candidate, PostRef, Tick
from detectors.stages.count import CountStage
from tests.detectors.making import BUCKET_S, Said, count_settings, key_of, make_run, run_of_said, voices_of

WINDOW = 4
OFFSETS = itertools.count()
GLASS, SKIN = key_of("glass"), key_of("skin")
KEYS = [GLASS, SKIN, key_of("glass skin", "phrase"), key_of("haul", "format")]
POSTS = st.lists(
    st.builds(
        Said,
        st.just(0),
        st.integers(1, 8),
        st.integers(1, 6),
        st.integers(0, WINDOW),
        st.lists(st.sampled_from(KEYS), max_size=3).map(tuple),
    ),
    max_size=6,
)
"""`bucket` is how late a post is, in buckets."""

BUCKETS = st.lists(st.tuples(POSTS, POSTS, st.lists(st.integers(1, 40), max_size=3)), min_size=1, max_size=10)
"""For each bucket the posts of two sources, and the posts that are taken back."""


EVERYONE: list[tuple[StreamName, int]] = [("posts", 0), ("posts", 1), ("engagements", 0), ("engagements", 1)]


def counting(**changes: Any) -> CountStage:
    """The only COUNT partition of two sources."""
    changes = {"window_s": WINDOW * BUCKET_S, "long_window_s": WINDOW * BUCKET_S} | changes
    return CountStage(partition=0, partitions=2, settings=count_settings(**changes))


def quiet(bucket: int, *sources: tuple[StreamName, int]) -> list[Run]:
    """Runs without posts."""
    return [make_run(bucket, stream=stream, source=source, partitions=2) for stream, source in sources]


def tick_of(stage: CountStage, *runs: Run) -> Tick:
    """The tick that some runs complete, together with engagements that tell nothing."""
    bucket = max(run.bucket for run in runs)
    others = quiet(bucket, ("engagements", 0), ("engagements", 1))
    told = {(run.stream, run.source) for run in runs}
    others += [run for run in quiet(bucket, ("posts", 0), ("posts", 1)) if (run.stream, run.source) not in told]
    (tick,) = [tick for run in (*runs, *others) for tick in stage.step(run, next(OFFSETS))]
    return tick


def numbered(said: Sequence[Said], bucket: int, start: int) -> list[Said]:
    """Posts with numbers of their own, dated."""
    return [one._replace(post_id=start + i, bucket=bucket - one.bucket) for i, one in enumerate(said)]


@settings(max_examples=60)
@given(BUCKETS, st.sampled_from([WINDOW, WINDOW + 1, 2 * WINDOW, 2 * WINDOW + 3]))
def test_counts_are_exact(buckets: list[tuple[list[Said], list[Said], list[int]]], long: int) -> None:
    """Every subject with new posts is told with its distinct voices in both windows: copies, late posts, deletions.

    And with how many people there would be more, had nothing been taken back.
    """
    stage, every, whole, numbers = counting(long_window_s=long * BUCKET_S), list[Said](), list[Said](), 1
    for bucket, (one, two, taken_back) in enumerate(buckets, 100):
        first = numbered(one, bucket, numbers)
        second = numbered(two, bucket, numbers + len(first))
        numbers += len(first) + len(second)
        deleted = np.array(sorted(taken_back), np.uint64).tobytes()
        tick = tick_of(stage, run_of_said(first, bucket, 0, deleted=deleted), run_of_said(second, bucket, 1))
        every = [said for said in every if said.post_id not in taken_back] + first + second
        alive = [said for said in every if said.bucket > bucket - WINDOW]
        whole = [said for said in (*whole, *first, *second) if said.bucket > bucket - WINDOW]
        begins = min(bucket - WINDOW + 1, -(-(bucket - long + 1) // WINDOW) * WINDOW)
        fresh = {key for said in (*first, *second) for key in said.keys}
        short, longer = voices_of(alive), voices_of(said for said in every if said.bucket >= begins)
        assert {c.key: c.observed for c in tick.candidates} == {k: short.get(k, 0) for k in fresh & longer.keys()}
        for candidate in tick.candidates:
            assert (candidate.long.observed if candidate.long else 1) == longer[candidate.key]
            here = [said for said in alive if candidate.key in said.keys]
            gone = {said.author for said in whole if candidate.key in said.keys} - {said.author for said in here}
            assert candidate.people is not None
            assert (candidate.people.posts, candidate.people.gone) == (len(here), len(gone))
            holders = {said.post_id for said in here}
            assert {ref.post_id for ref in candidate.posts} <= holders
            assert len(candidate.posts) == min(20, len(holders))


def said(post_id: int, author: int, bucket: int, *keys: int) -> Said:
    """A post with a text of its own."""
    return Said(post_id, author, author, bucket, keys or (GLASS,))


def only(tick: Tick) -> Candidate:
    """The only candidate of a tick."""
    (candidate,) = tick.candidates
    return candidate


def test_runs_that_come_together_are_taken_in_order() -> None:
    """A source that was passed over tells several buckets at once: the later takes back what the earlier brought."""
    stage, others = counting(), EVERYONE[1:]
    tick_of(stage, run_of_said([], 10))
    idle = Run(stream="posts", source=0, partitions=2, since=11, bucket=10, idle=True)
    runs = [run for bucket in (11, 12) for run in quiet(bucket, *others)]
    assert [tick.absent for run in (*runs, idle, idle) for tick in stage.step(run, next(OFFSETS))] == [1, 1]
    gone = np.array([1], np.uint64).tobytes()
    back = [run_of_said([said(1, 5, 11), said(2, 6, 11)], 11), run_of_said([], 12, deleted=gone), run_of_said([], 13)]
    ticks = [tick for run in (*back, *quiet(13, *others)) for tick in stage.step(run, next(OFFSETS))]
    assert [(tick.bucket, only(tick).observed) for tick in ticks] == [(13, 1)]


def test_a_post_that_takes_its_place_in_the_same_run_stays() -> None:
    """An update: the old version goes, the new one, of the same number, counts."""
    stage = counting()
    tick_of(stage, run_of_said([said(1, 5, 10)], 10))
    tick = tick_of(stage, run_of_said([said(1, 5, 10, SKIN), said(2, 6, 11)], 11, deleted=np.uint64(1).tobytes()))
    assert {c.key: c.observed for c in tick.candidates} == {GLASS: 1, SKIN: 1}


def test_an_edit_is_no_deletion() -> None:
    """Nobody is gone, whether the new version still names the subject or not."""
    stage = counting()
    tick_of(stage, run_of_said([said(1, 5, 10, GLASS, SKIN), said(2, 6, 10, GLASS)], 10))
    gone = np.array([1], np.uint64).tobytes()
    edited = run_of_said([said(1, 5, 10, GLASS), said(3, 7, 11, SKIN)], 11, deleted=gone, replaced=gone)
    told = {c.key: (c.observed, c.people and c.people.gone) for c in tick_of(stage, edited).candidates}
    assert told == {GLASS: (2, 0), SKIN: (1, 0)}


LONG_S = 900.0
A_DAY = round(86_400 / LONG_S)


def six_hours_a_day(days: int) -> list[list[Candidate]]:
    """A subject with a voice an hour and, for six hours of each day but the first, 120; as it is told day by day."""
    changes = {"bucket_s": LONG_S, "window_s": 4 * LONG_S, "long_window_s": 24 * LONG_S, "half_life_s": 86_400.0}
    stage = counting(screen_p=1e-4, min_voices=3, follow_s=0.0, warm_up_s=43_200.0, **changes)
    told = []
    for day in range(days):
        told.append(list[Candidate]())
        for i in range(A_DAY):
            bucket = day * A_DAY + i
            voices = 30 if day and i < 24 else int(i % 4 == 0)
            posts = [said(100 * bucket + n, 100 * bucket + n, bucket) for n in range(voices)]
            told[-1] += tick_of(stage, run_of_said(posts, bucket, voices=1200, new_voices=300)).candidates
    return told


def test_a_trend_does_not_teach_the_past_its_spike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of six hours with 120 voices each; on the next day it is as surprising as before. If it had, it would not be."""
    first, second = ([c for c in day if c.observed == 120] for day in six_hours_a_day(3)[1:])
    assert first[0].expected < second[0].expected < 4
    assert second[0].surprise > 0.8 * first[0].surprise
    monkeypatch.setattr(Spikes, "shares", lambda *_: None)
    first, second = ([c for c in day if c.observed == 120] for day in six_hours_a_day(3)[1:])
    assert second == [] or second[0].surprise < 0.5 * first[0].surprise


def test_few_voices_are_not_told() -> None:
    """Below `min_voices` a subject is none."""
    posts = [said(i, i, 10) for i in (1, 2)]
    assert tick_of(counting(min_voices=3), run_of_said(posts, 10)).candidates == ()
    assert only(tick_of(counting(min_voices=2), run_of_said(posts, 10))).observed == 2


def test_what_is_expected_is_not_told() -> None:
    """Only what surprises beyond the screen; an everyday subject is screened out without a count."""
    stage = counting(screen_p=1e-4, min_voices=3)
    surprises = []
    for bucket in range(10, 60):
        posts = [said(100 * bucket + i, 100 * bucket + i, bucket) for i in range(3)]
        surprises.append(tick_of(stage, run_of_said(posts, bucket, voices=12)).candidates)
    assert surprises[-1] == ()
    burst = [said(9000 + i, 9000 + i, 60) for i in range(200)]
    assert only(tick_of(stage, run_of_said(burst, 60, voices=200))).surprise > 4


def test_a_subject_is_followed_for_a_while() -> None:
    """What surprised once is told at every tick until `follow_s` is over, posts or not."""
    stage = counting(screen_p=1e-4, min_voices=3, follow_s=3 * BUCKET_S)
    burst = [said(i, i, 10) for i in range(1, 40)]
    told = [tick_of(stage, run_of_said(burst, 10, voices=39))]
    told += [tick_of(stage, run_of_said([], bucket)) for bucket in range(11, 16)]
    assert [[c.observed for c in tick.candidates] for tick in told] == [[39], [39], [39], [39], [], []]


def test_the_most_surprising_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick's size is bounded."""
    monkeypatch.setattr(screen, "MAX_CANDIDATES", 1)
    posts = [said(1, 1, 10, GLASS), said(2, 2, 10, SKIN), said(3, 3, 10, SKIN)]
    assert only(tick_of(counting(), run_of_said(posts, 10))).key == SKIN


def test_subjects_that_share_posts_share_samples() -> None:
    """The posts with the smallest numbers, each once, by source and offset."""
    posts = [said(i, i, 10, GLASS, SKIN, SKIN) for i in range(50, 0, -1)]
    tick = tick_of(counting(evidence_posts=3), run_of_said(posts, 10, source=1))
    refs = tuple(PostRef(1, i, i, i) for i in (1, 2, 3))
    assert {c.key: c.posts for c in tick.candidates} == {GLASS: refs, SKIN: refs}


def test_a_tick_says_what_it_rests_on() -> None:
    """People of the window of all sources, tracked subjects, sums of series, the newest Kafka time."""
    runs = [
        run_of_said([said(1, 1, 10)], 10, 0, voices=70, increments={"posts|all": 1, "a|b": 2}, kafka_at=5.0),
        run_of_said([said(2, 2, 10, SKIN)], 10, 1, voices=30, increments={"posts|all": 4}, kafka_at=7.0),
    ]
    tick = tick_of(counting(), *runs)
    assert (tick.partition, tick.partitions, tick.bucket, tick.absent, tick.kafka_at) == (0, 2, 10, 0, 7.0)
    assert (tick.exposure, tick.tracked, tick.series) == (100.0, 2, {"a|b": 2, "posts|all": 5})


def test_frequent_words_are_published_once_a_window() -> None:
    """With their pasts; DECIDE learns from them which words are common."""
    stage, told = counting(), dict[int, dict[int, float]]()
    for bucket in range(100, 120):
        posts = [said(100 * bucket + i, 100 * bucket + i, bucket, GLASS, KEYS[2]) for i in range(5)]
        told[bucket] = tick_of(stage, run_of_said(posts, bucket)).frequent
    assert [bucket for bucket, frequent in told.items() if frequent] == [108, 112, 116]
    assert set(told[116]) == {GLASS}
    assert told[116][GLASS] == pytest.approx(5 * sum(0.5 ** (k / 60) for k in range(12)), rel=1e-3)


def test_a_long_silence_is_left_out() -> None:
    """After a day without a post empty buckets are passed over; the past decays as if they had been told."""
    changes = {
        "bucket_s": 3600.0,
        "window_s": WINDOW * 3600.0,
        "long_window_s": WINDOW * 3600.0,
        "half_life_s": 10 * 86_400.0,
    }
    stage, patient = counting(**changes), counting(**changes)
    posts, last = [said(i, i, 10) for i in range(1, 9)], 10 + 5 * 24
    for one, steps in ((stage, [last]), (patient, range(11, last + 1))):
        tick_of(one, run_of_said(posts, 10))
        since, ticks = 11, 0
        for bucket in steps:
            runs = [msgspec.structs.replace(run, since=since) for run in quiet(bucket, *EVERYONE)]
            ticks += sum(len(one.step(run, next(OFFSETS))) for run in runs)
            since = bucket + 1
        assert ticks == (24 + WINDOW + 1 if one is stage else 5 * 24)
    again = [only(tick_of(one, run_of_said([said(99, 99, last + 1)], last + 1))) for one in (stage, patient)]
    assert again[0].past == pytest.approx(again[1].past, rel=1e-4)
    assert again[0].past == pytest.approx(8 * 0.5**0.5, rel=0.05)
