"""What the worker says about itself on `/readyz` and `/metrics`, asked for without making anybody wait."""

import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPException
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from streams import clock

TIMEOUT_S = 5.0
"""A busy worker answers between two steps."""

LOOK_S = 0.5
"""Between two looks at the metrics, seconds."""


class Status(NamedTuple):
    """The worker at one moment."""

    at: float
    """When it said so, epoch seconds."""
    records: int
    """Input records read so far, whatever became of them."""
    lag: int
    """Records that wait, of all topics it reads."""
    decided_at: float | None
    """Event time up to which everything is decided, epoch seconds; None before the first bucket."""
    outcomes: Counter[str]
    """Input records by what became of them."""


class Pages:
    """The pages of one worker.

    Args:
        url: where they are, without a slash at the end.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = ThreadPoolExecutor(1)
        self._asked: Future[Status | None] | None = None
        self._asked_at = 0.0
        self.latest: Status | None = None
        self.records_per_s: float | None = None
        """How fast the worker read between the two latest looks."""

    def close(self) -> None:
        """Ask no more."""
        self._pool.shutdown(cancel_futures=True)

    def ready(self) -> tuple[bool, str]:
        """Whether the worker does its work, and why not."""
        try:
            with urllib.request.urlopen(f"{self._url}/readyz", timeout=TIMEOUT_S):  # noqa: S310 - our own http URL
                return True, "ready"
        except urllib.error.HTTPError as error:
            return False, error.read(200).decode(errors="replace").strip()
        except (OSError, HTTPException) as error:
            return False, str(error)

    def look(self) -> Status | None:
        """The latest that is known; asks for newer in the background."""
        if self._asked is not None and self._asked.done():
            self._learn(self._asked.result())
            self._asked = None
        if self._asked is None and clock.monotonic() >= self._asked_at + LOOK_S:
            self._asked, self._asked_at = self._pool.submit(self._ask), clock.monotonic()
        return self.latest

    def _learn(self, status: Status | None) -> None:
        if status is not None and self.latest is not None:
            self.records_per_s = (status.records - self.latest.records) / (status.at - self.latest.at)
        self.latest = status or self.latest

    def _ask(self) -> Status | None:
        try:
            with urllib.request.urlopen(f"{self._url}/metrics", timeout=TIMEOUT_S) as page:  # noqa: S310
                return status_of(page.read().decode(), clock.now())
        except (
            OSError,
            HTTPException,
        ):  # whether it lives is asked elsewhere; until it answers again, the last answer stands
            return None


def status_of(page: str, at: float) -> Status:
    """Read the page of metrics that was got at an instant, epoch seconds."""
    outcomes: Counter[str] = Counter()
    lag, decided_at = 0, None
    for family in text_string_to_metric_families(page):
        for name, labels, value, *_ in family.samples:
            if name == "freshet_records_total":
                outcomes[labels["outcome"]] += int(value)
            elif name == "freshet_consumer_lag_records":
                lag += int(value)
            elif name == "freshet_watermark_age_seconds" and labels["stage"] == "decide":
                decided_at = at - value
    return Status(at, outcomes.total(), lag, decided_at, outcomes)
