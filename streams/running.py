"""Runs the Faust app in this process until it is told to stop, and says how it ended."""

import faust

from config.settings import Settings
from streams.errors import StreamsError


def run(app: faust.App, settings: Settings) -> None:
    """Run the worker. Raises StreamsError if it could not go on; returns when it was asked to stop."""
    app.finalize()
    worker = app.Worker(loglevel=settings.logs.level, redirect_stdouts=False, quiet=True)
    try:
        worker.execute_from_commandline()
    except SystemExit as stop:
        if stop.code:
            raise StreamsError(_why(worker, stop)) from None


def _why(worker: faust.Worker, stop: SystemExit) -> str:
    reason = worker.crash_reason
    if reason is None:
        return f"the worker ended with code {stop.code}: see its log above"
    return f"the worker ended: {str(reason) or type(reason).__name__}"
