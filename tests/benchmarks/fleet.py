"""Our own workers, as anybody runs them: `freshet worker` in processes of their own, watched through their pages."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from config.settings import Settings, load
from streams import clock, topics
from tests.benchmarks.measure import Process
from tests.benchmarks.scene import Scene
from tests.processes import FRESHET, answers, free_port, running, wait_until

LOOK_S = 0.25
"""Between two looks at the metrics, seconds. They are part of what is measured."""

PATIENCE_S = 600
"""A worker that is not done by then is given up, seconds."""


class Worker(NamedTuple):
    """One process, and where it tells how it is."""

    process: "subprocess.Popen[bytes]"
    page: str
    home: Path

    @property
    def watched(self) -> Process:
        """The process as the kernel sees it."""
        return Process(self.process.pid)

    def metrics(self) -> dict[str, float]:
        """Every sample by its name; with a `stage` label by `name/stage`. Empty while it does not answer."""
        try:
            with urllib.request.urlopen(f"{self.page}/metrics", timeout=120) as answer:
                families = text_string_to_metric_families(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            return {}
        return {"/".join(filter(None, (s.name, s.labels.get("stage")))): s.value for f in families for s in f.samples}


def settings_of(scene: Scene, group: str) -> Settings:
    """Settings of workers that share the scene's input topics and have the others for themselves."""
    names = {setting: f"{group}.{topic}" for setting, topic in scene.settings.topics.names().items()}
    shared = {kind: scene.topic(kind) for kind in ("posts", "engagements")}
    return load(
        kafka={"bootstrap_servers": scene.servers},
        topics=names | shared,
        worker={"group": group},
        detection=scene.settings.detection.model_dump(),
    )


@contextmanager
def workers(
    scene: Scene, homes: Sequence[Path], group: str, variables: Mapping[str, str], *, topics_exist: bool = False
) -> Iterator[list[Worker]]:
    """Workers of one group, one a folder, until the block ends. They may not have caught up yet.

    Args:
        variables: further settings, as the environment gives them.
    """
    settings = settings_of(scene, group)
    if not topics_exist:
        topics.apply(settings)
    with ExitStack() as stack:
        yield [stack.enter_context(_worker(settings, home, variables)) for home in homes]


@contextmanager
def _worker(settings: Settings, home: Path, variables: Mapping[str, str]) -> Iterator[Worker]:
    port = free_port()
    ours = {f"FRESHET_TOPICS__{name.upper()}": topic for name, topic in settings.topics.names().items()} | {
        "FRESHET_KAFKA__BOOTSTRAP_SERVERS": settings.kafka.bootstrap_servers,
        "FRESHET_WORKER__GROUP": settings.worker.group,
        "FRESHET_WORKER__WEB_PORT": str(port),
        "FRESHET_LOGS__LEVEL": "warning",
    }
    page = f"http://127.0.0.1:{port}"
    with running([FRESHET, "worker"], home, os.environ | ours | dict(variables)) as process:
        worker = Worker(process, page, home)
        wait_until(lambda: _lives(worker) and answers(f"{page}/healthz"), PATIENCE_S, "the worker answers", home)
        yield worker


@contextmanager
def standing_still(fleet: Sequence[Worker]) -> Iterator[None]:
    """Stop the processes for the length of the block."""
    for worker in fleet:
        worker.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for worker in fleet:
            worker.process.send_signal(signal.SIGCONT)


def wait_until_decided(fleet: Sequence[Worker], end_at: float, bucket_s: float, look_s: float = LOOK_S) -> None:
    """Wait for the decision of the bucket that ends at `end_at`, epoch seconds of event time."""
    deadline = time.monotonic() + PATIENCE_S
    while (reached_at := max(map(_decided_at, fleet))) < end_at - bucket_s / 2:
        assert all(map(_lives, fleet))
        if time.monotonic() > deadline:
            raise AssertionError(f"the workers are {(end_at - reached_at) / 3600:.1f} h behind after {PATIENCE_S} s")
        time.sleep(look_s)


def _lives(worker: Worker) -> bool:
    ended = worker.process.poll()
    assert ended is None, f"a worker ended with {ended}: {(worker.home / 'log').read_text()[-3000:]}"
    return True


def _decided_at(worker: Worker) -> float:
    """Event time up to which everything is decided, to a few seconds: the age that the page tells is a little old."""
    age = worker.metrics().get("freshet_watermark_age_seconds/decide")
    return 0.0 if age is None else clock.now() - age
