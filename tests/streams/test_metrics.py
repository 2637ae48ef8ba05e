import math
import re
from typing import get_args

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from streams.metrics import HeldReason, Metrics, Outcome
from streams.refusals import Reason

TOPICS = ("social.posts.v1", "social.engagements.v1")

CONTRACT = """
records_total{topic,outcome} dead_letters_total{topic,reason} late_records_total{topic,fate} key_mismatch_total{topic}
alerts_total{kind,action,severity} alerts_held_total{reason} event_to_alert_seconds step_seconds{stage}
consumer_lag_records{topic,partition} watermark_age_seconds{stage} tracked_subjects open_trends candidates
series_anomaly_score{series} series_value{series} snapshot_seconds snapshot_bytes recovery_seconds model_loss{model}
warming_up{stage} ready build_info{version}
figures_refused_total forecasts_total{horizon,outcome}
"""
"""And two of our own: figures of scopes beyond the bound, and what became of forecasts."""


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    return Metrics(registry, TOPICS, version="1.2.3")


def declared(metrics: Metrics, registry: CollectorRegistry) -> set[str]:
    """Every metric of the registry as the contract writes it."""
    for metric in vars(metrics).values():
        if metric._labelnames:  # the client shows labels on samples only
            metric.labels(*("x" for _ in metric._labelnames))
    found = set()
    for family in registry.collect():
        labels = [name for name in family.samples[0].labels if name != "le"]
        suffix = "_total" if family.type == "counter" else ""
        found.add(family.name + suffix + (f"{{{','.join(labels)}}}" if labels else ""))
    return found


def test_names_and_labels_are_the_contracts(metrics: Metrics, registry: CollectorRegistry) -> None:
    """Dashboards of users rely on exactly these names and labels."""
    assert declared(metrics, registry) == {f"freshet_{metric}" for metric in CONTRACT.split()}


def test_two_registries_in_one_process(metrics: Metrics) -> None:
    """Nothing registers itself outside the registry that was passed in."""
    other = CollectorRegistry()
    Metrics(other, TOPICS, version="1.2.3").count_records("social.posts.v1", "read", 5)

    metrics.count_records("social.posts.v1", "read", 2)

    labels = {"topic": "social.posts.v1", "outcome": "read"}
    assert other.get_sample_value("freshet_records_total", labels) == 5


def test_counters_begin_with_zero(metrics: Metrics, registry: CollectorRegistry) -> None:
    """The first dead letter of a reason is an increase that Prometheus can see."""
    assert metrics.dead_letters is not None
    for topic in TOPICS:
        for reason in Reason:
            assert registry.get_sample_value("freshet_dead_letters_total", {"topic": topic, "reason": reason}) == 0
        for outcome in get_args(Outcome):
            assert registry.get_sample_value("freshet_records_total", {"topic": topic, "outcome": outcome}) == 0
    for reason in get_args(HeldReason):
        assert registry.get_sample_value("freshet_alerts_held_total", {"reason": reason}) == 0


def test_unknown_is_not_zero(metrics: Metrics, registry: CollectorRegistry) -> None:
    """A snapshot that was never taken has no size; a stage that never ran has no watermark."""
    assert metrics.snapshot_bytes is not None
    size = registry.get_sample_value("freshet_snapshot_bytes")
    assert size is not None
    assert math.isnan(size)
    assert registry.get_sample_value("freshet_watermark_age_seconds", {"stage": "read"}) is None


def test_dead_letter_counts_reason_and_outcome(metrics: Metrics, registry: CollectorRegistry) -> None:
    """A dead letter is one of the input records, too."""
    metrics.count_dead_letter("social.posts.v1", Reason.NOT_JSON)

    for name, label in (("dead_letters", {"reason": "not_json"}), ("records", {"outcome": "dead_letter"})):
        labels = {"topic": "social.posts.v1"} | label
        assert registry.get_sample_value(f"freshet_{name}_total", labels) == 1


def test_late_held_and_steps_are_counted(metrics: Metrics, registry: CollectorRegistry) -> None:
    """Each small method moves its own metric."""
    metrics.count_late("social.posts.v1", "counted", 3)
    metrics.count_held("warming_up", 2)
    metrics.observe_step("decide", 0.02)

    late = {"topic": "social.posts.v1", "fate": "counted"}
    assert registry.get_sample_value("freshet_late_records_total", late) == 3
    assert registry.get_sample_value("freshet_alerts_held_total", {"reason": "warming_up"}) == 2
    assert registry.get_sample_value("freshet_step_seconds_sum", {"stage": "decide"}) == 0.02


def test_alert_delay_names_its_alert(metrics: Metrics, registry: CollectorRegistry) -> None:
    """In OpenMetrics a slow alert can be found by the exemplar of its bucket."""
    metrics.count_alert("trend", "fired", "warning", delay_s=31.5, alert_id="a" * 200)

    openmetrics, _ = choose_encoder("application/openmetrics-text")
    text = openmetrics(registry).decode()
    assert re.search(r'le="33\.0"\} 1\.0 # \{alert_id="a{64}"\} 31\.5', text)


def test_no_created_series(metrics: Metrics, registry: CollectorRegistry) -> None:
    """They would triple a scrape and nobody reads them."""
    metrics.count_alert("trend", "fired", "info", delay_s=31, alert_id="x")

    plain_text, _ = choose_encoder("text/plain")
    assert b"_created" not in plain_text(registry)
