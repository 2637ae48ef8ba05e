"""What all contenders read: topics on a real Kafka, filled step by step as event time goes on."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from config.settings import load
from streams import topics
from streams.admin import client_settings
from streams.delivery import Delivery
from tests.benchmarks.records import START_AT, Record, engagements, posts

BESIDE_RATE = 0.2
"""Records a second of event time of the topic that is not measured: enough for its clock to go on."""


class Scene:
    """A stream of posts with a few engagements, or the other way round.

    Args:
        servers: where Kafka listens, host:port.
        kind: what is measured, "posts" or "engagements".
        rate: records of it a second of event time. > 0.
    """

    def __init__(self, servers: str, kind: str, rate: float) -> None:
        names = {name: f"{kind}-scene.{topic}" for name, topic in load().topics.names().items()}
        self.settings = load(kafka={"bootstrap_servers": servers}, topics=names)
        topics.apply(self.settings)
        self.servers = servers
        self.kind = kind
        self.rates = dict.fromkeys(("posts", "engagements"), BESIDE_RATE) | {kind: rate}
        self.total: Counter[str] = Counter()
        """Records of each kind so far."""
        self.size: Counter[str] = Counter()
        """Bytes of their values."""
        self._age_s = 0.0
        self._streams: dict[str, Iterator[Record]] = {
            "posts": posts(self.rates["posts"]),
            "engagements": engagements(self.rates["engagements"], self.rates["posts"]),
        }

    @property
    def reached_at(self) -> float:
        """Event time up to which it is filled, or about to be, epoch seconds."""
        return START_AT + self._age_s

    def topic(self, kind: str) -> str:
        """Full name of the topic of a kind."""
        return self.settings.topics.names()[kind]

    def following(self, seconds: float) -> dict[str, list[Record]]:
        """Make the records of the next seconds of event time, by kind."""
        self._age_s += seconds
        made: dict[str, list[Record]] = {}
        for kind, rate in self.rates.items():
            made[kind] = list(islice(self._streams[kind], round(self._age_s * rate) - self.total[kind]))
            self.total[kind] += len(made[kind])
            self.size[kind] += sum(len(record.value) for record in made[kind])
        return made

    def send(self, made: dict[str, list[Record]]) -> None:
        """Put them on their topics."""
        for kind, records in made.items():
            with Delivery(client_settings(self.settings), self.topic(kind)) as delivery:
                for record in records:
                    delivery.send("the benchmark", record.key, record.value)
