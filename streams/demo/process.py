"""A command of ours in a process of its own, as anybody would run it, for as long as the demo lasts."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from config.places import PREFIX
from streams.broker import HOST, LIVES_WITH_ITS_INPUT
from streams.errors import StreamsError

START = "from streams.cli import main; main()"

STOP_S = 20.0
"""A process that has not stopped this long after it was told to is killed, seconds."""

Overrides = Mapping[str, Mapping[str, Any]]


class OwnProcess:
    """`freshet NAME`, as a context manager; it ends with us, however we end.

    Args:
        name: of the command.
        overrides: settings by section and name, given to it by its environment.
        log_file: where what it says goes.
    """

    def __init__(self, name: str, overrides: Overrides, log_file: Path) -> None:
        self._name = name
        self._overrides = overrides
        self._log_file = log_file

    def __enter__(self) -> Self:
        with self._log_file.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                ["/bin/sh", "-c", LIVES_WITH_ITS_INPUT, self._name, sys.executable, "-c", START, self._name],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=os.environ | variables(self._overrides),
                start_new_session=True,  # Ctrl-C reaches us alone: we stop it in our order
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def must_live(self) -> None:
        """Raise a StreamsError with its last words if it has ended."""
        if self._process.poll() is not None:
            lines = self._log_file.read_text(errors="replace").split("\n")
            last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
            raise StreamsError(f"the {self._name} ended: {last.removeprefix('freshet: ')} (log: {self._log_file})")


def variables(overrides: Overrides) -> dict[str, str]:
    """Settings as the environment names them.

    >>> variables({"kafka": {"bootstrap_servers": "127.0.0.1:9092"}})
    {'FRESHET_KAFKA__BOOTSTRAP_SERVERS': '127.0.0.1:9092'}
    """
    return {
        f"{PREFIX}{section.upper()}__{name.upper()}": str(value)
        for section, values in overrides.items()
        for name, value in values.items()
    }


def merged(*overrides: Overrides) -> dict[str, dict[str, Any]]:
    """Settings of several places together; the later win.

    >>> merged({"worker": {"idle_s": 1}}, {"worker": {"web_port": 2}})
    {'worker': {'idle_s': 1, 'web_port': 2}}
    """
    out: dict[str, dict[str, Any]] = {}
    for each in overrides:
        for section, values in each.items():
            out.setdefault(section, {}).update(values)
    return out


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
