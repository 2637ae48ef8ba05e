"""What comes out while the demo runs: reads the two public topics, keeps the alerts and the open trends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from kafka import KafkaConsumer

from config.sections import Topics
from detectors.model.alerts import Alert, Trend
from streams.admin import explained

_read_alert = msgspec.json.Decoder(Alert).decode
_read_trend = msgspec.json.Decoder(Trend).decode


class Watch:
    """Alerts and trends of a run. Made by `watching`."""

    def __init__(self, consumer: KafkaConsumer, topics: Topics) -> None:
        self._consumer = consumer
        self._topics = topics
        self.alerts: list[Alert] = []
        """All so far, in the order they came."""
        self.trends: dict[str, Trend] = {}
        """The latest of each trend that is not forgotten, by its id."""

    def poll(self, wait_s: float) -> list[Alert]:
        """Take what has come, waiting for it a while -> the new alerts."""
        batches = self._consumer.poll(int(wait_s * 1000))
        records = sorted((r for batch in batches.values() for r in batch), key=lambda record: record.timestamp)
        new = [_read_alert(record.value) for record in records if record.topic == self._topics.alerts]
        for record in records:
            if record.topic == self._topics.trends:
                self._keep(record.key.decode(), record.value)
        self.alerts += new
        return new

    def _keep(self, trend_id: str, value: bytes | None) -> None:
        if value is None:
            self.trends.pop(trend_id, None)
        else:
            self.trends[trend_id] = _read_trend(value)


@contextmanager
def watching(client: dict[str, Any], topics: Topics) -> Iterator[Watch]:
    """Watch both topics from their beginning.

    Args:
        client: as from `streams.admin.client_settings`.
    """
    with explained(client["bootstrap_servers"]):
        consumer = KafkaConsumer(
            topics.alerts, topics.trends, **client, auto_offset_reset="earliest", enable_auto_commit=False
        )
        try:
            yield Watch(consumer, topics)
        finally:
            consumer.close()
