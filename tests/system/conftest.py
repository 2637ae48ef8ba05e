"""A real Kafka, a real worker with a stream going through it, and the Prometheus of docker-compose.yml beside it."""

import json
import os
import shutil
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from streams.broker import EmbeddedKafka
from tests.processes import FRESHET, answers, free_port, freshet, running, side_by_side, wait_until

ROOT = Path(__file__).parent.parent.parent
HOURS = 30
"""Of the made-up stream: the models are warm after the first 12."""


class Worker:
    """A worker that runs until it is stopped."""

    def __init__(self, address: str, folder: Path, env: Mapping[str, str]) -> None:
        self.address, self.folder, self.env = address, folder, env
        self._runs = ExitStack()

    def start(self) -> None:
        """Run it, and wait until it is ready."""
        self._runs.enter_context(running([FRESHET, "worker"], self.folder, self.env))
        wait_until(lambda: answers(f"http://{self.address}/readyz"), 90, "the worker is ready", self.folder)

    def stop(self) -> None:
        """End it as an operator would."""
        self._runs.close()


class Prometheus(NamedTuple):
    """A running Prometheus that scrapes the worker."""

    address: str

    def query(self, promql: str) -> list[dict[str, Any]]:
        """The series of an instant query."""
        parameters = urllib.parse.urlencode({"query": promql})
        with urllib.request.urlopen(f"http://{self.address}/api/v1/query?{parameters}", timeout=10) as response:
            found: list[dict[str, Any]] = json.load(response)["data"]["result"]
            return found


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("system")


@pytest.fixture(scope="session")
def worker(folder: Path) -> Iterator[Worker]:
    with EmbeddedKafka(folder / "kafka") as kafka:
        port = free_port()
        env = os.environ | {
            "FRESHET_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
            "FRESHET_WORKER__WEB_PORT": str(port),
        }
        freshet("topics", "apply", env=env)
        address, home = f"127.0.0.1:{port}", folder / "worker"
        worker = Worker(address, home, env)
        try:
            worker.start()
            yield worker
        finally:
            worker.stop()


@pytest.fixture(scope="session")
def prometheus(folder: Path, worker: Worker) -> Iterator[Prometheus]:
    """Scrapes the worker while a stream with planted trends goes through it, until alerts have come."""
    home = folder / "prometheus"
    shutil.copytree(ROOT / "config/prometheus", home)
    address = f"127.0.0.1:{free_port()}"
    configuration = home / "prometheus.yml"
    targets = {"worker:6066": worker.address, "127.0.0.1:9090": address}
    text = configuration.read_text()
    for of_compose, here in targets.items():
        assert of_compose in text
        text = text.replace(of_compose, here)
    configuration.write_text(text)

    command = ["prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={home / 'data'}"]
    command += [f"--web.listen-address={address}", "--enable-feature=exemplar-storage"]
    with running(command, home, os.environ):
        found = Prometheus(address)
        wait_until(lambda: answers(f"http://{address}/-/ready"), 60, "Prometheus is ready", home)
        wait_until(lambda: bool(found.query("freshet_ready == 1")), 60, "Prometheus scrapes the worker", home)
        play_a_stream(folder, worker)
        wait_until(lambda: bool(found.query("sum(freshet_alerts_total) > 0")), 300, "alerts come", worker.folder)
        yield found


def play_a_stream(folder: Path, worker: Worker) -> None:
    posts, engagements = str(folder / "posts.jsonl"), str(folder / "engagements.jsonl")
    made = ("--posts", posts, "--engagements", engagements, "--posts-per-hour", "600")
    freshet("generate", "--hours", str(HOURS), "--seed", "7", *made, env=worker.env)
    side_by_side(
        ("produce", "social.posts.v1", posts), ("produce", "social.engagements.v1", engagements), env=worker.env
    )
