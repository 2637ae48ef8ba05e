"""The demo as a newcomer runs it: a process of its own, a real Kafka, the real worker."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from config.settings import Settings
from streams import topics
from streams.admin import client_settings
from streams.delivery import Delivery
from tests.e2e.worker import IN_OTHER_PROCESSES
from tests.streams.examples import POST

pytestmark = IN_OTHER_PROCESSES

FRESHET = str(Path(sys.executable).with_name("freshet"))


def started(*arguments: str | Path, env: Mapping[str, str]) -> subprocess.Popen[str]:
    command = [FRESHET, "demo", *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **env}
    )


@pytest.fixture
def folder(tmp_path: Path) -> Mapping[str, str]:
    """An environment in which temporary files go to a folder of this test."""
    (tmp_path / "temporary").mkdir()
    return {"TMPDIR": str(tmp_path / "temporary")}


@pytest.mark.kafka
def test_planted_trends_come_out_as_alerts(folder: Mapping[str, str]) -> None:
    """Exit 0, a sentence for each alert, a verdict; nothing is left behind."""
    process = started("--seconds", "40", "--seed", "7", env=folder)
    out, err = process.communicate(timeout=240)

    assert (process.returncode, err) == (0, ""), out
    assert re.search(r"trend +fired .*is taking off: \d+ people between", out)
    assert re.search(r"ok +planted trends +\d of \d found", out)
    assert list(Path(folder["TMPDIR"]).iterdir()) == []


@pytest.mark.kafka
def test_an_interrupted_demo_takes_everything_with_it(folder: Mapping[str, str], tmp_path: Path) -> None:
    """Told to end while it plays: broker and worker end too, and the exit code says that it was not a success."""
    file = tmp_path / "posts.jsonl"
    file.write_text("\n".join(json.dumps({**POST, "created_at": f"2026-01-01T{hour:02}:00:00Z"}) for hour in range(24)))
    process = started("--seconds", "300", "--posts", file, env=folder)
    assert process.stdout is not None
    kafka = re.search(r"127\.0\.0\.1:(\d+)", process.stdout.readline())
    ready = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)

    assert ready.startswith("worker ready")
    assert (process.returncode, err) == (128 + signal.SIGTERM, "")
    assert kafka is not None
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(kafka[1]))) != 0
    assert list(Path(folder["TMPDIR"]).iterdir()) == []


def test_topics_with_records_are_left_alone(settings_for_kafka: Settings, folder: Mapping[str, str]) -> None:
    """Made-up posts never get among those that somebody has."""
    topics.apply(settings_for_kafka)
    posts = settings_for_kafka.topics.posts
    with Delivery(client_settings(settings_for_kafka), posts) as delivery:
        delivery.send("here", b"c1", json.dumps(POST).encode())
    names = {f"FRESHET_TOPICS__{setting.upper()}": name for setting, name in settings_for_kafka.topics.names().items()}
    servers = settings_for_kafka.kafka.bootstrap_servers
    process = started(env={**folder, **names, "FRESHET_KAFKA__BOOTSTRAP_SERVERS": servers})
    out, err = process.communicate(timeout=60)

    assert (process.returncode, out) == (1, "")
    assert err.startswith(f"freshet: {posts} at {servers} holds records already: the demo needs topics of its own")
    assert err.count("\n") == 1
    assert list(Path(folder["TMPDIR"]).iterdir()) == []
