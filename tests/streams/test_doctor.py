"""What the doctor finds, and that each finding says what to do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from kafka import KafkaProducer

from config.settings import Settings, load
from streams import doctor, topics
from streams.admin import client_settings
from streams.recent import Recent
from streams.topics import Difference, TopicSpec

UP, DOWN = 200, 503


@contextmanager
def web(status: int, said: bytes) -> Iterator[int]:
    """A worker's web page that answers so; gives its port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_python() -> None:
    """An old Python fails, with the oldest that works."""
    assert doctor.python((3, 11)).status == "ok"
    assert doctor.python((3, 10)).status == "fail"
    assert "install 3.11 or later" in doctor.python((3, 10)).said


def test_embedded_broker() -> None:
    """A missing extra is only a warning: a worker in production does not need it."""
    assert doctor.broker_extra(has_extra=True).status == "ok"
    assert doctor.broker_extra(has_extra=False).status == "warn"


@pytest.mark.parametrize(("status", "expected"), [(UP, "ok"), (DOWN, "fail")])
def test_worker(status: int, expected: str) -> None:
    """A worker's own word decides; its reason is quoted."""
    with web(status, b"decide\nstalled") as port:
        found = doctor.worker(load(worker={"web_port": port, "web_host": "0.0.0.0"}))

    assert found.status == expected
    assert ("(decide stalled)" in found.said) is (status == DOWN)


def test_no_worker() -> None:
    """No worker is a warning: it may run elsewhere."""
    with web(UP, b"") as port:
        pass

    assert doctor.worker(load(worker={"web_port": port})).status == "warn"


def test_declaration() -> None:
    """The first difference is told, and how many more there are."""
    one, two = Difference("a", "missing", "no", "yes"), Difference("b", "missing", "no", "yes")

    assert doctor.declaration([]).status == "ok"
    assert doctor.declaration([one]).said == "a: missing: run `freshet topics apply`"
    assert doctor.declaration([one, two]).said.endswith("; and 1 more: `freshet topics check` lists them")


@pytest.mark.parametrize(
    ("topic", "retention_ms", "expected"),
    [
        ("social.posts.v1", "21630000", "fail"),
        ("social.posts.v1", "21630001", "ok"),
        ("social.posts.v1", "-1", "ok"),
        ("freshet.alerts.v1", "1", "ok"),
    ],
)
def test_retention(topic: str, retention_ms: str, expected: str) -> None:
    """What is read again after a restart must outlast window and lateness, 21630 s; for ever (-1) does."""
    found = [TopicSpec(topic, 4, 1, {"retention.ms": retention_ms})]

    assert doctor.retention(load(), found).status == expected


def test_keys() -> None:
    """Posts under another key are counted; what cannot be read is not judged."""
    right, wrong = Recent(b"ada", b'{"creator_id":"ada"}'), Recent(None, b'{"creator_id":"bob"}')
    unreadable = [Recent(b"x", b"\xff{"), Recent(b"x", None), Recent(b"x", b'{"creator_id":5}')]

    assert doctor.keys([]).said == "no posts to look at yet"
    assert doctor.keys([right, *unreadable]).said == "the 1 latest posts are keyed by creator_id"
    assert doctor.keys([right, wrong, *unreadable]).said.startswith("1 of the 2 latest posts are not keyed")
    assert doctor.keys([right, wrong]).status == "warn"


def test_everything_in_order(settings_for_kafka: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a prepared Kafka every check is made and none fails; before, the topics fail."""
    monkeypatch.setattr(doctor, "load", lambda: settings_for_kafka)
    before = {finding.check: finding.status for finding in doctor.examine()}

    topics.apply(settings_for_kafka)
    producer = KafkaProducer(**client_settings(settings_for_kafka))
    producer.send(settings_for_kafka.topics.posts, key=b"bob", value=b'{"creator_id":"ada"}')
    producer.close()
    after = {finding.check: finding.status for finding in doctor.examine()}

    assert before["topics"] == "fail"
    assert "fail" not in after.values()
    assert after["keys"] == "warn"
    assert list(after) == [
        "python", "embedded broker", "settings", "worker", "broker", "topics", "retention", "keys",
    ]  # fmt: skip
