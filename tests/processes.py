"""Real processes of the tests: started, waited for, and ended whatever happens."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

FRESHET = str(Path(sys.executable).parent / "freshet")
STOP_S = 30


@contextmanager
def running(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a folder, its output in `log` there, until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until(condition: Callable[[], bool], within_s: float, what: str, folder: Path) -> None:
    """Wait for a condition; the end of the process's log explains why it did not come."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            tail = (folder / "log").read_text(errors="replace")[-3000:]
            raise AssertionError(f"{what}: not within {within_s:.0f} s. Last lines of the log:\n{tail}")
        time.sleep(0.5)


def answers(url: str) -> bool:
    """Whether a page answers with 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def freshet(*arguments: str, env: Mapping[str, str], within_s: float = 300.0) -> None:
    """Run one command of ours to its end; its words explain a failure."""
    run = subprocess.run([FRESHET, *arguments], env=env, capture_output=True, text=True, timeout=within_s, check=False)
    assert run.returncode == 0, f"freshet {' '.join(arguments)}: exit {run.returncode}\n{run.stdout}{run.stderr}"


def side_by_side(*commands: Sequence[str], env: Mapping[str, str]) -> None:
    """Run several commands of ours at once, each to its end."""
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(freshet, *command, env=env) for command in commands]:
            done.result()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
