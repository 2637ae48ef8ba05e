"""How long after the end of its bucket, lateness aside, each tick and each alert was readable."""

import json

from config.settings import Settings
from detectors.counts import ticks
from streams.admin import client_settings
from streams.follow import Received, follow
from tests.chaos.background import Background
from tests.chaos.clock import seconds


class Delays(Background):
    """Follows ticks and alerts, as a context manager.

    Attributes:
        of: topic setting -> (when Kafka took it, epoch seconds; delay, seconds) of each record, in order.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__("delays")
        self._settings = settings
        self.of: dict[str, list[tuple[float, float]]] = {"ticks": [], "alerts": []}
        self.failure: BaseException | None = None

    def _run(self) -> None:
        names = self._settings.topics
        try:
            while not self._stop.is_set():
                known = {topic: len(found) for topic, found in self.of.items()}
                client = client_settings(self._settings)
                with follow(client, [names.ticks, names.alerts], from_beginning=True, quiet_s=30.0) as records:
                    for record in records:
                        self._note(record, known)
                        if self._stop.is_set():
                            return
        except Exception as error:  # noqa: BLE001 - told by whoever watches
            self.failure = error

    def _note(self, record: Received, known: dict[str, int]) -> None:
        """Note a record, unless it was noted before the topics were opened again."""
        topic = "ticks" if record.topic == self._settings.topics.ticks else "alerts"
        known[topic] -= 1
        if known[topic] >= 0 or record.value is None:
            return
        due = self._tick_due(record.value) if topic == "ticks" else seconds(json.loads(record.value)["detected_at"])
        self.of[topic].append((record.at, record.at - due - self._settings.detection.lateness_s))

    def _tick_due(self, value: bytes) -> float:
        return (ticks.decode(value).bucket + 1) * float(self._settings.detection.bucket_s)
