"""DECIDE in the shell: its alerts do not show where it was restarted, and nothing is committed that a restart needs."""

import json
import math
import random
from collections.abc import Iterable
from typing import Any

import pytest
import structlog
from faust.types import TP

from config.sections import Topics
from detectors.counts import ticks
from detectors.counts.ticks import PostRef
from detectors.model.posts import Post
from streams.archive import Archive, Texts
from streams.deciding import Deciding
from streams.errors import StateError
from tests.detectors.making import FIRST, make_candidate, make_post, make_tick, pipeline_settings
from tests.streams.shell import Listening, chunk_of, metrics, saving
from tests.streams.state.logs import MemoryStore

TOPICS = Topics()
TICKS = TP(TOPICS.ticks, 0)


class Posts(Archive):
    """Every post that is asked for, made up."""

    def __init__(self) -> None:
        pass

    async def read(self, refs: Iterable[PostRef]) -> Texts:
        """The same at every look."""
        return {(ref.source, ref.offset): post_at(ref.offset) for ref in refs}


def post_at(offset: int) -> Post:
    """A hundred offsets speak of one thing, the next hundred of another; none copies another's text."""
    own = ["".join("abcdefghij"[int(digit)] for digit in f"{n}{offset:04}") for n in range(4)]
    return make_post(f"p{offset}", offset % 60, " ".join([*words_of(offset // 100), *own]))


def words_of(topic: int) -> list[str]:
    """What people say about it."""
    return [f"{stem}{'abcdefghij'[topic]}" for stem in ("glass", "skin", "serum")]


def log_of_ticks(buckets: int = 120, seed: int = 1) -> list[bytes]:
    """Ticks of one COUNT partition with a burst now and then, warm after an hour."""
    numbers, made = random.Random(seed), []
    for bucket in range(FIRST, FIRST + buckets):
        topic = (bucket - FIRST) // 15
        burst = [make_candidate(word, range(100 * topic, 100 * topic + 6)) for word in words_of(topic)]
        series = {"posts|all": numbers.randrange(50, 60), "posts|platform:x": numbers.randrange(20, 30)}
        made.append(ticks.encode(make_tick(bucket, burst if (bucket - FIRST) % 15 < 4 else (), series=series)))
    return made


class Worker:
    """DECIDE, that can be started again."""

    def __init__(self, every_s: float = 0.0) -> None:
        self.store = MemoryStore()
        self.sender = Listening()
        self.every_s = every_s
        self.epoch = 0
        self.start()

    def start(self) -> None:
        """A new process."""
        self.moves = 0
        kept = saving(self.store, self.every_s)
        self.deciding = Deciding(TOPICS, pipeline_settings(1), self.sender, metrics(), Posts(), kept, self.moved)
        self.epoch += 1

    async def read(self, log: list[bytes], start: int, end: int) -> None:
        """Records from one offset to another, in chunks of three."""
        for at in range(start, end, 3):
            await self.deciding.ticks(chunk_of(TICKS, log[at : min(at + 3, end)], at, self.epoch))

    def moved(self) -> None:
        """Somebody watches whether it stands still."""
        self.moves += 1

    @property
    def alerts(self) -> dict[str, Any]:
        """What was sent, once per id, without the part that a replay may change."""
        read = [json.loads(value) for value in self.sender.values.get(TOPICS.alerts, []) if value]
        return {alert["alert_id"]: alert | {"trace": None} for alert in read}


@pytest.mark.parametrize("seed", range(3))
async def test_restarts_do_not_show(seed: int) -> None:
    """Killed again and again, it repeats alerts at most, under their ids."""
    numbers, log = random.Random(seed), log_of_ticks(seed=seed)
    never = Worker(every_s=1e9)
    await never.read(log, 0, len(log))
    worker, read = Worker(), 0
    while read < len(log):
        start = worker.deciding.commit_limit(TICKS)
        read = min(len(log), max(read, start) + numbers.randrange(1, 15))
        await worker.read(log, start, read)
        committed = worker.deciding.commit_limit(TICKS)
        worker.start()
        await worker.read(log, max(0, committed - 2), committed + 1)
    assert len(never.alerts) >= 3
    assert worker.alerts == never.alerts


async def test_kept_ticks_go_on() -> None:
    """The same process after a rebalance: nothing is decided again, and nothing is left out."""
    log, never = log_of_ticks(), Worker(every_s=1e9)
    await never.read(log, 0, len(log))
    worker = Worker(every_s=1e9)
    await worker.read(log, 0, 70)
    worker.epoch += 1
    await worker.read(log, 0, len(log))
    assert len(worker.sender.values[TOPICS.alerts]) == len(never.alerts)
    assert worker.alerts == never.alerts


async def test_forecasts_are_counted() -> None:
    """How many were asked, by horizon; a model that has learned nothing has no score."""
    worker = Worker()
    await worker.read(log_of_ticks(), 0, 120)
    shown = worker.deciding._metrics
    for horizon in ("6h", "24h"):
        assert shown.forecasts.labels(horizon, "asked")._value.get() >= 3
        assert shown.forecasts.labels(horizon, "told")._value.get() == 0
        assert math.isnan(shown.model_loss.labels(f"reaches-{horizon}")._value.get())
    for horizon in ("post-23h", "post-18h"):
        assert math.isnan(shown.model_loss.labels(f"reaches-{horizon}")._value.get())
    assert worker.deciding._decide
    worker.deciding._decide.stage.standouts.outlook.tally["post-23h", "unanswered"] = 2
    await worker.read(log_of_ticks(), 120, 140)
    assert shown.forecasts.labels("post-23h", "unanswered")._value.get() == 2


async def test_the_note_names_the_snapshot() -> None:
    """All that was read is in it: all may be committed."""
    worker = Worker()
    await worker.read(log_of_ticks(), 0, 30)
    assert worker.deciding.commit_limit(TICKS) == 30
    assert json.loads(worker.deciding.commit_note(TICKS)) == {"snapshot": 30}


async def test_the_end_of_warming_up_is_known() -> None:
    """From the first tick until it is reached."""
    worker, log = Worker(), log_of_ticks()
    assert worker.deciding.warming_until is None
    await worker.read(log, 0, 30)
    assert worker.deciding.warming_until == worker.deciding._decide.stage.warm_at()  # type: ignore[union-attr]
    await worker.read(log, 30, 75)
    assert worker.deciding.warming_until is None


async def test_ticks_that_are_gone_stop_the_worker() -> None:
    """Buckets would be left out without a word."""
    log = log_of_ticks()
    worker = Worker()
    await worker.read(log, 0, 30)
    worker.start()
    with pytest.raises(StateError, match=r"ticks.v1-0: records from offset 30 on are needed .* is 31"):
        await worker.read(log, 31, 40)


async def test_cold_models_are_spoken_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade of River: the series warm up again, and the log says why."""
    log = log_of_ticks()
    worker = Worker()
    await worker.read(log, 0, 90)
    monkeypatch.setattr("detectors.anomalies.judge.VERSIONS", {"river": "9", "numpy": "9", "python": "9"})
    worker.start()
    with structlog.testing.capture_logs() as said:
        await worker.read(log, 90, 93)
    (cold,) = [line for line in said if "start cold" in line["event"]]
    assert "-> 9" in cold["changed"]


async def test_a_worker_without_the_ticks_holds_nothing() -> None:
    """They have gone to another worker."""
    worker = Worker()
    await worker.read(log_of_ticks(), 0, 30)
    worker.deciding.keep({0})
    assert worker.deciding.commit_limit(TICKS) == 30
    worker.deciding.keep(set())
    assert (worker.deciding.commit_limit(TICKS), worker.deciding.commit_note(TICKS)) == (0, "")


async def test_a_long_chunk_does_not_look_like_a_stall() -> None:
    """Hours of ticks in one chunk: each moves on by itself, and what is decided is saved in between."""
    log, worker = log_of_ticks(), Worker()
    await worker.deciding.ticks(chunk_of(TICKS, log, 0, worker.epoch))
    assert worker.moves == len(log)
    again = Worker()
    await again.read(log, 0, len(log))
    saved, often = (sum(len(log.sent) for log in one.store.logs.values()) for one in (worker, again))
    assert saved == often > len(log)
