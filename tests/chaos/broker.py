"""The embedded Kafka, made to fail: killed at once, or with no room left on its disk."""

import os
import resource
import signal
import subprocess
import time
from pathlib import Path

from streams.broker import EmbeddedKafka

FULL_BYTES = 4096
"""No file may grow beyond this: what stands for a full disk."""

GIVES_UP_S = 60.0


class FragileKafka(EmbeddedKafka):
    """A broker that can be harmed. Its data survive; `start` brings it back on the same port."""

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        process = self._running()
        os.killpg(process.pid, signal.SIGKILL)  # a group of its own: the shell and the Java machine
        process.wait()
        self.stop()

    def fill_disk(self) -> None:
        """Let every write fail from now on, and wait until the broker has ended because of it."""
        process = self._running()
        (java,) = [pid for pid in _children(process.pid) if _name(pid) == "java"]
        _, hard = resource.prlimit(java, resource.RLIMIT_FSIZE)
        resource.prlimit(java, resource.RLIMIT_FSIZE, (FULL_BYTES, hard))
        deadline = time.monotonic() + GIVES_UP_S
        while Path(f"/proc/{java}").exists() and _name(java) == "java":
            assert time.monotonic() < deadline, "the broker goes on without room on its disk"
            time.sleep(0.1)
        self.stop()

    def _running(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None, "the broker does not run"
        return self._process


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _name(pid: int) -> str:
    """The program of a process; empty once it has ended."""
    try:
        state = Path(f"/proc/{pid}/status").read_text()
        return "" if "State:\tZ" in state else Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):  # it ends while we look
        return ""
