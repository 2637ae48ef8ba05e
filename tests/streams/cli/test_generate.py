import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from streams.cli.generate import command
from streams.errors import StreamsError, UsageError

SMALL = ["--hours", "1", "--posts-per-hour", "60"]


def run(*arguments: str) -> Result:
    """The command, with its errors raised as the command line's `main` sees them."""
    return CliRunner().invoke(command, [*SMALL, *arguments], catch_exceptions=False, standalone_mode=False)


def test_everything_to_standard_output() -> None:
    """Without a target, posts and engagements are printed together, and nothing else is."""
    records = [json.loads(line) for line in run().stdout.splitlines()]

    assert {"post_id" in record and "event_id" not in record for record in records} == {True, False}
    assert run().stderr == ""


def test_files(tmp_path: Path) -> None:
    """Each kind goes where it is told to, and the printed truth names the planted posts."""
    posts, engagements, truth = (tmp_path / name for name in ("posts.jsonl", "engagements.jsonl", "truth.json"))
    result = run("--posts", str(posts), "--engagements", str(engagements), "--truth", str(truth))

    ids = {json.loads(line)["post_id"] for line in posts.read_text().splitlines()}
    planted = {post_id for trend in json.loads(truth.read_text())["trends"] for post_id in trend["post_ids"]}
    assert result.output == ""
    assert planted
    assert planted <= ids
    assert all("event_id" in json.loads(line) for line in engagements.read_text().splitlines())


def test_one_file_for_both(tmp_path: Path) -> None:
    """The same name twice is one file, with the records in time order as on standard output."""
    both = str(tmp_path / "both.jsonl")
    run("--posts", both, "--engagements", both)

    assert Path(both).read_text() == run().stdout


def test_only_the_truth(tmp_path: Path) -> None:
    """Who asks for the truth alone gets no stream."""
    truth = tmp_path / "truth.json"

    assert run("--truth", str(truth), "--quiet-stream").output == ""
    assert json.loads(truth.read_text())["trends"] == []


def test_start() -> None:
    """The stream begins where it is told to, in any zone."""
    first = json.loads(run("--start", "2024-03-01T00:00:00+02:00").stdout.splitlines()[0])

    assert first["created_at"].startswith("2024-02-29T22:")


@pytest.mark.parametrize("start", ["yesterday", "2024-03-01T00:00:00"])
def test_bad_start(start: str) -> None:
    """A start that is no instant is refused, with an example of a good one."""
    with pytest.raises(UsageError, match=f"--start is '{start}': needed is .* such as 2025-06-02T00:00:00Z"):
        run("--start", start)


def test_truth_needs_a_file_of_its_own() -> None:
    """The truth among the records would be read as one."""
    with pytest.raises(UsageError, match="--truth is -, as is the stream"):
        run("--posts", "-", "--truth", "-")


def test_unwritable(tmp_path: Path) -> None:
    """A folder that does not exist is one clear line, not a traceback."""
    with pytest.raises(StreamsError, match="cannot be written"):
        run("--posts", str(tmp_path / "missing" / "posts.jsonl"))
