"""docs/quickstart.md, run as it stands there, from the first command to the last."""

import re
import shlex
import subprocess
from pathlib import Path

from config.settings import Settings
from tests.e2e.worker import IN_OTHER_PROCESSES, environment
from tests.processes import free_port

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/quickstart.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
INSTALL, BROKER = "make setup\n. .venv/bin/activate\n", "freshet broker &\n"

pytestmark = IN_OTHER_PROCESSES


def script(settings: Settings, ports: dict[str, int]) -> str:
    """The page as one shell script, with the Kafka of the test run and ports that are free."""
    steps = []
    for block in BLOCKS:
        if block == INSTALL:
            steps.append(f"cd {shlex.quote(str(ROOT))}\n{block}cd -")
        elif block == BROKER:
            steps.append("sleep 600 &\n")  # takes the broker's place among the jobs
        elif block.startswith("freshet page"):
            steps.append(
                f"{block}sleep 10\npython -c 'import urllib.request as u; u.urlopen(\"http://127.0.0.1:6080/\")'\n"
            )
        else:
            steps.append(block)
    text = "\n".join(["set -em", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT", *steps])
    here = {"127.0.0.1:9092": settings.kafka.bootstrap_servers}
    here |= {f"127.0.0.1:{own}": f"127.0.0.1:{port}" for own, port in ports.items()}
    for of_page, ours in here.items():
        assert of_page in text
        text = text.replace(of_page, ours)
    return text


def test_every_command_of_the_quickstart_works(settings_for_kafka: Settings, tmp_path: Path) -> None:
    """In its order, in one shell; alerts come from the files and from the topics."""
    ports = {"6066": free_port(), "6080": free_port()}
    env = environment(
        settings_for_kafka,
        FRESHET_WORKER__WEB_PORT=str(ports["6066"]),
        FRESHET_PAGE__PORT=str(ports["6080"]),
    )
    del env["FRESHET_DETECTION__WARM_UP_S"]
    shell = ["bash", "-c", script(settings_for_kafka, ports)]

    done = subprocess.run(shell, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert '"kind":"trend"' in (tmp_path / "alerts.jsonl").read_text()
    assert done.stdout.count('"alert_id"') == 3
    assert "all topics are as declared" in done.stdout


def test_no_command_of_the_quickstart_is_left_out() -> None:
    """A block that is added is run too."""
    assert PAGE.count("```") == 2 * len(BLOCKS)
    assert {INSTALL, BROKER} <= set(BLOCKS)
