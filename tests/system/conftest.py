"""A real Kafka, a real worker with a stream going through it, and the Prometheus of docker-compose.yml beside it."""

import json
import os
import shutil
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser

from streams import clock
from streams.broker import EmbeddedKafka
from tests.processes import FRESHET, answers, free_port, freshet, running, side_by_side, wait_until
from tests.streams.notify.test_kafka import SECRET
from tests.system.browser import chromium

ROOT = Path(__file__).parent.parent.parent
MONTH_S = 30 * 86_400
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


class Taker(BaseHTTPRequestHandler):
    """A service behind a channel, which takes every message."""

    def do_POST(self) -> None:
        """Taken."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of the base class
        """Nothing: the log is that of the tests."""


@pytest.fixture(scope="session")
def notify(folder: Path, worker: Worker) -> Iterator[str]:
    """Where `freshet notify` serves its metrics; it tells a service of every alert of the stream."""
    address, home = f"127.0.0.1:{free_port()}", folder / "notify"
    with ThreadingHTTPServer(("127.0.0.1", 0), Taker) as service:
        Thread(target=service.serve_forever, daemon=True).start()
        channel = {"webhook": f"http://127.0.0.1:{service.server_port}/", "secret": SECRET, "per_minute": 6000}
        env = {
            **worker.env,
            "FRESHET_NOTIFY__CHANNELS": json.dumps({"team": channel}),
            "FRESHET_NOTIFY__WEB_PORT": address.rpartition(":")[2],
            "FRESHET_NOTIFY__MAX_AGE_S": str(MONTH_S),
            "FRESHET_NOTIFY__REMEMBER_S": str(MONTH_S),
        }
        with running([FRESHET, "notify"], home, env):
            wait_until(lambda: answers(f"http://{address}/readyz"), 90, "delivery is ready", home)
            yield address
        service.shutdown()


@pytest.fixture(scope="session")
def prometheus(folder: Path, worker: Worker, notify: str) -> Iterator[Prometheus]:
    """Scrapes worker and delivery while a stream with planted trends goes through them, until alerts have arrived."""
    home = folder / "prometheus"
    shutil.copytree(ROOT / "config/prometheus", home)
    address = f"127.0.0.1:{free_port()}"
    configuration = home / "prometheus.yml"
    targets = {"worker:6066": worker.address, "notify:6090": notify, "127.0.0.1:9090": address}
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
        taken = 'sum(freshet_notify_attempts_total{result="taken"}) > 0'
        wait_until(lambda: bool(found.query(taken)), 60, "alerts are delivered", folder / "notify")
        yield found


def play_a_stream(folder: Path, worker: Worker) -> None:
    posts, engagements = str(folder / "posts.jsonl"), str(folder / "engagements.jsonl")
    made = ("--posts", posts, "--engagements", engagements, "--posts-per-hour", "600", "--start", last_week())
    freshet("generate", "--hours", str(HOURS), "--seed", "7", *made, env=worker.env)
    side_by_side(
        ("produce", "social.posts.v1", posts), ("produce", "social.engagements.v1", engagements), env=worker.env
    )


def last_week() -> str:
    """Monday of last week: delivery leaves alone what is long past."""
    today = datetime.fromtimestamp(clock.now(), UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today - timedelta(days=today.weekday() + 7)).isoformat()
