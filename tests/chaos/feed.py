"""Sends the chaos stream in pace, whatever happens to the broker, each record once and in order."""

import time
from collections.abc import Sequence

from kafka import KafkaProducer

from config.settings import Settings
from streams.admin import client_settings
from tests.chaos.background import Background
from tests.chaos.stream import Sent

STEP_S = 0.05

PATIENT = {
    "acks": "all",
    "enable_idempotence": True,
    "compression_type": "lz4",
    "linger_ms": 20,
    "delivery_timeout_ms": 600_000,
    "max_block_ms": 600_000,
    "reconnect_backoff_max_ms": 500,
    "bootstrap_timeout_ms": 60_000,
}
"""A producer that outlives its broker, and sends nothing twice nor in another order."""


class Feed(Background):
    """A stream on its way to its topics, as a context manager.

    Args:
        sent: the records in order; their event times give the pace.
        pace_s: how long the whole stream takes, seconds.
    """

    def __init__(self, settings: Settings, sent: Sequence[Sent], pace_s: float) -> None:
        super().__init__("feed")
        self._settings = settings
        self._sent = sent
        self._pace_s = pace_s
        self._position = 0
        self.speed = 1.0
        """Multiple of the pace; it may be changed at any time."""
        self._failure: BaseException | None = None

    @property
    def share(self) -> float:
        """How much of the stream is on its way, 0 to 1."""
        return self._position / len(self._sent)

    @property
    def reached_at(self) -> float:
        """Event time up to which it is on its way, epoch seconds."""
        return self._sent[max(self._position - 1, 0)].arrives_at

    @property
    def done(self) -> bool:
        """Whether Kafka has taken everything. Raises what kept it from that."""
        if self._failure is not None:
            raise self._failure
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._send_all()
        except BaseException as error:  # noqa: BLE001 - told by `done`, in the main thread
            self._failure = error

    def _send_all(self) -> None:
        servers = client_settings(self._settings)["bootstrap_servers"]
        producer = KafkaProducer(bootstrap_servers=servers, **PATIENT)
        try:
            names = self._settings.topics.names()
            due_at, looked = self._sent[0].arrives_at, time.monotonic()
            pace = (self._sent[-1].arrives_at - due_at) / self._pace_s
            for record in self._sent:
                while due_at < record.arrives_at:
                    if self._stop.wait(STEP_S):
                        return
                    due_at += (time.monotonic() - looked) * pace * self.speed
                    looked = time.monotonic()
                future = producer.send(names[record.topic], record.value, record.key, partition=record.partition)
                future.add_errback(self._failed)
                self._position += 1
            producer.flush()
        finally:
            producer.close(timeout=None if self._position == len(self._sent) else 0)

    def _failed(self, error: BaseException) -> None:
        self._failure = self._failure or error
