"""What is known of one channel right now, for metrics and health. Time is passed in."""

import structlog

from streams.notify.metrics import NotifyMetrics, Result
from streams.notify.sender import Answer, Refused, Sent

log = structlog.get_logger()

SILENT_S = 60.0
"""Without a sign of the brokers for so long, a channel does not do its work, seconds."""


class Watch:
    """One channel's state.

    Attributes:
        settled: whether the group has given it its partitions, be it none, and its memory is read.
        seen_at: when the brokers last answered, monotonic seconds.
        failing_since: since when its service takes nothing, monotonic seconds; None: it does, as far as is known.
    """

    def __init__(self, name: str, metrics: NotifyMetrics) -> None:
        self.name = name
        self.settled = False
        self.seen_at: float | None = None
        self.failing_since: float | None = None
        self._metrics = metrics

    def heard(self, answer: Answer, now: float) -> None:
        """The service answered an attempt."""
        result: Result = "failed"
        if isinstance(answer, Sent | Refused):  # a service that says no is there
            result = "taken" if isinstance(answer, Sent) else "refused"
            if self.failing_since is not None:
                log.info("a channel takes messages again", channel=self.name, after_s=round(now - self.failing_since))
            self.failing_since = None
        elif self.failing_since is None:
            self.failing_since = now
            log.warning("a channel takes no message", channel=self.name, why=answer.why)
        self._metrics.attempts.labels(self.name, result).inc()
        self.tell(now)

    def tell(self, now: float) -> None:
        """Renew the gauge of failure."""
        since = self.failing_since
        self._metrics.failing.labels(self.name).set(0.0 if since is None else now - since)

    def trouble(self, now: float) -> str | None:
        """Why this channel does not do its work, if that is here or with Kafka; None: it does."""
        if not self.settled:
            return f"{self.name}: no partitions yet"
        if self.seen_at is None or now - self.seen_at > SILENT_S:
            return f"{self.name}: no sign of the broker for {SILENT_S:.0f} s"
        return None

    def said(self, now: float) -> str | None:
        """That the service fails, if it does."""
        return None if self.failing_since is None else f"{self.name} fails for {now - self.failing_since:.0f} s"
