"""What the worker's metrics mean for the demo."""

from prometheus_client import CollectorRegistry, generate_latest

from streams.demo.pages import status_of
from streams.metrics import Metrics
from streams.refusals import Reason

NOW = 1_767_225_600.0


def test_a_worker_at_work() -> None:
    """Every outcome of a record counts, and what waits in any topic."""
    registry = CollectorRegistry()
    metrics = Metrics(registry, ["posts", "engagements"], "1.0")
    metrics.count_records("posts", "read", 40)
    metrics.count_records("engagements", "late_dropped", 2)
    metrics.count_dead_letter("posts", Reason.NOT_JSON)
    metrics.consumer_lag.labels("posts", "0").set(5)
    metrics.consumer_lag.labels("ticks", "0").set(1)
    metrics.watermark_age.labels("read").set(10)
    metrics.watermark_age.labels("decide").set(300)

    status = status_of(generate_latest(registry).decode(), NOW)

    assert (status.records, status.lag, status.decided_at) == (43, 6, NOW - 300)
    assert (status.outcomes["dead_letter"], status.outcomes["late_dropped"]) == (1, 2)


def test_a_worker_that_has_decided_nothing() -> None:
    """That is not known yet, which is not the beginning of time."""
    registry = CollectorRegistry()
    Metrics(registry, ["posts"], "1.0")

    assert status_of(generate_latest(registry).decode(), NOW).decided_at is None
