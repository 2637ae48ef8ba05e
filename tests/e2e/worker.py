"""A real worker on the real Kafka of the test run, and what it wrote."""

import json
import os
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from config.settings import Settings
from streams import topics
from streams.admin import client_settings
from streams.follow import follow
from tests.processes import FRESHET, answers, free_port, running, wait_until

FAUST = [str(Path(sys.executable).parent / "faust"), "-A", "streams.app", "worker"]

IN_OTHER_PROCESSES = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""Of tests that work elsewhere: a connection that a test before left to the collector is no fault of theirs."""


class Worker(NamedTuple):
    """A running worker."""

    address: str
    folder: Path
    env: Mapping[str, str]
    process: Any

    def metrics(self, name: str) -> dict[str, float]:
        """The series of a metric, by their labels as written."""
        with urllib.request.urlopen(f"http://{self.address}/metrics", timeout=10) as response:
            lines = response.read().decode().splitlines()
        own = (line.rpartition(" ") for line in lines if line.startswith(name))
        return {series.removeprefix(name): float(value) for series, _, value in own}

    def drained(self, rest_s: float = 4.0) -> None:
        """Wait until nothing has waited to be read for a while."""
        calm_since: list[float] = []

        def calm() -> bool:
            if sum(self.metrics("freshet_consumer_lag_records").values()):
                calm_since.clear()
                return False
            calm_since.append(time.monotonic())
            return calm_since[-1] - calm_since[0] >= rest_s

        wait_until(calm, 180, "everything is read", self.folder)


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """The environment that gives a process these topics and this Kafka."""
    named = {f"FRESHET_TOPICS__{key.upper()}": name for key, name in settings.topics.names().items()}
    return (
        os.environ
        | named
        | {
            "FRESHET_KAFKA__BOOTSTRAP_SERVERS": settings.kafka.bootstrap_servers,
            "FRESHET_TOPICS__PARTITIONS": str(settings.topics.partitions),
            "FRESHET_WORKER__GROUP": settings.topics.posts.partition(".")[0],
            "FRESHET_DETECTION__WARM_UP_S": "21600",  # streams are short: buckets cost, not posts
            **more,
        }
    )


@contextmanager
def worker(
    settings: Settings, folder: Path, command: Sequence[str] = (FRESHET, "worker"), **more: str
) -> Iterator[Worker]:
    """Make the topics, start a worker, wait until it is ready."""
    topics.apply(settings)
    address = f"127.0.0.1:{free_port()}"
    env = environment(settings, FRESHET_WORKER__WEB_PORT=address.rpartition(":")[2], **more)
    with running(command, folder, env) as process:
        wait_until(lambda: answers(f"http://{address}/readyz"), 90, "the worker is ready", folder)
        yield Worker(address, folder, env, process)


def written(settings: Settings, topic: str, quiet_s: float = 3.0) -> list[Any]:
    """Every record of a topic, as it was received."""
    with follow(client_settings(settings), [topic], from_beginning=True, quiet_s=quiet_s) as records:
        return list(records)


def alerts(settings: Settings) -> list[dict[str, Any]]:
    """The alerts on the topic, in order of detection, without the part that a replay may change."""
    read = [json.loads(record.value) for record in written(settings, settings.topics.alerts)]
    return in_order(read)


def in_order(read: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Alerts by detection and id, traces left out."""
    bare = [{name: value for name, value in alert.items() if name != "trace"} for alert in read]
    return sorted(bare, key=lambda alert: (alert["detected_at"], alert["alert_id"]))
