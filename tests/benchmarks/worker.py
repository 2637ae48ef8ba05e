"""Our own worker, as anybody runs it: `freshet worker` in a process of its own, watched through its metrics page."""

import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from config.settings import Settings, load
from streams import clock, topics
from tests.benchmarks.measure import Process, Sample
from tests.benchmarks.scene import Scene
from tests.processes import FRESHET, answers, free_port, running, wait_until

LOOK_S = 0.25
"""Between two looks at the metrics, seconds. They are part of what is measured."""

PATIENCE_S = 300
"""A worker that is not done by then is given up, seconds."""

PAUSE_S = 8.0
"""Within which a round must be sent: a worker that stands still for 10 s loses its partitions."""


def run(scene: Scene, home: Path, *, words: bool, rounds: int, round_s: float) -> list[Sample]:
    """Let a new worker catch up with the scene, then measure it over the next rounds.

    A round is sent while the worker stands still. It is over when the worker has decided its last whole bucket.

    Args:
        round_s: length of a round in event time, seconds. A whole number of buckets.
    """
    settings = _settings(scene, home.name)
    topics.apply(settings)
    port = free_port()
    variables = {f"FRESHET_TOPICS__{name.upper()}": topic for name, topic in settings.topics.names().items()} | {
        "FRESHET_KAFKA__BOOTSTRAP_SERVERS": scene.servers,
        "FRESHET_WORKER__GROUP": home.name,
        "FRESHET_WORKER__WEB_PORT": str(port),
        "FRESHET_LOGS__LEVEL": "warning",
        "FRESHET_DETECTION__WORDS": str(words),
    }
    page = f"http://127.0.0.1:{port}"
    with running([FRESHET, "worker"], home, os.environ | variables) as process:
        wait_until(lambda: answers(f"{page}/healthz"), PATIENCE_S, "the worker answers", home)
        _wait_until_decided(f"{page}/metrics", scene)
        return [_round(process, f"{page}/metrics", scene, round_s) for _ in range(rounds)]


def _settings(scene: Scene, name: str) -> Settings:
    names = {setting: f"{name}.{topic}" for setting, topic in scene.settings.topics.names().items()}
    shared = {kind: scene.topic(kind) for kind in scene.rates}
    return load(kafka={"bootstrap_servers": scene.servers}, topics=names | shared)


def _round(process: "subprocess.Popen[bytes]", page: str, scene: Scene, round_s: float) -> Sample:
    made, worker = scene.following(round_s), Process(process.pid)
    process.send_signal(signal.SIGSTOP)
    try:
        stopped = time.monotonic()
        scene.send(made)
        paused_s = time.monotonic() - stopped
    finally:
        process.send_signal(signal.SIGCONT)
    assert paused_s < PAUSE_S, f"sending a round took {paused_s:.1f} s: measure shorter rounds, or a lower rate"
    first = worker.now()
    _wait_until_decided(page, scene)
    return worker.sample(first, worker.now(), len(made[scene.kind]))


def _wait_until_decided(page: str, scene: Scene) -> None:
    """Wait for the decision of the last bucket that the scene's records close."""
    bucket_s = scene.settings.detection.bucket_s
    end_at = scene.reached_at - scene.reached_at % bucket_s
    deadline = time.monotonic() + PATIENCE_S
    while (decided_at := _decided_at(page)) < end_at - bucket_s / 2:
        if time.monotonic() > deadline:
            raise AssertionError(f"the worker is {(end_at - decided_at) / 3600:.1f} h behind after {PATIENCE_S} s")
        time.sleep(LOOK_S)


def _decided_at(page: str) -> float:
    """Event time up to which everything is decided, to a few seconds: the age that the page tells is a little old."""
    with urllib.request.urlopen(page, timeout=120) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    ages = [
        s.value
        for family in families
        for s in family.samples
        if s.name == "freshet_watermark_age_seconds" and s.labels["stage"] == "decide"
    ]
    return clock.now() - ages[0] if ages else 0.0
