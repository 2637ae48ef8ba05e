"""What ends with the worker, and what ends it."""

import faust
import pytest
from faust.exceptions import NotReady

from streams.stopping import unless_stopping


@pytest.fixture(name="app")
def _app() -> faust.App:
    return faust.App("stopping")


def test_what_is_under_way_when_a_worker_stops_is_no_crash(app: faust.App) -> None:
    """The producer ends before the timers do: a worker that is told to stop ends with 0."""
    app._stopped.set()
    with unless_stopping(app):
        raise NotReady("Producer service not yet started")


def test_a_worker_without_producer_that_is_not_told_to_stop_crashes(app: faust.App) -> None:
    """Nothing is swallowed."""
    with pytest.raises(NotReady), unless_stopping(app):
        raise NotReady("Producer service not yet started")


def test_no_other_failure_is_passed_over(app: faust.App) -> None:
    """Whether it stops or not."""
    app._stopped.set()
    with pytest.raises(ValueError, match="other"), unless_stopping(app):
        raise ValueError("other")
