"""A stream of now, for the soak: posts and engagements at a steady rate, a planted trend every minute."""

import time
from random import Random

from kafka import KafkaProducer

from config.settings import Settings
from streams import clock
from streams.admin import client_settings
from tests.chaos.background import Background
from tests.chaos.feed import PATIENT
from tests.chaos.stream import PLATFORMS, rfc3339
from tests.chaos.words import tag, words

CREATORS = 2_000_000
"""So many that people post about once a window: the people of a window grow with its posts."""

STEP_S = 0.05
TREND_S = 240.0
TREND_RATE = 0.5
"""Posts a second about each open trend; one begins every minute."""


class Live(Background):
    """Sends a stream of now until it is left, as a context manager.

    Args:
        rate: posts a second; a fifth as many engagements.
    """

    def __init__(self, settings: Settings, rate: float, seed: int) -> None:
        super().__init__("live")
        self._settings = settings
        self._rate = rate
        self._random = Random(seed)
        self._common = words(self._random, 400)
        self._weights = [1 / (rank + 4) for rank in range(400)]
        self._texts = [self._text() for _ in range(20_000)]
        self.sent = 0
        self.failure: BaseException | None = None

    def _text(self) -> str:
        said = self._random.choices(self._common, self._weights, k=5)
        return " ".join([*said, tag(said[0])] if self._random.random() < 0.4 else said)

    def _run(self) -> None:
        try:
            servers = client_settings(self._settings)["bootstrap_servers"]
            producer = KafkaProducer(bootstrap_servers=servers, **PATIENT)
            try:
                self._send(producer)
            finally:
                producer.close(timeout=5)
        except Exception as error:  # noqa: BLE001 - told by whoever watches
            self.failure = error

    def _send(self, producer: KafkaProducer) -> None:
        began = time.monotonic()
        trends: list[tuple[float, list[str]]] = []
        while not self._stop.wait(STEP_S):
            passed_s = time.monotonic() - began
            if passed_s > 60 * len(trends):
                trends.append((passed_s, words(self._random, 5)))
            at = rfc3339(clock.now())
            while self.sent < passed_s * self._rate:
                self._post(producer, at, self._random.choice(self._texts))
            for _, own in (t for t in trends if passed_s < t[0] + TREND_S):
                if self._random.random() < TREND_RATE * STEP_S:
                    self._post(producer, at, " ".join([*own[1:], self._random.choice(self._texts), tag(own[0])]))

    def _post(self, producer: KafkaProducer, at: str, text: str) -> None:
        self.sent += 1
        creator, platform = f"c{self._random.randrange(CREATORS)}", PLATFORMS[self.sent % 3]
        about = f'"creator_id":"{creator}","platform":"{platform}","post_id":"p{self.sent}"'
        topics, key = self._settings.topics, creator.encode()
        post = f'{{{about},"created_at":"{at}","text":"{text}","followers":{self.sent % 90_000}}}'
        producer.send(topics.posts, post.encode(), key)
        if self.sent % 5 == 0:
            act = f'{{{about},"at":"{at}","event_id":"e{self.sent}","kind":"like"}}'
            producer.send(topics.engagements, act.encode(), key)
