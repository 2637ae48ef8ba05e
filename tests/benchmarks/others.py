"""Those that we are compared with: each measures itself, in a process of its own, over posts that are already there."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tests.benchmarks.measure import Sample
from tests.benchmarks.scene import Scene

ROOT = Path(__file__).parents[2]

SKIPPED, UNTIL = 5_000, 65_000
"""Posts that have been read when measuring begins and ends."""


def run(scene: Scene, home: Path, script: str, rounds: int) -> list[Sample]:
    """Run a script of this folder so many times."""
    return [_run(scene, home / str(number), script) for number in range(rounds)]


def _run(scene: Scene, home: Path, script: str) -> Sample:
    environment = os.environ | {
        "PLAIN_TOPIC": scene.topic("posts"),
        "PLAIN_SERVERS": scene.servers,
        "PLAIN_GROUP": f"plain-{home.name}",
        "PLAIN_SKIPPED": str(SKIPPED),
        "PLAIN_UNTIL": str(UNTIL),
        "PYTHONPATH": str(ROOT),
    }
    home.mkdir(parents=True)
    command = [sys.executable, "-m", f"tests.benchmarks.{script}", "worker", "-l", "error"]
    with subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        sample = _said(process.stdout)
        process.terminate()
        process.stdout.read()  # whoever writes to a closed pipe complains
        return sample


def _said(lines: Iterable[str]) -> Sample:
    for line in lines:
        with suppress(json.JSONDecodeError):  # Faust prints a banner
            return Sample(*json.loads(line))
    raise AssertionError("it ended without a result")
