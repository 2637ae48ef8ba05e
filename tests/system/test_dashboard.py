"""Every panel shows data when a worker runs: its queries are asked of a real Prometheus."""

import math

import pytest

from tests import dashboard
from tests.processes import wait_until
from tests.system.conftest import Prometheus, Worker

VARIABLES = {"$__rate_interval": "5m", "$series": ".*"}


def numbers(prometheus: Prometheus, query: str) -> list[float]:
    """What a panel would draw."""
    for name, value in VARIABLES.items():
        query = query.replace(name, value)
    values = [float(series["value"][1]) for series in prometheus.query(query)]
    return [value for value in values if not math.isnan(value)]


@pytest.mark.parametrize(("title", "query"), dashboard.queries())
def test_panel_has_data(prometheus: Prometheus, worker: Worker, title: str, query: str) -> None:
    """At least one number, soon after alerts have come."""
    wait_until(lambda: bool(numbers(prometheus, query)), 60, f"panel {title!r} has data for {query}", worker.folder)


@pytest.mark.parametrize("title", ["Records per second", "Alerts", "Step time", "Value", "Tracked subjects"])
def test_panel_has_more_than_zero(prometheus: Prometheus, title: str) -> None:
    """What must have moved after a day of posts has moved."""
    for query in (query for name, query in dashboard.queries() if name == title):
        assert max(numbers(prometheus, query)) > 0


def test_a_misspelt_metric_shows_nothing(prometheus: Prometheus) -> None:
    """The check above is no formality."""
    assert numbers(prometheus, "sum(freshet_open_trend)") == []
