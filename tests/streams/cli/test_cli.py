"""The command line as a user meets it: help that teaches, one line for each mistake, the contract's exit codes."""

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import click
import pytest

from config.settings import Settings
from streams.cli import COMMANDS, freshet, main

PORT_OF_NOBODY = 19_198
FRESHET = str(Path(sys.executable).with_name("freshet"))


def run(
    *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own."""
    environment = os.environ | (env or {})
    return subprocess.run([FRESHET, *arguments], capture_output=True, text=True, env=environment, cwd=cwd, check=False)


def on(settings: Settings) -> dict[str, str]:
    """An environment that names the broker and the topics of these settings."""
    names = {f"FRESHET_TOPICS__{setting.upper()}": name for setting, name in settings.topics.names().items()}
    return {"FRESHET_KAFKA__BOOTSTRAP_SERVERS": settings.kafka.bootstrap_servers, **names}


def one_line(text: str) -> str:
    assert text.startswith("freshet: ")
    assert text.count("\n") == 1
    return text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_listed_command_exists_and_explains_itself(name: str) -> None:
    """A command that is not built yet is not listed; each has a help text, with an example where it takes more."""
    assert importlib.util.find_spec(f"streams.cli.{name}") is not None
    command = freshet.get_command(click.Context(freshet), name)
    assert command is not None

    text = command.get_help(click.Context(command, info_name=name, max_content_width=100))

    assert "Usage:" in text
    assert len(text.splitlines()) > 4


def test_every_module_is_listed() -> None:
    """A command cannot be forgotten in the table."""
    folder = Path(str(importlib.util.find_spec("streams.cli").origin)).parent  # type: ignore[union-attr]
    modules = {path.stem for path in folder.glob("*.py") if "command" in path.read_text() and path.stem != "__init__"}

    assert modules <= set(COMMANDS)


def test_help_lists_the_commands_without_importing_them() -> None:
    """`freshet --help` loads neither pydantic nor Kafka: it answers at once."""
    code = (
        "import sys; from streams.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'pydantic', 'kafka', 'numpy', 'faust'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.endswith("[]\n")
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["topcis"], "No such command 'topcis'"),
        (["topics", "check", "--fast"], "--fast (`freshet topics check --help` shows how)"),
        (["broker", "--port", "99999"], "99999 is not in the range"),
        (["--config", "absent.toml", "config", "show"], "'absent.toml' does not exist"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str) -> None:
    """Wrong options: one line, with where to read on, and exit code 2."""
    done = run(*arguments)

    assert done.returncode == 2
    assert said in one_line(done.stderr)


def test_no_command_shows_the_help() -> None:
    """The bare command teaches."""
    done = run()

    assert done.returncode == 2
    assert "Start here:" in done.stderr


def test_version() -> None:
    """The version is the distribution's."""
    done = run("--version")

    assert (done.returncode, done.stdout.split()[:2]) == (0, ["freshet,", "version"])


def test_bad_setting() -> None:
    """A bad setting: one line and exit code 2, whatever the command."""
    for arguments in (["config", "check"], ["topics", "list"]):
        done = run(*arguments, env={"FRESHET_DETECTION__BUCKET_S": "7"})

        assert done.returncode == 2
        assert "detection.bucket_s: value '7': must be an integer, at least 60" in one_line(done.stderr)


def test_no_broker_named() -> None:
    """Work that needs a broker says how to name one; exit code 2, as a setting is missing."""
    done = run("topics", "check")

    assert done.returncode == 2
    assert "kafka.bootstrap_servers is empty" in one_line(done.stderr)


def test_unreachable_broker() -> None:
    """A broker that does not answer: one line, exit code 1."""
    done = run("topics", "check", env={"FRESHET_KAFKA__BOOTSTRAP_SERVERS": f"127.0.0.1:{PORT_OF_NOBODY}"})

    assert done.returncode == 1
    assert f"no Kafka broker at 127.0.0.1:{PORT_OF_NOBODY}" in one_line(done.stderr)


def test_taken_port(tmp_path: Path) -> None:
    """`freshet broker` on a port in use: one line, exit code 1."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        done = run("broker", "--port", str(holder.getsockname()[1]), "--data", str(tmp_path))

    assert done.returncode == 1
    assert "in use: end what uses it, or name another port" in one_line(done.stderr)


def test_config_show_is_toml_that_gives_the_same_settings(tmp_path: Path) -> None:
    """What is shown can be used as a settings file; secrets are masked."""
    secret = {"FRESHET_KAFKA__SASL_PASSWORD": "hunter2", "FRESHET_DETECTION__BUCKET_S": "60"}
    shown = run("config", "show", env=secret).stdout
    file = tmp_path / "shown.toml"
    file.write_text(shown)

    assert tomllib.loads(shown)["detection"]["bucket_s"] == 60
    assert "hunter2" not in shown
    assert run("--config", str(file), "config", "show").stdout.splitlines()[1:] == shown.splitlines()[1:]
    assert json.loads(run("--config", str(file), "config", "show", "--json").stdout) == tomllib.loads(shown)


def test_config_schema_names_every_knob() -> None:
    """The schema holds default, range and meaning."""
    schema = json.loads(run("config", "schema").stdout)

    bucket = schema["$defs"]["Detection"]["properties"]["bucket_s"]
    assert (bucket["default"], bucket["minimum"], bucket["maximum"]) == (300, 60, 3600)
    assert "seconds" in bucket["description"]


def test_topics_from_nothing_to_declared(settings_for_kafka: Settings) -> None:
    """Check fails with what to do, apply makes the topics, check and list agree."""
    env, posts = on(settings_for_kafka), settings_for_kafka.topics.posts

    before = run("topics", "check", env=env)
    assert (before.returncode, before.stderr) == (1, "")
    assert f"{posts}: missing: run `freshet topics apply`" in before.stdout.splitlines()

    applied = run("topics", "apply", env=env)
    assert (applied.returncode, applied.stderr) == (0, "")
    assert f"{posts}: made" in applied.stdout.splitlines()

    assert run("topics", "check", env=env).stdout == "all topics are as declared\n"
    listed = [json.loads(line) for line in run("topics", "list", "--json", env=env).stdout.splitlines()]
    assert {"name": posts, "partitions": 4} == {key: listed[0][key] for key in ("name", "partitions")}


def test_doctor_fails_where_a_check_fails(settings_for_kafka: Settings) -> None:
    """Exit code 1 and a line that says what to do; as JSON one object a line."""
    missing = run("doctor", env=on(settings_for_kafka))
    assert missing.returncode == 1
    assert "fail  topics: " in missing.stdout

    nobody = run("doctor", "--json", env={"FRESHET_KAFKA__BOOTSTRAP_SERVERS": f"127.0.0.1:{PORT_OF_NOBODY}"})
    assert nobody.returncode == 1
    assert [json.loads(line)["check"] for line in nobody.stdout.splitlines()][-1] == "broker"


def test_broker_in_the_foreground(tmp_path: Path) -> None:
    """`freshet broker` says where it is, works, and ends cleanly when told to."""
    command = [FRESHET, "broker", "--port", "0", "--data", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process:
        server = process.stdout.readline().split()[3].rstrip(",")
        assert run("topics", "apply", env={"FRESHET_KAFKA__BOOTSTRAP_SERVERS": server}).returncode == 0
        process.send_signal(signal.SIGTERM)
        assert process.communicate()[1] == ""

    assert process.returncode == 0
    assert run("topics", "check", env={"FRESHET_KAFKA__BOOTSTRAP_SERVERS": server}).returncode == 1


def test_reader_that_has_seen_enough() -> None:
    """A closed pipe, as from `head`, is no error."""
    done = subprocess.run(
        ["/bin/sh", "-c", f"{FRESHET} config schema | head -n 1; exit 0"], capture_output=True, text=True, check=True
    )

    assert (done.stdout, done.stderr) == ("{\n", "")


def test_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is exit code 130, without a traceback."""

    def interrupt(_: click.Context) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(freshet, "invoke", interrupt)
    with pytest.raises(SystemExit) as caught:
        main(["config", "check"])

    assert caught.value.code == 130
