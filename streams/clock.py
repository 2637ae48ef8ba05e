"""The only place that tells the time. Detection never calls it: there, time is an argument."""

import time
from datetime import UTC, datetime


def now() -> float:
    """Epoch seconds of the wall clock."""
    return time.time()  # noqa: TID251 - the one place


def rfc3339(at: float) -> str:
    """Epoch seconds as RFC 3339 in UTC, milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def monotonic() -> float:
    """Seconds that only go forward, for durations."""
    return time.monotonic()
