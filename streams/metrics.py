"""Every Prometheus metric of the contract, declared once, on a registry that is passed in.

Labels come from closed sets only: never a hashtag, an author or a post id. Serving them is `web.py`'s work.
"""

import math
from collections.abc import Iterable
from itertools import product
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from detectors.model.alerts import Action, AlertKind, Severity
from detectors.outlook.outlook import Fate as ForecastFate
from streams.refusals import Reason

Stage = Literal["read", "count", "decide"]
Outcome = Literal["read", "dead_letter", "duplicate", "late_dropped"]
Fate = Literal["counted", "dropped"]
Horizon = Literal["6h", "24h", "post-23h", "post-18h"]
"""Of trends, and of posts: from the ages of 1 and 6 h to the end of their day."""
HeldReason = Literal[
    "warming_up",
    "no_news",
    "recurring",
    "integrity",
    "silence",
    "silence_suspected",
    "data_quality",
    "jump",
    "late",
    "gap",
]

ALERT_DELAY_BUCKETS_S = (0.1, 0.3, 1, 3, 10, 20, 30, 30.3, 31, 33, 40, 60, 120, 300, 600, 1800, 3600)
"""Finer just above the default lateness of 30 s: no alert of a live stream is earlier, and our own delay adds to it."""

STEP_BUCKETS_S = (0.001, 0.003, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""From a small chunk to a step that delays the group's heartbeat."""


class Metrics:
    """The metrics of one worker.

    What counts is there from the start with 0, label by label: `increase()` does not see the first event of a series
    that begins with it. What is not known yet is NaN or absent, never 0.

    Args:
        registry: where the metrics go; a second `Metrics` on the same one raises.
        input_topics: names of the topics that READ consumes, the values of the label `topic`.
        version: what `build_info` tells.
    """

    def __init__(self, registry: CollectorRegistry, input_topics: Iterable[str], version: str) -> None:
        # A switch of the whole process; the series it drops are two thirds of a scrape.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        r = registry
        self.records = Counter(
            "freshet_records", "Input records by what became of them.", ("topic", "outcome"), registry=r
        )
        self.dead_letters = Counter(
            "freshet_dead_letters", "Input records put aside, by reason.", ("topic", "reason"), registry=r
        )
        self.late_records = Counter(
            "freshet_late_records", "Records older than their partition's watermark.", ("topic", "fate"), registry=r
        )
        self.key_mismatch = Counter(
            "freshet_key_mismatch", "Records used although their key is not the contract's.", ("topic",), registry=r
        )
        self.alerts = Counter(
            "freshet_alerts", "Alerts that Kafka acknowledged.", ("kind", "action", "severity"), registry=r
        )
        self.alerts_held = Counter(
            "freshet_alerts_held", "Alerts decided but not sent, by reason.", ("reason",), registry=r
        )
        self.forecasts = Counter(
            "freshet_forecasts",
            "Forecasts of trends and posts by what became of them.",
            ("horizon", "outcome"),
            registry=r,
        )
        self.figures_refused = Counter(
            "freshet_figures_refused",
            "Scopes without room in a window's figures, and sums that came too late for it.",
            registry=r,
        )
        self.event_to_alert = Histogram(
            "freshet_event_to_alert_seconds",
            "From the end of the bucket that raised an alert to its acknowledgement by Kafka.",
            buckets=ALERT_DELAY_BUCKETS_S,
            registry=r,
        )
        self.step = Histogram(
            "freshet_step_seconds", "Time of one step of a stage.", ("stage",), buckets=STEP_BUCKETS_S, registry=r
        )
        self.consumer_lag = Gauge(
            "freshet_consumer_lag_records",
            "Records of a partition that wait to be read.",
            ("topic", "partition"),
            registry=r,
        )
        self.watermark_age = Gauge(
            "freshet_watermark_age_seconds", "Wall clock minus the stage's oldest watermark.", ("stage",), registry=r
        )
        self.tracked_subjects = Gauge("freshet_tracked_subjects", "Subjects with a past that is kept.", registry=r)
        self.open_trends = Gauge("freshet_open_trends", "Trends that have not ended.", registry=r)
        self.candidates = Gauge("freshet_candidates", "Surprising subjects of the last tick.", registry=r)
        self.series_anomaly_score = Gauge(
            "freshet_series_anomaly_score",
            "Surprise of a declared series in its last bucket: -log10 p.",
            ("series",),
            registry=r,
        )
        self.series_value = Gauge(
            "freshet_series_value", "Value of a declared series in its last bucket.", ("series",), registry=r
        )
        self.snapshot_seconds = Gauge("freshet_snapshot_seconds", "Time the last snapshot took.", registry=r)
        self.snapshot_bytes = Gauge("freshet_snapshot_bytes", "Size of the last snapshot.", registry=r)
        self.recovery_seconds = Gauge("freshet_recovery_seconds", "Time the last recovery took.", registry=r)
        self.model_loss = Gauge("freshet_model_loss", "Running mean of a model's own loss.", ("model",), registry=r)
        self.warming_up = Gauge(
            "freshet_warming_up", "1 while a stage has too little history to judge.", ("stage",), registry=r
        )
        self.ready = Gauge("freshet_ready", "1 while /readyz answers 200.", registry=r)
        build_info = Gauge("freshet_build_info", "1, with the version as label.", ("version",), registry=r)

        build_info.labels(version).set(1)
        for unknown_yet in (self.snapshot_seconds, self.snapshot_bytes, self.recovery_seconds):
            unknown_yet.set(math.nan)
        self._start_at_zero(tuple(input_topics))

    def count_records(self, topic: str, outcome: Outcome, n: int = 1) -> None:
        """`n` input records of a topic had this outcome."""
        self.records.labels(topic, outcome).inc(n)

    def count_dead_letter(self, topic: str, reason: Reason) -> None:
        """One record was put aside: counts its reason and its outcome."""
        self.dead_letters.labels(topic, reason).inc()
        self.records.labels(topic, "dead_letter").inc()

    def count_late(self, topic: str, fate: Fate, n: int = 1) -> None:
        """`n` records came after their bucket had closed."""
        self.late_records.labels(topic, fate).inc(n)

    def count_alert(self, kind: AlertKind, action: Action, severity: Severity, delay_s: float, alert_id: str) -> None:
        """One alert was acknowledged by Kafka, `delay_s` after its `detected_at`; its id goes with it as exemplar."""
        self.alerts.labels(kind, action, severity).inc()
        self.event_to_alert.observe(delay_s, {"alert_id": alert_id[:64]})  # OpenMetrics: 128 characters in all

    def count_held(self, reason: HeldReason, n: int = 1) -> None:
        """`n` alerts were decided but not sent."""
        self.alerts_held.labels(reason).inc(n)

    def saved(self, seconds: float, size: int) -> None:
        """A snapshot was acknowledged by Kafka."""
        self.snapshot_seconds.set(seconds)
        self.snapshot_bytes.set(size)

    def restored(self, seconds: float) -> None:
        """A partition's state was read back."""
        self.recovery_seconds.set(seconds)

    def observe_step(self, stage: Stage, seconds: float) -> None:
        """One step of a stage took this long."""
        self.step.labels(stage).observe(seconds)

    def _start_at_zero(self, input_topics: tuple[str, ...]) -> None:
        known: tuple[tuple[Counter, tuple[tuple[str, ...], ...]], ...] = (
            (self.records, (input_topics, get_args(Outcome))),
            (self.dead_letters, (input_topics, tuple(Reason))),
            (self.late_records, (input_topics, get_args(Fate))),
            (self.key_mismatch, (input_topics,)),
            (self.alerts, (get_args(AlertKind), get_args(Action), get_args(Severity))),
            (self.alerts_held, (get_args(HeldReason),)),
            (self.forecasts, (get_args(Horizon), get_args(ForecastFate))),
        )
        for counter, label_values in known:
            for labels in product(*label_values):
                counter.labels(*labels)
