"""COUNT is killed at any point and goes on from its snapshot: the same ticks, byte for byte."""

import random
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detectors.counts import caps, hours
from detectors.counts import runs as run_format
from detectors.counts.draws import draws_of
from detectors.counts.runs import Run, StreamName
from detectors.counts.ticks import encode
from detectors.errors import DetectorError
from detectors.figures import rows
from detectors.stages.count import STATE_PART, CountStage
from tests.detectors.making import BUCKET_S, Said, count_settings, key_of, pieces_of_said

WINDOW = 4
KEYS = [key_of("glass"), key_of("skin"), key_of("glass skin", "phrase"), key_of("haul", "format")]
SOURCES: list[tuple[StreamName, int]] = [("posts", 0), ("posts", 1), ("engagements", 0), ("engagements", 1)]
FIRST_OFFSET = 70
HOUR = 6
"""Buckets: longer than the window, so that an hour is counted in blocks."""


def counting(**changes: Any) -> CountStage:
    """The only COUNT partition of two sources; little is told, that is followed. The long window often shrinks.

    An hour is short, that some may close.
    """
    known: dict[str, Any] = {"window_s": WINDOW * BUCKET_S, "long_window_s": 2 * WINDOW * BUCKET_S}
    known |= {"long_window_posts": 8}
    known |= {"screen_p": 0.5, "follow_s": 2 * BUCKET_S, "cell_bits": 8, "warm_up_s": 3 * BUCKET_S}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hours, "HOUR_S", HOUR * BUCKET_S)
        return CountStage(partition=0, partitions=2, settings=count_settings(**(known | changes)))


def told_by(rnd: random.Random, stream: StreamName, source: int) -> list[list[Run]]:
    """What a source tells, run by run in pieces: late posts, deletions, several buckets at once, idle marks."""
    said, bucket, log = list[Said](), 9, list[list[Run]]()
    while bucket < 24:
        since, bucket = bucket + 1, bucket + rnd.choice([1, 1, 1, 2, 5])
        if rnd.random() < 0.2:
            idle = rnd.random() < 0.8
            mark = Run(stream=stream, source=source, partitions=2, since=since, bucket=since - 1, idle=idle)
            log += [[mark]] * rnd.choice([1, 2, 3])
        fresh, taken_back = list[Said](), list[int]()
        if stream == "posts":
            fresh = [some_post(rnd, 1000 * source + len(said) + i, bucket) for i in range(rnd.choice([0, 2, 6]))]
            taken_back = sorted({one.post_id for one in said if rnd.random() < 0.1})
        said += fresh
        fields: dict[str, Any] = {
            "since": since,
            "voices": rnd.randint(5, 50),
            "increments": {"a|b": rnd.randint(1, 9)},
            "figures": some_figures(rnd, source),
        }
        fields |= {"stream": stream, "deleted": np.array(taken_back, np.uint64).tobytes(), "kafka_at": rnd.random()}
        fields |= {"drawn": some_draws(source, bucket)} if stream == "engagements" else {}
        log.append(pieces_of_said(fresh, bucket, source, **fields))
    return log


def some_draws(source: int, bucket: int) -> bytes:
    """Acts about young posts of the source, two of a bucket, by some of whom there are names; drawn on their own."""
    rng = np.random.default_rng([source, bucket])
    number = 2 * (bucket - rng.integers(0, WINDOW, 12)) + rng.integers(0, 2, 12)
    post, actor = 1000 * source + (number - 18).astype(np.uint64), rng.integers(0, 4, 12).astype(np.uint32)
    return draws_of(post, actor, number // 2, rng.integers(-1, 4, 12)).tobytes()


def some_figures(rnd: random.Random, source: int) -> bytes:
    """Posts of one of three hours, by their source."""
    hour = np.array([rnd.choice([-1, 0, 1])], "<i4").tobytes()
    one = (
        np.zeros(1, "<u4").tobytes(),
        np.zeros(1, "<u2").tobytes(),
        hour,
        np.array([rnd.randint(1, 9)], "<i8").tobytes(),
    )
    return rows.encode(rows.Told(["all"], [f"posts{source}"], *one))


def some_post(rnd: random.Random, number: int, bucket: int) -> Said:
    """A post that may be late."""
    keys = tuple(rnd.choices(KEYS, k=rnd.randint(0, 3)))
    return Said(number, rnd.randint(1, 9), rnd.randint(1, 9), bucket - rnd.choice([0, 0, 0, 1, WINDOW - 1]), keys)


def some_log(rnd: random.Random) -> list[Run]:
    """The logs of all sources, mixed at random; some of it comes again, as from a reader that was restarted."""
    queues = [told_by(rnd, stream, source) for stream, source in SOURCES]
    mixed: list[Run] = []
    while any(queues):
        queue = rnd.choice([queue for queue in queues if queue])
        mixed += queue[0]
        if rnd.random() < 0.9:
            queue.pop(0)
    return mixed


def ticks_of(stage: CountStage, log: list[Run], start: int = FIRST_OFFSET) -> list[list[bytes]]:
    """The ticks of each run, as bytes."""
    return [[encode(tick) for tick in stage.step(run, offset)] for offset, run in enumerate(log, start)]


def restored(stage: CountStage) -> CountStage:
    """A fresh stage with the snapshot of another."""
    fresh = counting()
    fresh.restore(stage.snapshot())
    return fresh


SEEDS = st.integers(0, 2**32)  # one number, not a stream of draws: hypothesis shrinks logs of this length for minutes
SHARES = st.floats(0, 1)


@settings(max_examples=150)
@given(SEEDS, SHARES, SHARES)
@example(1_031_711_124, 0.0, 0.0).via("deleted after it had faded: a past below 0")
def test_a_restart_changes_nothing(seed: int, one: float, other: float) -> None:
    """Cut anywhere: silence up to the cut, then the same ticks; and a snapshot later on is the same as without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_format, "PIECE_BYTES", 30)
        patch.setattr(run_format, "SAMPLE", 3)
        patch.setattr(caps, "SAMPLE", 3)
        log = some_log(random.Random(seed))
    cut, later = sorted((round(one * len(log)), round(other * len(log))))
    whole = counting()
    ticks_of(whole, log[:cut])
    again = restored(whole)
    assert again.snapshot() == whole.snapshot()
    assert again.needed_from == whole.needed_from
    start = (whole.needed_from or FIRST_OFFSET) - FIRST_OFFSET
    assert start <= cut
    silent = ticks_of(again, log[start:cut], FIRST_OFFSET + start)
    assert silent == [[]] * (cut - start)
    assert ticks_of(again, log[cut:later], FIRST_OFFSET + cut) == ticks_of(whole, log[cut:later], FIRST_OFFSET + cut)
    assert again.snapshot() == whole.snapshot()
    assert again.needed_from == whole.needed_from
    rest = ticks_of(whole, log[later:], FIRST_OFFSET + later)
    assert ticks_of(again, log[later:], FIRST_OFFSET + later) == rest


@settings(max_examples=50)
@given(SEEDS, SHARES, SHARES)
def test_a_restart_may_be_interrupted(seed: int, one: float, other: float) -> None:
    """Killed again while the window is rebuilt: the snapshot is still the first one."""
    log = some_log(random.Random(seed))
    cut = max(1, round(one * len(log)))
    whole = counting()
    ticks_of(whole, log[:cut])
    again = restored(whole)
    start = (whole.needed_from or 0) - FIRST_OFFSET
    ticks_of(again, log[start : start + round(other * (cut - start))], FIRST_OFFSET + start)
    third = restored(again)
    assert third.snapshot() == whole.snapshot()
    expected = ticks_of(whole, log[cut:], FIRST_OFFSET + cut)
    assert ticks_of(third, log[start:], FIRST_OFFSET + start)[cut - start :] == expected


def test_the_ticks_of_such_logs_hold_something() -> None:
    """The tests above compare ticks with candidates, series and frequent words, not empty ones."""
    log = some_log(random.Random(1))
    stage = counting()
    ticks = [tick for offset, run in enumerate(log) for tick in stage.step(run, offset)]
    assert sum(len(tick.candidates) for tick in ticks) > 10
    assert any(tick.frequent for tick in ticks)
    assert any(tick.absent for tick in ticks)
    assert any(tick.drawn for tick in ticks)
    assert any(candidate.drawn for tick in ticks for candidate in tick.candidates)


def test_nothing_read_nothing_needed() -> None:
    """A snapshot of a fresh stage is one too."""
    again = restored(counting())
    assert again.needed_from is None
    log = some_log(random.Random(2))
    assert ticks_of(again, log) == ticks_of(counting(), log)


def test_a_run_that_is_gone_is_named() -> None:
    """The log was cut within the window: an error that says what to do, no wrong count."""
    log = some_log(random.Random(3))
    whole = counting()
    ticks_of(whole, log[:-1])
    again = restored(whole)
    assert whole.needed_from is not None
    with pytest.raises(
        DetectorError, match=rf"run at offset {whole.needed_from} of \d+ that the snapshot needs is gone"
    ):
        again.step(log[-1], FIRST_OFFSET + len(log) - 1)


def test_a_part_that_is_missing_is_named() -> None:
    """Neither a block of the past nor the rest may be guessed."""
    whole = counting()
    ticks_of(whole, some_log(random.Random(4)))
    for name in whole.snapshot():
        parts = {other: block for other, block in whole.snapshot().items() if other != name}
        with pytest.raises(DetectorError, match=name):
            counting().restore(parts)


def test_another_version_is_refused() -> None:
    """A worker does not guess what another version meant."""
    parts = counting().snapshot()
    state = msgspec.msgpack.decode(parts[STATE_PART])
    with pytest.raises(DetectorError, match="count state format version 99: this worker reads 3"):
        counting().restore(parts | {STATE_PART: msgspec.msgpack.encode(state | {"version": 99})})


def test_another_size_of_the_past_is_refused() -> None:
    """Cells cannot be spread anew: they hold no keys."""
    with pytest.raises(DetectorError, match=r"past-0-0000 of the snapshot has 1024 bytes: 2048 are needed for bits=9"):
        counting(cell_bits=9).restore(counting().snapshot())


def test_parts_are_small_and_few_change() -> None:
    """The store sends only what changed; no part is greater than a message."""
    stage, log = counting(cell_bits=20), some_log(random.Random(5))
    half = len(log) // 2
    ticks_of(stage, log[:half])
    before = stage.snapshot()
    ticks_of(stage, log[half:], FIRST_OFFSET + half)
    after = stage.snapshot()
    assert set(before) <= set(after)
    assert before[STATE_PART] != after[STATE_PART]
    assert sum(after[name] == block for name, block in before.items()) >= 16 - 2 * len(KEYS)
    assert max(len(block) for block in after.values()) <= 512 * 1024
