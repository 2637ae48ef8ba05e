"""Ends a worker that cannot do its work, with a reason and a non-zero exit: whoever runs it starts a new one."""

import asyncio
import os
import sys

import faust
import structlog

from streams import clock
from streams.errors import StreamsError
from streams.health import Health

log = structlog.get_logger()

GRACE_S = 15.0
"""How long an orderly end may take before the process is ended, seconds."""


def stop_if_hopeless(app: faust.App, health: Health) -> None:
    """Crash the app if its health says that a restart is needed."""
    verdict = health.verdict(clock.monotonic())
    if verdict is None or app.should_stop:
        return
    log.error("the worker stops", reason=verdict.reason, detail=verdict.detail)
    asyncio.get_running_loop().create_task(app.crash(StreamsError(verdict.detail)))
    asyncio.get_running_loop().call_later(GRACE_S, _end)


def _end() -> None:
    sys.stderr.flush()
    os._exit(1)
