"""Composition root: settings -> the module-level Faust `app`, as `faust -A streams.app worker` expects it.

social.posts.v1, social.engagements.v1 --reading--> runs --counting--> ticks --deciding--> alerts, trends, kpis
"""

import gc
import sys
from importlib.metadata import version
from typing import Any

from faust.types import TP
from prometheus_client import CollectorRegistry

from config import settings as knobs
from config.errors import SettingsError
from streams import clock, logs, wiring
from streams.agents import Agents
from streams.archive import Archive
from streams.commits import Commits
from streams.counting import Counting
from streams.deciding import Deciding
from streams.faust_settings import aiokafka_client, faust_settings
from streams.health import Health, Moved
from streams.metrics import Metrics
from streams.monitor import Monitor
from streams.reading import Reading
from streams.saving import Saving
from streams.sending import Sender
from streams.state.store import Store
from streams.stopping import BoundedApp, stop_if_hopeless, unless_stopping
from streams.web import add_pages

try:
    settings = knobs.load()
    detection = wiring.detection(settings)
except SettingsError as error:  # under `faust -A` nobody else says it in one line
    print(f"Error: {error}", file=sys.stderr)  # noqa: T201 - there are no settings of logs yet
    raise SystemExit(2) from None
topics = settings.topics
logs.configure(settings.logs.level, settings.logs.format)

app = BoundedApp(chunk_records=settings.worker.chunk_records, **faust_settings(settings))
AGENTS = {
    topics.posts: "read-posts",
    topics.engagements: "read-engagements",
    topics.runs: "count",
    topics.ticks: "decide",
}

registry = CollectorRegistry()
metrics = Metrics(registry, [topics.posts, topics.engagements], version("freshet-trends"))
health = Health(AGENTS.values(), settings.worker.stall_s)
sender = Sender(app)
client = aiokafka_client(settings)
archive = Archive(topics.posts, topics.partitions, client)
store = Store(topics, wiring.identity(settings), sender, client, Commits(client, settings.worker.group))
saving = Saving(store, settings.worker.snapshot_s, metrics)
reading = Reading(topics, detection, sender, metrics, saving)


def moved(topic: str) -> Moved:
    """What a stage calls when the agent of a topic has moved on."""
    return lambda: health.progress(AGENTS[topic], clock.monotonic())


counting = Counting(topics, detection, sender, saving, moved(topics.runs))
deciding = Deciding(topics, detection, sender, metrics, archive, saving, moved(topics.ticks))
monitor = Monitor(app, settings, AGENTS, reading, health, metrics)

agents = Agents(app, monitor, health, metrics)
agents.add(AGENTS[topics.posts], topics.posts, "read", reading.posts)
agents.add(AGENTS[topics.engagements], topics.engagements, "read", reading.engagements)
agents.add(AGENTS[topics.runs], topics.runs, "count", counting.runs)
agents.add(AGENTS[topics.ticks], topics.ticks, "decide", deciding.ticks)
add_pages(app, health, registry)


STAGES: dict[str, Reading | Counting | Deciding] = {
    topics.posts: reading,
    topics.engagements: reading,
    topics.runs: counting,
    topics.ticks: deciding,
}
"""Which stage reads a topic, and so knows what may be committed of it."""


async def on_assigned(_app: Any, assigned: set[TP], **_: Any) -> None:
    """Begin anew with the partitions of this worker."""
    monitor.consumer.commit_limit = lambda tp: STAGES[tp.topic].commit_limit(tp)
    monitor.consumer.commit_note = lambda tp: STAGES[tp.topic].commit_note(tp)
    counting.keep({tp.partition for tp in assigned if tp.topic == topics.runs})
    deciding.keep({tp.partition for tp in assigned if tp.topic == topics.ticks})
    monitor.assigned(assigned)


async def on_revoked(*_: Any, **__: Any) -> None:
    """Nothing moves until the next assignment."""
    health.revoked()


async def tune_memory() -> None:
    """What was imported lives for ever: the collector need not look at it again."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


async def look() -> None:
    """Measure lag and health; stop if there is no hope."""
    health.warming_until = deciding.warming_until
    with unless_stopping(app):
        await monitor.look()
    deciding.show_age()
    stop_if_hopeless(app, health)


async def on_shutdown(*_: Any, **__: Any) -> None:
    """Let go of our own connections."""
    await archive.close()


# Signals are typed for handlers without named arguments, though they pass some.
app.on_partitions_assigned.connect(on_assigned)  # type: ignore[arg-type]
app.on_partitions_revoked.connect(on_revoked)
app.on_before_shutdown.connect(on_shutdown)
app.task(tune_memory)
app.timer(min(1.0, settings.worker.idle_s))(look)
