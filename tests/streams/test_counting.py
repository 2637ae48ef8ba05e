"""COUNT in the shell: its ticks do not show where it was restarted, and nothing is committed that a restart needs."""

import asyncio
import json
import random
from unittest.mock import AsyncMock

import pytest
from faust.types import TP

from config.sections import Topics
from detectors.counts import runs
from streams.counting import Counting
from streams.errors import StateError
from tests.detectors.making import FIRST, key_of, make_run, pipeline_settings
from tests.streams.shell import Listening, chunk_of, saving
from tests.streams.state.logs import MemoryStore

TOPICS = Topics()
RUNS = TP(TOPICS.runs, 0)
WORDS = [key_of(f"word{n}") for n in range(20)]


def log_of_runs(buckets: int = 40, seed: int = 1) -> list[bytes]:
    """The runs of one source of posts and its engagements, a pair a bucket."""
    numbers = random.Random(seed)
    made = []
    for bucket in range(FIRST, FIRST + buckets):
        posts = [numbers.getrandbits(60) for _ in range(numbers.randrange(12))]
        rows = [(post, numbers.randrange(1, 50), key) for post in posts for key in numbers.sample(WORDS, 2)]
        made.append(runs.encode(make_run(bucket, sorted({(p, p % 50 + 1, k) for p, _, k in rows}))))
        made.append(runs.encode(make_run(bucket, stream="engagements")))
    return made


class Worker:
    """A COUNT partition that can be started again, and the group's commits."""

    def __init__(self, every_s: float = 0.0) -> None:
        self.store = MemoryStore()
        self.sender = Listening()
        self.every_s = every_s
        self.epoch = 0
        self.start()

    def start(self) -> None:
        """A new process."""
        self.moves = 0
        self.counting = Counting(
            TOPICS, pipeline_settings(1), self.sender, saving(self.store, self.every_s), self.moved
        )
        self.epoch += 1

    async def read(self, log: list[bytes], start: int, end: int) -> None:
        """Records from one offset to another, in chunks of three."""
        for at in range(start, end, 3):
            await self.counting.runs(chunk_of(RUNS, log[at : min(at + 3, end)], at, self.epoch))

    def moved(self) -> None:
        """Somebody watches whether it stands still."""
        self.moves += 1

    @property
    def ticks(self) -> list[bytes | None]:
        """What was sent."""
        return self.sender.values.get(TOPICS.ticks, [])


async def whole(log: list[bytes]) -> list[bytes | None]:
    worker = Worker(every_s=1e9)
    await worker.read(log, 0, len(log))
    return worker.ticks


@pytest.mark.parametrize("seed", range(3))
async def test_restarts_do_not_show(seed: int) -> None:
    """Killed again and again, it repeats ticks at most; each once, they are those of an uninterrupted run."""
    numbers, log = random.Random(seed), log_of_runs(seed=seed)
    worker, read = Worker(), 0
    while read < len(log):
        start = worker.counting.commit_limit(RUNS)
        read = min(len(log), max(read, start) + numbers.randrange(1, 15))
        await worker.read(log, start, read)
        committed = worker.counting.commit_limit(RUNS)
        worker.start()
        assert worker.counting.commit_limit(RUNS) == 0
        await worker.read(log, committed, committed + 1)
        assert worker.counting.commit_limit(RUNS) == committed
    assert list(dict.fromkeys(worker.ticks)) == await whole(log)


@pytest.mark.parametrize("every_s", [0.0, 1e9])
async def test_a_kept_partition_goes_on(every_s: float) -> None:
    """The same process after a rebalance, with or without a snapshot: what was counted is not counted again."""
    log = log_of_runs()
    worker = Worker(every_s)
    await worker.read(log, 0, 50)
    worker.epoch += 1
    committed = worker.counting.commit_limit(RUNS)
    await worker.read(log, committed, committed + 1)
    assert worker.counting.commit_limit(RUNS) == committed
    await worker.read(log, committed + 1, len(log))
    assert worker.ticks == await whole(log)
    assert worker.store.opened == 2


async def test_what_others_counted_in_between_is_taken_from_the_snapshot() -> None:
    """A worker that the group gave up, and that comes back: what it has in memory is older."""
    log = log_of_runs()
    worker = Worker()
    await worker.read(log, 0, 30)
    lost = worker.counting
    worker.start()
    await worker.read(log, worker.counting.commit_limit(RUNS), 60)
    committed = worker.counting.commit_limit(RUNS)
    worker.counting, worker.epoch = lost, worker.epoch + 1
    await worker.read(log, committed, len(log))
    assert list(dict.fromkeys(worker.ticks)) == await whole(log)


async def test_a_step_that_was_cut_short_is_not_gone_on_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its ticks may not have been sent: the snapshot is what counts."""
    log = log_of_runs()
    worker = Worker()
    await worker.read(log, 0, 30)
    committed = worker.counting.commit_limit(RUNS)
    with monkeypatch.context() as patch:
        patch.setattr(worker.sender, "send", AsyncMock(side_effect=asyncio.CancelledError))
        with pytest.raises(asyncio.CancelledError):
            await worker.read(log, 30, 36)
    worker.epoch += 1
    await worker.read(log, committed, len(log))
    assert list(dict.fromkeys(worker.ticks)) == await whole(log)


async def test_snapshots_are_not_taken_too_often() -> None:
    """Before it is time, nothing is saved, and nothing may be committed."""
    log = log_of_runs()
    worker = Worker(every_s=3600.0)
    await worker.read(log, 0, len(log))
    assert len(worker.ticks) == 40
    assert (worker.counting.commit_limit(RUNS), worker.counting.commit_note(RUNS)) == (0, "")
    (log_of_state,) = worker.store.logs.values()
    assert log_of_state.sent == []


async def test_the_window_may_not_be_committed() -> None:
    """What is committed is where the window's runs begin; the note names the snapshot."""
    worker = Worker()
    await worker.read(log_of_runs(), 0, 80)
    limit = worker.counting.commit_limit(RUNS)
    assert 80 - 2 * 12 <= limit <= 80 - 2 * 9
    assert json.loads(worker.counting.commit_note(RUNS)) == {"snapshot": 80}


async def test_runs_that_are_gone_stop_the_worker() -> None:
    """Retention was shorter than the outage: without the window's runs the counts would be wrong."""
    log = log_of_runs()
    worker = Worker()
    await worker.read(log, 0, 60)
    needed = worker.counting.commit_limit(RUNS)
    worker.start()
    with pytest.raises(StateError, match=rf"runs.v1-0: records from offset {needed} on are needed .* is {needed + 1}"):
        await worker.read(log, needed + 1, 80)


async def test_partitions_that_are_gone_are_let_go() -> None:
    """Their state is somebody else's now."""
    worker = Worker()
    await worker.read(log_of_runs(), 0, 60)
    worker.counting.keep({1, 2})
    assert worker.counting.commit_limit(RUNS) == 0


async def test_a_long_chunk_does_not_look_like_a_stall() -> None:
    """Hours of runs in one chunk: each moves on by itself, and snapshots come in between."""
    log, worker = log_of_runs(), Worker()
    await worker.counting.runs(chunk_of(RUNS, log, 0, worker.epoch))
    assert worker.moves == len(log)
    (log_of_state,) = worker.store.logs.values()
    saved = len(log_of_state.sent)
    again = Worker()
    await again.read(log, 0, len(log))
    (log_of_state,) = again.store.logs.values()
    assert saved == len(log_of_state.sent) > 2 * len(worker.ticks)
