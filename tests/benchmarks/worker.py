"""Our own worker, as anybody runs it: `freshet worker` in a process of its own, watched through its metrics page."""

import os
import time
import urllib.request
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from config.settings import Settings, load
from streams import topics
from tests.benchmarks.measure import Process, Sample
from tests.benchmarks.scene import Scene
from tests.processes import FRESHET, answers, free_port, running, wait_until

LOOK_S = 0.25
"""Between two looks at the metrics, seconds. They are part of what is measured."""

PATIENCE_S = 180
"""A worker that is not done by then is given up, seconds."""


def run(scene: Scene, kind: str, folder: Path, *, words: bool = True) -> Sample:
    """Let a new worker read the whole scene with topics of its own behind it.

    Measured is from the first look at which `scene.skipped` records of the kind were read until nothing waits any more,
    of no topic.
    """
    settings = _settings(scene, folder.name)
    topics.apply(settings)
    port = free_port()
    variables = {f"FRESHET_TOPICS__{name.upper()}": topic for name, topic in settings.topics.names().items()} | {
        "FRESHET_KAFKA__BOOTSTRAP_SERVERS": scene.servers,
        "FRESHET_WORKER__GROUP": folder.name,
        "FRESHET_WORKER__WEB_PORT": str(port),
        "FRESHET_LOGS__LEVEL": "warning",
        "FRESHET_DETECTION__WORDS": str(words),
    }
    with running([FRESHET, "worker"], folder, os.environ | variables) as process:
        page = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(f"{page}/healthz"), PATIENCE_S, "the worker answers", folder)
        return _watch(Process(process.pid), f"{page}/metrics", scene, kind)


def _settings(scene: Scene, name: str) -> Settings:
    names = {setting: f"{name}.{topic}" for setting, topic in scene.settings.topics.names().items()}
    shared = {"posts": scene.settings.topics.posts, "engagements": scene.settings.topics.engagements}
    return load(kafka={"bootstrap_servers": scene.servers}, topics=names | shared)


def _watch(worker: Process, page: str, scene: Scene, kind: str) -> Sample:
    first, read_at_first = None, 0
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        time.sleep(LOOK_S)
        read, waiting = _progress(page, scene.topic(kind))
        if first is None and read >= scene.skipped[kind]:
            first, read_at_first = worker.now(), read
        elif first is not None and read >= scene.total[kind] and not waiting:
            return worker.sample(first, worker.now(), read - read_at_first)
    raise AssertionError(f"the worker had read {read} of {scene.total[kind]} after {PATIENCE_S} s; {waiting} wait")


def _progress(page: str, topic: str) -> tuple[int, int]:
    """Records of a topic that were read; records of all topics that wait."""
    with urllib.request.urlopen(page, timeout=120) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    samples = [sample for family in families for sample in family.samples]
    read = sum(s.value for s in samples if s.name == "freshet_records_total" and s.labels["topic"] == topic)
    waiting = sum(s.value for s in samples if s.name == "freshet_consumer_lag_records")
    return int(read), int(waiting)
