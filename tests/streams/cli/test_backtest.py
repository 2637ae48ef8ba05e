"""`freshet backtest` on a small made-up stream with planted trends."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from click.testing import CliRunner, Result

from config.errors import SettingsError
from streams.cli.backtest import command
from streams.cli.replay import command as replay
from streams.errors import UsageError
from streams.generator.stream import stream, truth
from tests.streams.cli.test_replay import SETTINGS, STREAM


class Files(NamedTuple):
    """The stream, its truth, two rules."""

    stream: Path
    truth: Path
    large: Path
    small: Path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A small stream and rules with a large and a small budget."""
    folder = tmp_path_factory.mktemp("backtest")
    made = Files(*(folder / name for name in ("s.jsonl", "truth.json", "large.toml", "small.json")))
    made.stream.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for _, _, record in stream(**STREAM)))
    made.truth.write_bytes(msgspec.json.encode(truth(**STREAM)))
    made.large.write_text('rule_id = "large"\nalerts_a_day = 20\n')
    made.small.write_text('{"rule_id": "small", "alerts_a_day": 1, "kinds": ["trend"]}')
    return made


def run(*arguments: str | Path, env: Mapping[str, str] | None = None) -> Result:
    words = list(map(str, arguments))
    return CliRunner().invoke(command, words, env=env, catch_exceptions=False, standalone_mode=False)


@pytest.fixture(scope="module")
def compared(files: Files) -> tuple[Result, str]:
    """Both rules against the truth, for programs; and a picture."""
    picture = files.stream.with_suffix(".svg")
    options = "--rules", files.large, "--against", files.small, "--truth", files.truth, "--plot", picture, "--json"
    return run(files.stream, *options, env=SETTINGS), picture.read_text()


def test_two_rules_are_compared(compared: tuple[Result, str]) -> None:
    """Each within its budget; the larger one finds what was planted; what only one would have sent is listed."""
    told = json.loads(compared[0].stdout)
    large, small, everything = told["rules"]

    assert (large["rule"], small["rule"], everything["rule"]) == ("large", "small", "all-alerts")
    assert small["most_in_a_day"] <= 1
    assert small["first"] < large["first"] <= everything["first"]
    assert large["recall"] >= 0.6
    assert small["precision"] == 1.0
    assert len(told["only"]["large"]) == large["first"] - small["first"]
    assert told["only"]["small"] == []
    assert compared[1].startswith("<svg")
    assert "read " in compared[0].stderr


def test_the_alerts_are_those_of_the_replay(compared: tuple[Result, str], files: Files) -> None:
    """The same objects: alert for alert what `freshet replay` tells, which is what the worker publishes."""
    words = [str(files.stream), "--alerts", "-"]
    replayed = CliRunner().invoke(replay, words, env=SETTINGS, catch_exceptions=False, standalone_mode=False)
    alerts = [json.loads(line) for line in replayed.stdout.splitlines()]
    told = json.loads(compared[0].stdout)
    ids = {alert["alert_id"] for alert in alerts}

    assert told["alerts"] == len(alerts)
    assert {each["alert_id"] for each in told["only"]["large"]} <= ids


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"--rules": "none.toml"}, "none.toml: cannot be read"),
        ({"--truth": "none.json"}, "--truth is none.json: cannot be read"),
        ({"--rules": "-", "FILE": "-"}, "standard input"),
        ({"--rules": "", "--learn": ""}, "--rules is missing: name a file of a rule, or --learn OUT"),
        ({"--rules": "", "--learn": "m", "--against": "b.toml"}, "--rules is missing: name a file of a rule$"),
        ({"--learn": "-"}, "--learn is -: name a file"),
        ({"--learn": "m.zst"}, "--learn is m.zst: name a file, not .gz or .zst"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_read(changes: dict[str, str], said: str, files: Files) -> None:
    """One line, exit 2."""
    given = {"FILE": str(files.stream), "--rules": str(files.large), **changes}
    options = [word for name, value in given.items() if name != "FILE" and value for word in (name, value)]

    with pytest.raises(UsageError, match=said):
        run(given["FILE"], *options)


def test_a_truth_that_is_none_is_refused(files: Files) -> None:
    """Named, with what it should be."""
    with pytest.raises(UsageError, match="is not what `freshet generate --truth` writes"):
        run(files.stream, "--rules", files.large, "--truth", files.small)


def test_a_rule_against_itself_changed(files: Files, tmp_path: Path) -> None:
    """The same rule_id twice: the second is told apart."""
    changed = tmp_path / "large.toml"
    changed.write_text('rule_id = "large"\nalerts_a_day = 2\n')
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")

    page = run(empty, "--rules", files.large, "--against", changed).stdout

    assert page == "# Backtest\n\nNothing was decided: the files hold no bucket that closed.\n"


def test_models_are_prepared(files: Files, tmp_path: Path) -> None:
    """From the files alone, the same bytes each time; a replay begins with them, and another backtest goes on."""
    paths = [tmp_path / name for name in ("one.model", "two.model", "more.model")]
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    pages = [run(files.stream, "--learn", path, env=SETTINGS).stdout for path in paths[:2]]
    begun = {**SETTINGS, "FRESHET_DETECTION__FORECAST_MODEL": str(paths[0])}
    more = json.loads(run(empty, "--learn", paths[2], "--json", env=begun).stdout)
    words = [str(empty), "--alerts", str(tmp_path / "a.jsonl")]
    replayed = CliRunner().invoke(replay, words, env=begun, catch_exceptions=False, standalone_mode=False)

    assert paths[0].read_bytes() == paths[1].read_bytes() == paths[2].read_bytes()
    assert pages[0] == pages[1]
    assert "| reaches | 6h |" in pages[0]
    assert "more answers |" in pages[0]
    asked = [each["horizon"] for each in more["learned"]]
    assert asked == ["6h"] * 3 + ["24h"] * 3 + ["post-23h", "post-18h"]
    assert replayed.exit_code == 0


def test_models_of_other_settings_are_refused(files: Files, tmp_path: Path) -> None:
    """Before anything is read."""
    model = tmp_path / "forecasts.model"
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    run(empty, "--learn", model)
    with pytest.raises(SettingsError, match=r"detection.long_window_s = 21600, now 3600"):
        run(empty, "--rules", files.large, env={**SETTINGS, "FRESHET_DETECTION__FORECAST_MODEL": str(model)})
