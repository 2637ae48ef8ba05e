"""COUNT in a process of its own, so that a second processor counts while the first reads and decides.

What is decided is the same: DECIDE waits for the ticks of all partitions, and takes each partition's in their order.
"""

import multiprocessing
import os
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import msgspec

from detectors import pipeline
from detectors.counts import runs, ticks
from detectors.counts.runs import Run
from detectors.counts.ticks import Tick
from streams.errors import StreamsError

BATCH = 32
"""Runs that are handed over at once: about those of a bucket."""
MOST_AWAITED = 64
"""Batches whose answers are awaited at most: a bound on what waits in memory."""

Handed = tuple[int, int, bytes]
"""A partition, the run's offset, and the run."""


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """What came of a batch: ticks, or what went wrong."""

    ticks: tuple[bytes, ...] = ()
    error: str = ""


_read_batch = msgspec.msgpack.Decoder(tuple[Handed, ...]).decode
_read_answer = msgspec.msgpack.Decoder(Answer).decode


@contextmanager
def counting(settings: pipeline.Settings) -> Iterator[pipeline.Counters]:
    """COUNT of all partitions: beside this process if there is a processor for it, else in it."""
    if processors() < 2:
        yield pipeline.CountersHere(settings)
        return
    spawning = multiprocessing.get_context("spawn")  # nothing of this process is copied: it may have threads
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=serve, args=(theirs, settings), name="count", daemon=True)
    process.start()
    theirs.close()
    try:
        yield CountersBeside(ours)
    finally:
        ours.close()
        process.terminate()
        process.join()


def processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class CountersBeside:
    """Hands runs over in batches, and takes the ticks as they come.

    Args:
        connection: to `serve`.
    Raises: StreamsError if the other side failed, or is gone.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._batch: list[Handed] = []
        self._awaited = 0
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        # reads at all times: two sides that both wait to be read would wait for ever
        threading.Thread(target=self._listen, name="ticks", daemon=True).start()

    def step(self, partition: int, run: Run, offset: int) -> Iterator[Tick]:
        """See pipeline.Counters."""
        self._batch.append((partition, offset, runs.encode(run)))
        if len(self._batch) == BATCH:
            self._hand_over()
        while self._awaited > MOST_AWAITED or (self._awaited and not self._answers.empty()):
            yield from self._next()

    def settle(self) -> Iterator[Tick]:
        """See pipeline.Counters."""
        self._hand_over()
        while self._awaited:
            yield from self._next()

    def _hand_over(self) -> None:
        if self._batch:
            try:
                self._connection.send_bytes(msgspec.msgpack.encode(self._batch))
            except OSError as error:
                raise StreamsError(f"the process that counts is gone: {error}") from error
            self._batch = []
            self._awaited += 1

    def _next(self) -> Iterator[Tick]:
        answer = self._answers.get()
        if answer.error:
            raise StreamsError(f"the process that counts failed: {answer.error}")
        self._awaited -= 1
        yield from map(ticks.decode, answer.ticks)

    def _listen(self) -> None:
        try:
            while True:
                self._answers.put(_read_answer(self._connection.recv_bytes()))
        except (EOFError, OSError) as error:
            self._answers.put(Answer(error=f"it ended ({type(error).__name__})"))


def serve(connection: Connection, settings: pipeline.Settings) -> None:
    """Count what comes until nobody asks any more."""
    counters = pipeline.CountersHere(settings)
    try:
        while True:
            batch = _read_batch(connection.recv_bytes())
            told = [t for partition, at, run in batch for t in counters.step(partition, runs.decode(run), at)]
            connection.send_bytes(msgspec.msgpack.encode(Answer(tuple(map(ticks.encode, told)))))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return
    except Exception as error:
        connection.send_bytes(msgspec.msgpack.encode(Answer(error=f"{type(error).__name__}: {error}")))
        raise
