"""Files through detection, once; what it told is kept for any number of rules."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from detectors.model.alerts import Alert
from detectors.model.stamps import instant
from detectors.stages.decisions import Decision


class Told(NamedTuple):
    """What detection told.

    Attributes:
        begin, end: of the buckets that were decided, event time; None: there was none.
        alerts: all of them, in order.
        peaks: when each trend was at its greatest, the end of that bucket, by trend id.
    """

    begin: datetime | None
    end: datetime | None
    alerts: tuple[Alert, ...]
    peaks: dict[str, datetime]

    @property
    def days(self) -> float:
        """Length of the stream, days; 0: nothing was decided."""
        return 0.0 if self.begin is None or self.end is None else (self.end - self.begin).total_seconds() / 86_400


def told(decisions: Iterable[Decision], bucket_s: int) -> Told:
    """Collect what the decisions of a replay tell.

    Args:
        bucket_s: width of a bucket, seconds.
    """
    first = last = None
    alerts: list[Alert] = []
    peaks: dict[str, datetime] = {}
    for decision in decisions:
        first, last = decision.bucket if first is None else first, decision.bucket
        alerts += decision.alerts
        for trend_id, trend in decision.trends.items():
            if trend is not None:
                peaks[trend_id] = instant(trend.peak.start.timestamp() + bucket_s)
    if first is None or last is None:
        return Told(None, None, (), {})
    return Told(instant(first * bucket_s), instant((last + 1) * bucket_s), tuple(alerts), peaks)
