"""The worker of the demo: `freshet worker` in a process of its own, as anybody would run it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from config.places import PREFIX
from streams.broker import HOST, LIVES_WITH_ITS_INPUT
from streams.demo.pages import Pages
from streams.errors import StreamsError

START = "from streams.cli import main; main()"

READY_S = 90.0
"""A worker that is not ready this long after its start is given up, seconds."""

STOP_S = 20.0
"""A worker that has not stopped this long after it was told to is killed, seconds."""


class DemoWorker:
    """A worker with pages on a free port, as a context manager; it ends with us, however we end.

    Args:
        overrides: settings by section and name, given to it by its environment.
        log_file: where what it says goes.
    """

    def __init__(self, overrides: Mapping[str, Mapping[str, Any]], log_file: Path) -> None:
        self.log_file = log_file
        self._overrides = overrides
        self._port = _free_port()
        self.pages = Pages(f"http://{HOST}:{self._port}")

    def __enter__(self) -> Self:
        where: dict[str, dict[str, Any]] = {
            "worker": {"web_host": HOST, "web_port": self._port},
            "logs": {"format": "text"},
        }
        with self.log_file.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                ["/bin/sh", "-c", LIVES_WITH_ITS_INPUT, "worker", sys.executable, "-c", START, "worker"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=os.environ | _variables(self._overrides) | _variables(where),
                start_new_session=True,  # Ctrl-C reaches us alone: we stop it in our order
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.pages.close()
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def wait_until_ready(self) -> None:
        """Wait until it says that it does its work.

        Raises: StreamsError if it ends, or takes too long.
        """
        deadline = time.monotonic() + READY_S
        said = ""
        while time.monotonic() < deadline:
            self.must_live()
            ready, said = self.pages.ready()
            if ready:
                return
            time.sleep(0.2)
        raise StreamsError(f"the worker was not ready within {READY_S:.0f} s ({said}): see {self.log_file}")

    def must_live(self) -> None:
        """Raise a StreamsError with its last words if it has ended."""
        if self._process.poll() is not None:
            lines = self.log_file.read_text(errors="replace").split("\n")
            last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
            raise StreamsError(f"the worker ended: {last.removeprefix('freshet: ')} (log: {self.log_file})")


def _variables(overrides: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Settings as the environment names them.

    >>> _variables({"kafka": {"bootstrap_servers": "127.0.0.1:9092"}})
    {'FRESHET_KAFKA__BOOTSTRAP_SERVERS': '127.0.0.1:9092'}
    """
    return {
        f"{PREFIX}{section.upper()}__{name.upper()}": str(value)
        for section, values in overrides.items()
        for name, value in values.items()
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
