"""READ and COUNT in a process of their own, so that a second processor counts while the first reads files and decides.

What is decided is the same: DECIDE waits for the ticks of all partitions, and takes each partition's in their order.
"""

import multiprocessing
import os
import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Literal

import msgspec

from detectors import pipeline
from detectors.counting import Counting, CountingHere
from detectors.counts import ticks
from detectors.counts.ticks import Tick
from detectors.stages.engagements import EngagementChunk
from detectors.stages.posts import PostChunk
from streams.errors import StreamsError

AHEAD = 40
"""Calls given to the other side ahead of the answers taken: it never waits for this one. Bounds memory."""

Call = tuple[Literal["take"], int, PostChunk | EngagementChunk] | tuple[Literal["pause", "finish"]]
"""What is handed over: a method of `Counting` and its arguments."""


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """What came of a call: ticks, or what went wrong."""

    ticks: tuple[bytes, ...] = ()
    error: str = ""


_read_answer = msgspec.msgpack.Decoder(Answer).decode


@contextmanager
def counting(settings: pipeline.Settings) -> Iterator[Counting]:
    """READ and COUNT of all partitions: beside this process if there is a processor for it, else in it."""
    if processors() < 2:
        yield pipeline.counting(settings)
        return
    spawning = multiprocessing.get_context("spawn")  # nothing of this process is copied: it may have threads
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=serve, args=(theirs, settings), name="count", daemon=True)
    process.start()
    theirs.close()
    try:
        yield CountingBeside(ours)
    finally:
        ours.close()
        process.terminate()
        process.join()


def processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class CountingBeside:
    """Hands calls over, and takes the ticks as they come.

    Args:
        connection: to `serve`.
    Raises: StreamsError if the other side failed, or is gone.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._awaited = 0
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        # reads at all times: two sides that both wait to be read would wait for ever
        threading.Thread(target=self._listen, name="ticks", daemon=True).start()

    def take(self, partition: int, chunk: PostChunk | EngagementChunk) -> Iterator[Tick]:
        """See Counting."""
        yield from self._call(("take", partition, chunk))

    def pause(self) -> Iterator[Tick]:
        """See Counting."""
        yield from self._call(("pause",))

    def finish(self) -> Iterator[Tick]:
        """See Counting."""
        yield from self._call(("finish",))

    def settle(self) -> Iterator[Tick]:
        """See Counting."""
        while self._awaited:
            yield from self._next()

    def _call(self, call: Call) -> Iterator[Tick]:
        try:
            self._connection.send(call)
        except OSError as error:
            raise StreamsError(f"the process that counts is gone: {error}") from error
        self._awaited += 1
        while self._awaited > AHEAD:
            yield from self._next()

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
    """Do what is asked until nobody asks any more."""
    here = pipeline.counting(settings)
    try:
        while True:
            told = tuple(map(ticks.encode, _done(here, connection.recv())))
            connection.send_bytes(msgspec.msgpack.encode(Answer(told)))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return
    except Exception as error:
        connection.send_bytes(msgspec.msgpack.encode(Answer(error=f"{type(error).__name__}: {error}")))
        raise


def _done(here: CountingHere, call: Call) -> Iterable[Tick]:
    match call:
        case ("take", partition, chunk):
            return here.take(partition, chunk)
        case ("pause",):
            return here.pause()
        case ("finish",):
            return here.finish()
