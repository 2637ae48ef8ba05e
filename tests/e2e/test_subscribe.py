"""The subscribers of docs/subscribe.md, run as they stand there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from config.settings import Settings
from streams import codec, topics
from streams.admin import client_settings
from streams.delivery import Delivery
from tests.streams.examples import ALERT

PAGE = (Path(__file__).parent.parent.parent / "docs/subscribe.md").read_text()
ALERTS = [
    ALERT,
    msgspec.structs.replace(ALERT, alert_id="a2", revision=1, action="escalated", severity="critical"),
    msgspec.structs.replace(ALERT, alert_id="a3", revision=2, action="resolved", severity="info"),
]


def blocks(language: str) -> list[str]:
    """The code of the page."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def env(settings_for_kafka: Settings) -> dict[str, str]:
    """An environment whose topics hold three alerts, one of them twice."""
    topics.apply(settings_for_kafka)
    alerts = settings_for_kafka.topics.alerts
    with Delivery(client_settings(settings_for_kafka), alerts) as delivery:
        for alert in [*ALERTS, ALERTS[1]]:
            delivery.send("test", alert.dedup_key.encode(), codec.encode_alert(alert))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "FRESHET_TOPICS__ALERTS": alerts}


def run(command: str, env: dict[str, str], settings: Settings, folder: Path) -> str:
    """One block of the page, on this broker and topic; the shell does not wait as long for more."""
    here = {"127.0.0.1:9092": settings.kafka.bootstrap_servers, "freshet.alerts.v1": settings.topics.alerts}
    for of_page, ours in {**here, "--timeout 10": "--timeout 3"}.items():
        assert PAGE.count(of_page)
        command = command.replace(of_page, ours)
    shell = ["sh", "-e", "-c", command]
    done = subprocess.run(shell, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_shell_gets_every_alert_once(env: dict[str, str], settings_for_kafka: Settings, tmp_path: Path) -> None:
    """As whole records, in their order; the critical one is found among them."""
    collect, critical = blocks("sh")[:2]
    run(collect, env, settings_for_kafka, tmp_path)

    lines = (tmp_path / "alerts.jsonl").read_text().splitlines()
    assert [line.encode() for line in lines] == [codec.encode_alert(alert) for alert in ALERTS]
    assert run(critical, env, settings_for_kafka, tmp_path).splitlines() == [lines[1]]


def test_python_gets_every_alert_once(env: dict[str, str], settings_for_kafka: Settings, tmp_path: Path) -> None:
    """And goes on where it was: a second run has nothing to say."""
    (tmp_path / "subscribe.py").write_text(blocks("python")[0])
    command = blocks("sh")[2]

    said = run(command, env, settings_for_kafka, tmp_path).splitlines()

    assert said == [f"{each.severity} {each.action} {ALERT.explanation.en}" for each in ALERTS]
    assert run(command, env, settings_for_kafka, tmp_path) == ""


def test_no_command_of_the_page_is_left_out() -> None:
    """A block that is added is run too."""
    assert (len(blocks("sh")), len(blocks("python"))) == (3, 1)
    assert PAGE.count("```") == 2 * 4
