"""What all contenders read: topics on a real Kafka, filled step by step as event time goes on."""

from collections import Counter
from collections.abc import Mapping

from config.settings import load
from streams import topics
from tests.benchmarks import bulk
from tests.benchmarks.records import START_AT, Engagements, Posts, Record

BESIDE_RATE = 0.2
"""Records a second of event time of the topic that is not measured: enough for its clock to go on."""


class Scene:
    """A stream of posts with a few engagements, or the other way round.

    Args:
        servers: where Kafka listens, host:port.
        kind: what is measured, "posts" or "engagements".
        name: begins the names of its topics.
        start_at: where its event time begins, epoch seconds.
        detection: settings of detection that are not the defaults.
    """

    def __init__(
        self,
        servers: str,
        kind: str,
        name: str,
        start_at: float = START_AT,
        detection: Mapping[str, int] | None = None,
    ) -> None:
        names = {setting: f"{name}.{topic}" for setting, topic in load().topics.names().items()}
        self.settings = load(kafka={"bootstrap_servers": servers}, topics=names, detection=dict(detection or {}))
        topics.apply(self.settings)
        self.servers = servers
        self.kind = kind
        self.total: Counter[str] = Counter()
        """Records of each kind so far."""
        self.size: Counter[str] = Counter()
        """Bytes of their values."""
        self.reached_at = start_at
        """Event time up to which it is filled, or about to be, epoch seconds."""
        self._start_at = start_at
        self._posts, self._engagements = Posts(start_at), Engagements(start_at)

    def topic(self, kind: str) -> str:
        """Full name of the topic of a kind."""
        return self.settings.topics.names()[kind]

    def following(self, seconds: float, rate: float) -> dict[str, list[Record]]:
        """Make the records of the next seconds of event time, by kind; so many a second of what is measured."""
        rates = dict.fromkeys(("posts", "engagements"), BESIDE_RATE) | {self.kind: rate}
        age_s = self.reached_at - self._start_at
        self.reached_at += seconds
        made = {
            "posts": [self._posts.make(age_s + n / rates["posts"]) for n in range(round(seconds * rates["posts"]))],
            "engagements": [
                self._engagements.make(age_s + n / rates["engagements"], self._posts.made)
                for n in range(round(seconds * rates["engagements"]))
            ],
        }
        for kind, records in made.items():
            self.total[kind] += len(records)
            self.size[kind] += sum(len(record.value) for record in records)
        return made

    def send(self, made: dict[str, list[Record]]) -> None:
        """Put them on their topics."""
        partitions = self.settings.topics.partitions
        bulk.send(self.servers, partitions, {self.topic(kind): records for kind, records in made.items()})

    def play(self, seconds: float, rate: float) -> None:
        """Make and send, an hour at a time: a day of records need not be in memory at once."""
        while seconds > 0:
            part_s = min(seconds, 3600.0)
            self.send(self.following(part_s, rate))
            seconds -= part_s
