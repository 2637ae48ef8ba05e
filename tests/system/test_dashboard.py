"""Every panel shows data when a worker runs: its queries are asked of a real Prometheus."""

import math
from functools import partial

import pytest

from tests import dashboard
from tests.processes import wait_until
from tests.system.conftest import Prometheus, Worker

VARIABLES = {"$__rate_interval": "5m", "$series": ".*"}
AFTER_A_RESTART = "freshet_recovery_seconds"


def numbers(prometheus: Prometheus, query: str) -> list[float]:
    """What a panel would draw."""
    for name, value in VARIABLES.items():
        query = query.replace(name, value)
    values = [float(series["value"][1]) for series in prometheus.query(query)]
    return [value for value in values if not math.isnan(value)]


def has_data(prometheus: Prometheus, worker: Worker, title: str, query: str) -> None:
    wait_until(lambda: bool(numbers(prometheus, query)), 60, f"panel {title!r} has data for {query}", worker.folder)


def above_zero(prometheus: Prometheus, query: str) -> bool:
    return max(numbers(prometheus, query), default=0.0) > 0


@pytest.mark.parametrize(
    ("title", "query"), [(title, query) for title, query in dashboard.queries() if AFTER_A_RESTART not in query]
)
def test_panel_has_data(prometheus: Prometheus, worker: Worker, title: str, query: str) -> None:
    """At least one number, soon after alerts have come."""
    has_data(prometheus, worker, title, query)


MOVED = ["Records per second", "Alerts", "New alerts by kind", "Step time", "Value", "Tracked subjects", "New trends"]
MOVED += ["Posts by platform", "People by platform", "Reactions", "Judged series", "Snapshot size", "Attempts"]


@pytest.mark.parametrize("title", MOVED)
def test_panel_has_more_than_zero(prometheus: Prometheus, worker: Worker, title: str) -> None:
    """What must have moved after a day of posts has moved."""
    found = [query for name, query in dashboard.queries() if name.partition(" ")[2] == title]
    assert found
    for query in found:
        moved = partial(above_zero, prometheus, query)
        wait_until(moved, 60, f"panel {title!r} has more than zero for {query}", worker.folder)


def test_a_misspelt_metric_shows_nothing(prometheus: Prometheus) -> None:
    """The check above is no formality."""
    assert numbers(prometheus, "sum(freshet_open_trend)") == []


def test_recovery_has_data_after_a_restart(prometheus: Prometheus, worker: Worker) -> None:
    """The panel that is empty until a worker has read its state back. The last test here: the worker is a new one."""
    ((title, query),) = [each for each in dashboard.queries() if AFTER_A_RESTART in each[1]]
    worker.stop()
    worker.start()
    has_data(prometheus, worker, title, query)
