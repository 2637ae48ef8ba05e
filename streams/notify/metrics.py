"""The metrics of `freshet notify`, declared once. Labels are closed sets and the names of the settings' channels."""

from collections.abc import Iterable
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from streams.notify.decision import Reason

Result = Literal["taken", "refused", "failed"]

DELAY_BUCKETS_S = (0.3, 1, 3, 10, 30, 60, 300, 900, 3600, 21_600)
"""From at once to the default age at which an alert is not sent any more."""


class NotifyMetrics:
    """The metrics of one process; what counts is there from the start with 0.

    Args:
        channels: their names.
    """

    def __init__(self, registry: CollectorRegistry, channels: Iterable[str], version: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        r = registry
        self.alerts = Counter(
            "freshet_notify_alerts", "Alerts by what became of them on a channel.", ("channel", "outcome"), registry=r
        )
        self.attempts = Counter(
            "freshet_notify_attempts", "Attempts to send a message, by result.", ("channel", "result"), registry=r
        )
        self.delay = Histogram(
            "freshet_notify_delay_seconds",
            "From Kafka's time of an alert to its acceptance by the channel's service.",
            ("channel",),
            buckets=DELAY_BUCKETS_S,
            registry=r,
        )
        self.lag = Gauge(
            "freshet_notify_lag_records", "Alerts that wait for a channel in this process.", ("channel",), registry=r
        )
        self.failing = Gauge(
            "freshet_notify_failing_seconds",
            "How long a channel's service has not taken a message; 0: it does, as far as is known.",
            ("channel",),
            registry=r,
        )
        self.rules_refused = Counter(
            "freshet_notify_rules_refused", "Records of the rules topic that could not be used.", registry=r
        )
        self.ready = Gauge("freshet_notify_ready", "1 while /readyz answers 200.", registry=r)
        Gauge("freshet_build_info", "1, with the version as label.", ("version",), registry=r).labels(version).set(1)
        for channel in channels:
            for reason in Reason:
                self.alerts.labels(channel, reason)
            for result in ("taken", "refused", "failed"):
                self.attempts.labels(channel, result)
            for each in (self.delay, self.lag, self.failing):
                each.labels(channel)
