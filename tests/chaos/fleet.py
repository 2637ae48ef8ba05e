"""The workers of a run under a supervisor, as a deployment has one: what ends by itself is started again."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from config.settings import Settings
from streams import clock
from tests.e2e.worker import Worker, environment
from tests.processes import FRESHET, answers, free_port

SABOTEUR = Path(__file__).parent / "saboteur"

STOP_S = 60.0
READY_S = 180.0
AGAIN_S = 1.0
"""A worker that ended by itself is started again after this long."""

QUIET_STREAM = {"FRESHET_WORKER__IDLE_S": "60"}
"""History must be fed without pauses, see docs/decisions/0006-late-and-silent.md; a dead broker is a pause."""


@dataclass
class Member:
    """A worker that should run."""

    worker: Worker
    ended_at: float | None = None


class Fleet:
    """Workers by name, as a context manager.

    Args:
        folder: a log each, and what makes them fail: `clock` holds seconds by which their clock is wrong.
    """

    def __init__(self, settings: Settings, folder: Path, **more: str) -> None:
        self._settings = settings
        self.folder = folder
        self._more = {**QUIET_STREAM, "CHAOS_FOLDER": str(folder), "PYTHONPATH": str(SABOTEUR), **more}
        self._members: dict[str, Member] = {}
        self.tally: Counter[str] = Counter()
        """kills, terms, starts, and restarts of what ended by itself."""
        self.deaths: list[str] = []
        """Last words of those that ended by themselves."""

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for member in self._members.values():
            process = member.worker.process
            process.kill()
            process.wait()

    def start(self, name: str) -> Worker:
        """Start a worker; it is not waited for."""
        port = free_port()
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        env = environment(self._settings, FRESHET_WORKER__WEB_PORT=str(port), **self._more)
        worker = Worker(f"127.0.0.1:{port}", folder, env, _started(folder, env))
        self._members[name] = Member(worker)
        self.tally["starts"] += 1
        return worker

    def kill(self, name: str) -> None:
        """End a worker at once."""
        self.tally["kills"] += 1
        self._end(name, signal.SIGKILL)

    def term(self, name: str) -> None:
        """Ask a worker to end. Raises AssertionError if it ends as one that failed."""
        self.tally["terms"] += 1
        code = self._end(name, signal.SIGTERM)
        assert code == 0, f"{name}: exit code {code} after SIGTERM"

    def _end(self, name: str, how: signal.Signals) -> int:
        process: subprocess.Popen[bytes] = self._members.pop(name).worker.process
        process.send_signal(how)
        return process.wait(STOP_S)

    def tend(self) -> None:
        """Start again what ended by itself."""
        for name, member in list(self._members.items()):
            code = member.worker.process.poll()
            now = time.monotonic()
            if code is None:
                continue
            if member.ended_at is None:
                member.ended_at = now
                self.deaths.append(f"{name}: exit code {code}: {_last_line(member.worker.folder)}")
            elif now > member.ended_at + AGAIN_S:
                self.tally["restarts"] += 1
                self.start(name)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.tend()
            time.sleep(min(0.2, left))

    def ready(self, name: str) -> None:
        """Wait until a worker is ready."""
        deadline = time.monotonic() + READY_S
        while not answers(f"http://{self._members[name].worker.address}/readyz"):
            assert time.monotonic() < deadline, f"{name} is not ready: {_last_line(self._members[name].worker.folder)}"
            self.wait(0.2)

    def decided_at(self) -> float:
        """Event time up to which any worker has decided, epoch seconds, to a minute or so; 0 where none answers.

        The page tells how old that instant was when it was decided; the instant itself is long past.
        """
        reached = [0.0]
        for member in self._members.values():
            with suppress(OSError):
                ages = member.worker.metrics("freshet_watermark_age_seconds")
                reached += [clock.now() - age for labels, age in ages.items() if 'stage="decide"' in labels]
        return max(reached)

    @property
    def rebalances(self) -> int:
        """How often partitions were given to a worker, by their logs."""
        logs = (path.read_text(errors="replace") for path in self.folder.glob("*/log"))
        return sum(log.count("Executing _on_partitions_assigned") for log in logs)

    def shift_clock(self, wrong_s: float) -> None:
        """Let the clock of all workers be wrong by so many seconds."""
        fresh = self.folder / "clock.new"
        fresh.write_text(str(wrong_s))
        fresh.replace(self.folder / "clock")


def _started(folder: Path, env: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    with (folder / "log").open("ab") as log:
        return subprocess.Popen([FRESHET, "worker"], cwd=folder, env={**os.environ, **env}, stdout=log, stderr=log)


def _last_line(folder: Path) -> str:
    lines = (folder / "log").read_text(errors="replace").splitlines()
    return lines[-1] if lines else "it said nothing"
