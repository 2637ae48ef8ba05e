"""Ends a worker that cannot do its work, or cannot end by itself, with a reason and a non-zero exit."""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Iterator

import faust
import structlog
from faust.exceptions import NotReady

from streams import clock
from streams.chunks import ChunkApp
from streams.errors import StreamsError
from streams.health import Health

log = structlog.get_logger()

GRACE_S = 25.0
"""How long an orderly end may take before the process is ended, seconds: less than the 30 that Kubernetes waits."""


class BoundedApp(ChunkApp):
    """A Faust app that ends: what waits for brokers that do not come back, as a last commit does, is not waited for."""

    async def on_stop(self) -> None:
        """Begin to stop, for whatever reason; from then on there are `GRACE_S` seconds."""
        end_within(GRACE_S)
        await super().on_stop()


@contextlib.contextmanager
def unless_stopping(app: faust.App) -> Iterator[None]:
    """What is under way when the app stops may find no producer any more: that is no crash.

    What was closed is saved before it is sent, and sent by the next worker.
    """
    try:
        yield
    except NotReady:
        if not app.should_stop:
            raise
        log.info("what was to be said of quiet partitions is said by the next worker: this one stops")


def stop_if_hopeless(app: faust.App, health: Health) -> None:
    """Crash the app if its health says that a restart is needed."""
    verdict = health.verdict(clock.monotonic())
    if verdict is None or app.should_stop:
        return
    log.error("the worker stops", reason=verdict.reason, detail=verdict.detail)
    asyncio.get_running_loop().create_task(app.crash(StreamsError(verdict.detail)))
    end_within(GRACE_S)


def end_within(seconds: float) -> None:
    """End the process then, unless it has ended; a thread, for the loop may be what does not end."""
    timer = threading.Timer(seconds, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    log.error("the worker did not end by itself: what it had not committed is read again", waited_s=GRACE_S)
    sys.stderr.flush()
    os._exit(1)
