"""The how-tos, run as they stand there, each in one shell: connect a Kafka, alerts in chat, rules."""

import base64
import json
import os
import re
import subprocess
import textwrap
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from config.settings import Settings
from streams import topics
from tests.e2e.worker import IN_OTHER_PROCESSES, environment
from tests.processes import FRESHET, free_port

DOCS = Path(__file__).parents[2] / "docs"

pytestmark = IN_OTHER_PROCESSES


def page(name: str) -> str:
    return (DOCS / name).read_text()


def blocks(name: str, language: str = "sh") -> list[str]:
    """The code of a page, less the indent of the list it stands in."""
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", page(name), flags=re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(block) for block in found]


def run(script: str, env: Mapping[str, str], folder: Path) -> str:
    """A script as a person types it, to its end."""
    path = f"{Path(FRESHET).parent}{os.pathsep}{env['PATH']}"
    shell = ["bash", "-em", "-c", script]
    done = subprocess.run(
        shell, cwd=folder, env={**env, "PATH": path}, capture_output=True, text=True, timeout=240, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-3000:]
    return said


def replaced(text: str, places: Mapping[str, str]) -> str:
    for of_page, ours in places.items():
        assert of_page in text
        text = text.replace(of_page, ours)
    return text


@pytest.fixture
def service() -> Iterator[tuple[str, list[Any]]]:
    """A service that takes every message: its port, and what came."""
    taken: list[Any] = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the log is that of the tests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Taker) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield str(server.server_port), taken
        server.shutdown()


def test_connect(settings_for_kafka: Settings, tmp_path: Path) -> None:
    """Settings with a login are good ones; then the Kafka of the test run, which has none."""
    login, *others = blocks("connect.md")
    names = re.findall(r"export (FRESHET_KAFKA__S\w+)", login)
    assert len(names) == 3
    ours = (
        f"unset {' '.join(names)}\nexport FRESHET_KAFKA__BOOTSTRAP_SERVERS={settings_for_kafka.kafka.bootstrap_servers}"
    )
    script = "\n".join([login, ours, *others])

    said = run(replaced(script, {"--timeout 10": "--timeout 3"}), environment(settings_for_kafka), tmp_path)

    assert "all topics are as declared" in said
    assert "1 records" in said or "1 record" in said


def test_alerts_in_chat(settings_for_kafka: Settings, service: tuple[str, list[Any]], tmp_path: Path) -> None:
    """Each channel takes a trial; `freshet notify` itself runs until it reads."""
    port, taken = service
    web = f"127.0.0.1:{free_port()}"
    topic, team, go, program = blocks("alerts-in-chat.md")
    asked = f"python -c 'import urllib.request as u; u.urlopen(\"http://{web}/readyz\")'"
    until = f"until {asked} 2>/dev/null; do sleep 1; done"
    assert go.endswith("freshet notify\n")
    trial = go.removesuffix("freshet notify\n")
    script = "\n".join([topic, team, program, trial, "freshet notify &", until, "kill %1", "wait || true"])
    places = {
        "slack://xoxb-your-bots-token/#trends": f"json://127.0.0.1:{port}/",
        "https://crm.example.org/hooks/freshet": f"http://127.0.0.1:{port}/",
    }
    env = environment(settings_for_kafka, FRESHET_NOTIFY__WEB_PORT=web.rpartition(":")[2])

    said = run(replaced(script, places), env, tmp_path)

    assert "team" in said
    assert "crm" in said
    assert len(taken) == 2


def test_rules(settings_for_kafka: Settings, tmp_path: Path) -> None:
    """The rule is set, tried and followed; two rules are compared over a made-up stream whose truth is known."""
    topics.apply(settings_for_kafka)
    for name, rule in zip(("team", "calm"), blocks("rules.md", "toml"), strict=True):
        (tmp_path / f"{name}.toml").write_text(rule)
    script = replaced(
        "\n".join(blocks("rules.md")),
        {"--rule team\n": "--rule team --timeout 3\n", "--hours 48": "--hours 20 --posts-per-hour 150"},
    )

    said = run(script, environment(settings_for_kafka), tmp_path)

    assert "team" in said
    assert (tmp_path / "days.svg").read_text().lstrip().startswith("<")


@pytest.mark.parametrize(("name", "fences"), [("connect.md", 4), ("alerts-in-chat.md", 6), ("rules.md", 4)])
def test_no_command_is_left_out(name: str, fences: int) -> None:
    """A block that is added is run too, or read by another test: rules, settings and a program in Python are."""
    others = blocks(name, "toml") + blocks(name, "python")
    assert len(blocks(name)) + len(others) == fences == page(name).count("```") / 2


def test_a_secret_made_as_the_page_says_is_one() -> None:
    """32 random bytes."""
    made = re.search(r"whsec_\$\((.*)\)", page("alerts-in-chat.md"))
    assert made
    done = subprocess.run(["bash", "-c", made[1]], capture_output=True, check=True)
    assert len(base64.b64decode(done.stdout)) == 32
