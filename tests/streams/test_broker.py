"""The embedded Apache Kafka: what survives, what never survives, and what is said when it cannot start."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from streams import jars
from streams.admin import connected
from streams.broker import EmbeddedKafka
from streams.errors import StreamsError

PATIENCE_S = 60.0

PARENT = """\
import pathlib, sys, time
from streams.broker import EmbeddedKafka
broker = EmbeddedKafka(pathlib.Path(sys.argv[1]))
broker.start()
print(broker.port, flush=True)
time.sleep(600)
"""


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def test_topics_are_never_made_by_accident(kafka: str) -> None:
    """A topic that nobody declared does not appear because somebody asked for it."""
    with connected({"bootstrap_servers": [kafka]}) as admin:
        asked = admin.describe_topics(["not.declared"])
        assert [topic["error_code"] for topic in asked] == [3]  # unknown topic or partition
        assert "not.declared" not in admin.list_topics()


def test_data_survive_a_restart(tmp_path: Path) -> None:
    """What was made before a stop is there after a start on another port; a stopped broker listens no more."""
    data = tmp_path / "not" / "yet" / "there"
    with EmbeddedKafka(data) as first, connected({"bootstrap_servers": [first.bootstrap_servers]}) as admin:
        admin.create_topics(["kept"])
    assert not listens(first.port)

    with EmbeddedKafka(data) as second, connected({"bootstrap_servers": [second.bootstrap_servers]}) as admin:
        assert "kept" in admin.list_topics()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_no_orphans(tmp_path: Path, end: signal.Signals) -> None:
    """However the parent ends, its broker ends too."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent, parent.stdout as said:
        port = int(said.readline())
        assert listens(port)
        os.kill(parent.pid, end)

    assert eventually(lambda: not listens(port))


def test_taken_port(tmp_path: Path) -> None:
    """A port in use is named, with what to do, before anything is written."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(StreamsError, match=f"port {port} on 127.0.0.1: .*in use: end what uses it"):
            EmbeddedKafka(tmp_path, port).start()

    assert list(tmp_path.iterdir()) == []


def test_unusable_directory(tmp_path: Path) -> None:
    """A data directory that cannot be written is named."""
    (tmp_path / "file").write_text("")

    with pytest.raises(StreamsError, match="file/data: Not a directory: name a directory that can be written to"):
        EmbeddedKafka(tmp_path / "file" / "data").start()


def test_data_of_another_version(tmp_path: Path) -> None:
    """Data that another Kafka wrote are left alone."""
    (tmp_path / "version").write_text("3.9.0")

    with pytest.raises(StreamsError, match=rf"holds data of Kafka 3\.9\.0, this is {jars.KAFKA_VERSION}: name another"):
        EmbeddedKafka(tmp_path).start()


def test_broker_that_dies_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last error of the log is in the message, and the log is named."""
    monkeypatch.setattr("streams.broker.PROPERTIES", "process.roles=neither\n")
    (tmp_path / "version").write_text(jars.KAFKA_VERSION)

    with pytest.raises(StreamsError, match=r"Kafka did not start: .*neither.*kafka\.log"):
        EmbeddedKafka(tmp_path).start()


def test_format_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A storage that Kafka will not format is named with Kafka's reason, and is tried again next time."""
    monkeypatch.setattr("streams.broker.PROPERTIES", "process.roles=neither\n")

    with pytest.raises(StreamsError, match=r"Kafka could not format .*neither"):
        EmbeddedKafka(tmp_path).start()

    assert not (tmp_path / "version").exists()
