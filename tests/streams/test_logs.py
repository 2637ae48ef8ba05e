import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from streams import logs

POST = "I am Alice"


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_ours_and_fausts_records_look_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """A log store needs one set of fields, whoever wrote the line."""
    logs.configure("info", "json")

    structlog.get_logger("streams.app").info("recovered", seconds=2.5)
    logging.getLogger("faust.worker").warning("worker %s", "ready")

    ours, fausts = written(capsys)
    assert ours | {"at": ""} == {
        "at": "",
        "level": "info",
        "logger": "streams.app",
        "message": "recovered",
        "seconds": 2.5,
    }
    assert fausts | {"at": ""} == {"at": "", "level": "warning", "logger": "faust.worker", "message": "worker ready"}


def test_what_people_wrote_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """Whether it comes by our own call or as an extra of a standard record."""
    logs.configure("info", "json")

    structlog.get_logger().info("dead letter", reason="not_json", value=POST, creator_id="alice")
    logging.getLogger("faust").info("dead letter", extra={"text": POST})

    ours, fausts = written(capsys)
    assert (ours["reason"], ours["value"], ours["creator_id"]) == ("not_json", logs.HIDDEN, logs.HIDDEN)
    assert fausts["text"] == logs.HIDDEN


def test_level_is_a_threshold(capsys: pytest.CaptureFixture[str]) -> None:
    """What is less severe costs no line."""
    logs.configure("warning", "json")

    structlog.get_logger("a").info("quiet")
    structlog.get_logger("a").warning("loud")

    assert [line["message"] for line in written(capsys)] == ["loud"]


def fail_over(post_text: str) -> int:
    return len(post_text) // 0


def log_a_failure() -> None:
    try:
        fail_over(POST)
    except ZeroDivisionError:
        structlog.get_logger("a").exception("step failed")


def test_exception_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A traceback over forty lines would be forty records in a log store."""
    logs.configure("info", "json")

    log_a_failure()

    (line,) = written(capsys)
    assert line["exception"][0]["exc_type"] == "ZeroDivisionError"


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_exception_shows_no_variables(capsys: pytest.CaptureFixture[str], log_format: logs.LogFormat) -> None:
    """The variables of a failed step are people's posts."""
    logs.configure("info", log_format)

    log_a_failure()

    written = capsys.readouterr().err
    assert "fail_over" in written
    assert POST not in written


@pytest.mark.parametrize(("terminal", "is_json"), [(False, True), (True, False)])
def test_auto_asks_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, terminal: bool, is_json: bool
) -> None:
    """People get colours, machines get JSON."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    logs.configure("info", "auto")

    structlog.get_logger("a").info("hello")

    assert capsys.readouterr().err.startswith("{") is is_json


def test_a_client_without_brokers_does_not_fill_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """The same words five times a second; how many were left out is told when they come again."""
    logs.configure("info", "json")
    client = logging.getLogger("aiokafka")
    bounded = logging.getLogger().handlers[0].filters[0]
    assert isinstance(bounded, logs.Bounded)

    def says(number: int, at: float, text: str = "no node %s") -> None:
        record = client.makeRecord("aiokafka", logging.ERROR, __file__, 1, text, (number,), None)
        record.created = at
        client.handle(record)

    for number in range(100):
        says(number, 1000.0)
    says(0, 1000.5, "another thing %s")
    says(100, 1001.0)

    lines = written(capsys)
    assert [line["message"] for line in lines] == [
        *(f"no node {number}" for number in range(logs.Bounded.PER_SECOND)),
        "another thing 0",
        "no node 100",
    ]
    assert lines[-1]["left_out"] == 100 - logs.Bounded.PER_SECOND
