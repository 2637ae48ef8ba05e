"""DECIDE, series: what is unusual about the sums of a bucket, and whether the sources that told them can be trusted."""

from collections.abc import Iterable, Mapping

from detectors.alerting.view import MayName
from detectors.anomalies.alerts import alert_of
from detectors.anomalies.definitions import DefinitionWatch
from detectors.anomalies.delivery import DeliveryWatch
from detectors.anomalies.hourly import HourlyWatch
from detectors.anomalies.judge import SeriesJudge
from detectors.anomalies.series import Series
from detectors.counts.ticks import FigureSums
from detectors.model.alerts import Alert
from detectors.stages.delivery import ARRIVED, LATE, REDEFINED, is_count


class SeriesWatch:
    """All series, and the platforms that they come from.

    Args:
        judge: judges the series.
        bucket_s, window_s: seconds.
        may_name: whether a scope has people enough to be told of.
    """

    def __init__(
        self, judge: SeriesJudge, *, bucket_s: float, window_s: float, config_digest: str, may_name: MayName
    ) -> None:
        self.judge = judge
        self.hourly = HourlyWatch(false_alerts_per_day=judge.false_alerts_per_day)
        self._definitions = DefinitionWatch(bucket_s=bucket_s, config_digest=config_digest)
        self._delivery = DeliveryWatch(bucket_s=bucket_s, window_s=window_s, config_digest=config_digest)
        self._bucket_s, self._digest, self._may_name = bucket_s, config_digest, may_name

    @property
    def untrusted(self) -> frozenset[str]:
        """Platforms whose figures are in doubt right now."""
        return frozenset(self._definitions.changing | self._delivery.untrusted | self.judge.silent)

    def tell(self, bucket: int, sums: Mapping[str, int], figures: Iterable[FigureSums] = ()) -> list[Alert]:
        """Take the sums of a bucket, by `measure|scope`, and figures told with it -> what is to be told of them."""
        values = {Series.named(name): value for name, value in sums.items()}
        counts = {series: values.pop(series) for series in list(values) if is_count(series.measure)}
        late = {series.scope: values.pop(series) for series in list(values) if series.measure == LATE}
        for series, n in counts.items():
            if series.measure == ARRIVED:  # a total that has not grown is a sign of life too
                late[series.scope] = late.get(series.scope, 0) - n
        end_at = (bucket + 1) * self._bucket_s
        told = self._definitions.step(end_at, {s: n for s, n in counts.items() if s.measure == REDEFINED})
        told += self._delivery.step(end_at, counts)
        anomalies = [
            *self.judge.step(end_at, values, late, self._delivery.doubts),
            *self.hourly.step(end_at, figures, self.untrusted, self._delivery.doubts),
        ]
        alerts = [alert_of(anomaly, config_digest=self._digest) for anomaly in anomalies]
        return [*told, *(alert for alert in alerts if self._may_name(alert.scope))]

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers."""
        return {
            "series": self.judge.snapshot(),
            "hourly": self.hourly.snapshot(),
            "definitions": self._definitions.snapshot(),
            "delivery": self._delivery.snapshot(),
        }

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        self.judge.restore(parts["series"])
        self._definitions.restore(parts["definitions"])
        self.hourly.restore(parts["hourly"])
        self._delivery.restore(parts["delivery"])
