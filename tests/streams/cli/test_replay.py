"""`freshet replay` on a small made-up stream with planted trends."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from click.testing import CliRunner, Result

from streams import files
from streams.cli.replay import command
from streams.errors import StreamsError, UsageError
from streams.generator.judge import Report, found
from streams.generator.stream import stream, truth
from tests.streams.examples import POST

STREAM: Mapping[str, Any] = {"hours": 8, "seed": 2, "start_at": 1_748_822_400.0, "posts_per_hour": 100}
"""Nothing is planted in its first 4.8 h."""


SETTINGS = {
    "FRESHET_DETECTION__WARM_UP_S": "14400",
    "FRESHET_DETECTION__TREND_MEMORY_S": "900",
    "FRESHET_DETECTION__LONG_WINDOW_S": "3600",
}
"""So that a stream of 8 h can hold trends that are told, and forgotten."""


class Replayed(NamedTuple):
    """The stream as a file, and what one replay of it wrote."""

    stream: Path
    alerts: bytes
    trends: Path
    kpis: Path
    stderr: str


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """A replay from a file to packed files, with the default number of partitions."""
    folder = tmp_path_factory.mktemp("replay")
    names = "stream.jsonl", "alerts.jsonl.gz", "trends.jsonl.zst", "kpis.jsonl"
    recorded, alerts, trends, kpis = (folder / name for name in names)
    recorded.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for _, _, record in stream(**STREAM)))
    result = run(recorded, "--alerts", alerts, "--trends", trends, "--kpis", kpis, env=SETTINGS)
    assert result.stdout == ""
    return Replayed(recorded, gzip.decompress(alerts.read_bytes()), trends, kpis, result.stderr)


def run(*arguments: str | Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Result:
    """The command, with its errors raised as the command line's `main` sees them."""
    words = list(map(str, arguments))
    return CliRunner().invoke(command, words, input=stdin, env=env, catch_exceptions=False, standalone_mode=False)


def judged(alerts: bytes) -> Report:
    return found(truth(**STREAM), map(json.loads, alerts.splitlines()))


def test_planted_trends_are_found(replayed: Replayed) -> None:
    """Nearly all of them, and nothing else."""
    report = judged(replayed.alerts)

    assert len(report.found) >= 3
    assert report.false == ()


def test_one_partition_finds_the_same_trends(replayed: Replayed) -> None:
    """How many partitions share the work is nothing that a reader of alerts would see."""
    alone = judged(run(replayed.stream, "--partitions", "1", env=SETTINGS).stdout_bytes)

    assert [each.label for each in alone.found] == [each.label for each in judged(replayed.alerts).found]


def test_a_repeat_gives_the_same_bytes(replayed: Replayed, tmp_path: Path) -> None:
    """From a file or from standard input, to a packed file or to standard output."""
    trends, kpis = tmp_path / "again.zst", tmp_path / "again.jsonl"
    again = run("-", "--trends", trends, "--kpis", kpis, stdin=replayed.stream.read_bytes(), env=SETTINGS)

    assert again.stdout_bytes == replayed.alerts != b""
    assert trends.read_bytes() == replayed.trends.read_bytes()
    assert kpis.read_bytes() == replayed.kpis.read_bytes()
    assert again.stderr == replayed.stderr


def test_trends_are_what_the_topic_would_hold(replayed: Replayed) -> None:
    """The latest line of an id counts; a tombstone ends one that is forgotten."""
    lines = [json.loads(line.value) for line in files.records([str(replayed.trends)])]
    forgotten = {line["key"] for line in lines if line.get("tombstone")}
    opened = {line["trend_id"] for line in lines if "trend_id" in line}
    alerts = [json.loads(line) for line in replayed.alerts.splitlines()]

    assert {alert["trend_id"] for alert in alerts if alert["kind"] == "trend"} <= opened
    assert forgotten
    assert forgotten <= opened


def test_figures_are_what_the_topic_would_hold(replayed: Replayed) -> None:
    """One line a scope, window and revision; revisions count from 0."""
    lines = [json.loads(line) for line in replayed.kpis.read_text().splitlines()]
    told: dict[tuple[str, str], list[int]] = {}
    for line in lines:
        told.setdefault((line["scope"], line["window"]), []).append(line["revision"])
    assert all(revisions == list(range(len(revisions))) for revisions in told.values())
    assert {scope.partition(":")[0] for scope, _ in told} == {
        *("all", "platform", "format", "tier", "community", "campaign", "creator")
    }


def test_the_summary_names_what_was_refused() -> None:
    """Bad records stop nothing; they are counted by their reason on standard error."""
    lines = [json.dumps(POST), "not json", json.dumps({**POST, "post_id": 1}), '{"event_id": "e1"}', json.dumps(POST)]
    result = run("-", stdin="\n".join(lines).encode())

    assert result.stdout == ""
    assert result.stderr == (
        "read 2 records (2 posts, 0 engagements); refused 3: missing_field 1, not_json 1, wrong_type 1; 0 alerts\n"
    )


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """The error names it."""
    with pytest.raises(StreamsError, match=r"nothing\.jsonl: cannot be read: No such file or directory"):
        run(tmp_path / "nothing.jsonl")


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    """The error names it."""
    with pytest.raises(StreamsError, match=r"alerts\.jsonl: cannot be written: No such file or directory"):
        run("-", "--alerts", tmp_path / "nowhere" / "alerts.jsonl")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["posts.jsonl", "--alerts", "posts.jsonl"], "--alerts is posts.jsonl, which is also to be read"),
        (["posts.jsonl", "--trends", "./posts.jsonl"], "--trends is ./posts.jsonl, which is also to be read"),
        (["posts.jsonl", "--alerts", "out", "--trends", "out"], "--trends is out, as --alerts is"),
        (["posts.jsonl", "--trends", "-"], "--trends is -, as --alerts is"),
        (["posts.jsonl", "--trends", "out", "--kpis", "out"], "--kpis is out, as --trends is"),
        (["-", "-"], "is named twice"),
    ],
)
def test_names_that_would_destroy_something(arguments: list[str], said: str, tmp_path: Path) -> None:
    """Refused before anything is opened."""
    with CliRunner().isolated_filesystem(tmp_path):
        Path("posts.jsonl").write_text("kept")
        with pytest.raises(UsageError, match=said):
            run(*arguments)
        assert Path("posts.jsonl").read_text() == "kept"
