"""Watches ticks as they come, to say when all partitions flow again."""

import time

import msgspec

from config.settings import Settings
from streams.admin import client_settings
from streams.errors import StreamsError
from streams.follow import follow
from tests.chaos.background import Background

AGAIN_S = 0.5


class _Head(msgspec.Struct):
    """Which tick it is: the rest, a thousand candidates, is only looked at once a run is over."""

    partition: int
    bucket: int


_decoder = msgspec.msgpack.Decoder(_Head)


class Watch(Background):
    """How far each partition of COUNT has come; as a context manager."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("watch")
        self._settings = settings
        self.reached = dict.fromkeys(range(settings.topics.partitions), -1)
        """The last bucket that each COUNT partition has told."""

    def flows_since(self, reached: dict[int, int]) -> bool:
        """Whether every partition has told a further bucket."""
        return all(self.reached[n] > bucket for n, bucket in reached.items())

    def all_reached(self, bucket: int) -> bool:
        """Whether every partition has told this bucket."""
        return min(self.reached.values()) >= bucket

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except StreamsError:  # the broker is gone: it is what is being tried
                time.sleep(AGAIN_S)

    def _follow(self) -> None:
        topics = self._settings.topics
        client = client_settings(self._settings) | {"reconnect_backoff_max_ms": 500}
        while not self._stop.is_set():
            with follow(client, [topics.ticks], from_beginning=True, quiet_s=5.0) as records:
                for record in records:
                    if record.value is not None:
                        self._note(record.value)
                    if self._stop.is_set():
                        return

    def _note(self, value: bytes) -> None:
        tick = _decoder.decode(value)
        self.reached[tick.partition] = max(self.reached[tick.partition], tick.bucket)
