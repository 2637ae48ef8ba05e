"""The worker of the demo: `freshet worker` with pages on a free port."""

import time
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.broker import HOST
from streams.demo.pages import Pages
from streams.demo.process import Overrides, OwnProcess, free_port, merged
from streams.errors import StreamsError

READY_S = 90.0
"""A worker that is not ready this long after its start is given up, seconds."""


class DemoWorker:
    """A worker with pages on a free port, as a context manager; it ends with us, however we end.

    Args:
        overrides: settings by section and name, given to it by its environment.
        log_file: where what it says goes.
    """

    def __init__(self, overrides: Overrides, log_file: Path) -> None:
        self.log_file = log_file
        port = free_port()
        where: Overrides = {"worker": {"web_host": HOST, "web_port": port}, "logs": {"format": "text"}}
        self._process = OwnProcess("worker", merged(overrides, where), log_file)
        self.url = f"http://{HOST}:{port}"
        """Where its pages are, without a slash at the end."""
        self.pages = Pages(self.url)

    def __enter__(self) -> Self:
        self._process.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.pages.close()
        self._process.__exit__(kind, error, at)

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
        self._process.must_live()
