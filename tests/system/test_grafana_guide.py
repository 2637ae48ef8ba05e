"""docs/grafana.md, run as it stands there beside a real worker and delivery; Grafana's folder is ours."""

import re
import subprocess
from pathlib import Path

import yaml

from tests import dashboard
from tests.processes import free_port
from tests.system.conftest import Worker

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/grafana.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)

SCRAPED = "until promtool query instant http://127.0.0.1:9090 up | grep -q notify; do sleep 1; done\n"
"""What a person does by waiting."""


def script(home: Path, places: dict[str, str]) -> str:
    """The page as one shell script, in a copy of what it reads of a clone."""
    steps = [(SCRAPED if block.startswith("promtool query instant") else "") + block for block in BLOCKS]
    text = "\n".join(["set -em", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT", f"cd {home}", *steps])
    for of_page, ours in places.items():
        assert of_page in text
        text = text.replace(of_page, ours)
    return text


def test_every_command_of_the_guide_works(worker: Worker, notify: str, tmp_path: Path) -> None:
    """Prometheus scrapes both, the rules are read, and Grafana finds dashboards and Prometheus where it looks."""
    grafana, prometheus = tmp_path / "etc-grafana", f"127.0.0.1:{free_port()}"
    for name in ("datasources", "dashboards"):
        (grafana / "provisioning" / name).mkdir(parents=True)
    clone = tmp_path / "clone"
    clone.mkdir()
    for name in ("config", "tests"):
        (clone / name).symlink_to(ROOT / name)
    places = {
        "/etc/grafana": str(grafana),
        "127.0.0.1:6066": worker.address,
        "127.0.0.1:6090": notify,
        "127.0.0.1:9090": prometheus,
    }

    shell = ["bash", "-c", script(clone, places)]
    done = subprocess.run(shell, capture_output=True, text=True, timeout=180, check=False)

    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-3000:]
    assert re.search(r"freshet_ready\{.*\} => 1 @", said)
    assert said.count("SUCCESS") >= 3
    source = yaml.safe_load((grafana / "provisioning/datasources/freshet.yml").read_text())["datasources"][0]
    assert source["url"] == f"http://{prometheus}"
    provider = yaml.safe_load((grafana / "provisioning/dashboards/freshet.yml").read_text())["providers"][0]
    assert provider["options"]["path"] == "/etc/grafana/dashboards"
    assert {path.name for path in (grafana / "dashboards").iterdir()} == set(dashboard.read())
