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

HISTORY_S = 14 * 3600.0
HISTORY_RATE = 1.0
"""Records a second of event time: the past, without which everything would be news. Longer than the warm-up."""

RATE = 200.0
"""Records a second of event time in the dense part: a bucket of five minutes holds 60,000."""

BESIDE_RATE = 0.2
"""Records a second of event time of the other topic: enough for its clock to go on."""

BUCKET_S, LATENESS_S = 300.0, 30.0
"""As the settings have them by default."""


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


def of_posts(servers: str, buckets: int) -> Scene:
    """Many posts, few engagements.

    Args:
        buckets: that close while it is measured. >= 1.
    """
    scene, many, few = _scene(servers, "posts", buckets)
    about = list(posts(few, seed=3))
    scene.fill(chain(posts(many), engagements(few, about)))
    return scene


def of_engagements(servers: str, buckets: int) -> Scene:
    """Many engagements, about few posts. Arguments as `of_posts`."""
    scene, many, few = _scene(servers, "engagements", buckets)
    about = list(posts(few))
    scene.fill(chain(about, engagements(many, about[: len(about) // 10])))
    return scene


def _scene(servers: str, kind: str, buckets: int) -> tuple[Scene, Course, Course]:
    """One dense bucket passes before measuring begins: by its close every partition has left the past."""
    history, dense_s = round(HISTORY_S * HISTORY_RATE), (buckets + 1) * BUCKET_S + LATENESS_S
    many = Course(history, HISTORY_RATE, round(dense_s * RATE), RATE)
    few = Course(round((HISTORY_S + dense_s) * BESIDE_RATE), BESIDE_RATE, 0, BESIDE_RATE)
    names = {name: f"{kind}-scene.{topic}" for name, topic in load().topics.names().items()}
    scene = Scene(load(kafka={"bootstrap_servers": servers}, topics=names))
    topics.apply(scene.settings)
    scene.skipped[kind] = history + round((BUCKET_S + LATENESS_S) * RATE)
    return scene, many, few
