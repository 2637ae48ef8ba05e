"""What all contenders read: topics on a real Kafka, filled once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from config.settings import Settings, load
from streams import topics
from streams.admin import client_settings
from streams.delivery import Delivery
from tests.benchmarks.records import Course, Record, engagements, posts

HISTORY_S = 6 * 3600.0
HISTORY_RATE = 2.0
"""Records a second of event time: the past, without which everything would be news."""

RATE = 200.0
"""Records a second of event time, where it is measured: a bucket of five minutes holds 60,000."""

BESIDE_RATE = 0.2
"""Records a second of event time of the other topic: enough for its clock to go on."""

SETTLED = 0.2
"""Of the dense part, this share passes before measuring begins: by then every partition has left the past."""


@dataclass
class Scene:
    """Topics with a stream of posts, or of engagements, and a few of the others beside it."""

    settings: Settings
    skipped: Counter[str] = field(default_factory=Counter)
    """Records of each kind before measuring begins."""
    total: Counter[str] = field(default_factory=Counter)
    size: Counter[str] = field(default_factory=Counter)
    """Bytes of all values of each kind."""

    @property
    def servers(self) -> str:
        """Where Kafka listens, host:port."""
        return self.settings.kafka.bootstrap_servers

    def topic(self, kind: str) -> str:
        """Full name of the topic of a kind."""
        return self.settings.topics.names()[kind]

    def fill(self, records: Iterable[Record]) -> None:
        """Send the records."""
        client = client_settings(self.settings)
        with Delivery(client, self.topic("posts")) as first, Delivery(client, self.topic("engagements")) as second:
            sends = {"posts": first, "engagements": second}
            for record in records:
                sends[record.kind].send("the benchmark", record.key, record.value)
                self.total[record.kind] += 1
                self.size[record.kind] += len(record.value)


def of_posts(servers: str, measured: int) -> Scene:
    """Many posts, few engagements."""
    scene, many, few = _scene(servers, "posts", measured)
    about = list(posts(few, seed=3))
    scene.fill(chain(posts(many), engagements(few, about)))
    return scene


def of_engagements(servers: str, measured: int) -> Scene:
    """Many engagements, about few posts."""
    scene, many, few = _scene(servers, "engagements", measured)
    about = list(posts(few))
    scene.fill(chain(about, engagements(many, about[: len(about) // 10])))
    return scene


def _scene(servers: str, kind: str, measured: int) -> tuple[Scene, Course, Course]:
    history = round(HISTORY_S * HISTORY_RATE)
    many = Course(history, HISTORY_RATE, measured, RATE)
    few = Course(round((HISTORY_S + measured / RATE) * BESIDE_RATE), BESIDE_RATE, 0, BESIDE_RATE)
    names = {name: f"{kind}-scene.{topic}" for name, topic in load().topics.names().items()}
    scene = Scene(load(kafka={"bootstrap_servers": servers}, topics=names))
    topics.apply(scene.settings)
    scene.skipped[kind] = history + round(SETTLED * measured)
    return scene, many, few
