"""Asks the workers how they are, by the pages they have for machines."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

TIMEOUT = aiohttp.ClientTimeout(total=4.0)
"""A busy worker answers between two steps."""

LARGEST = 4 << 20
"""Bytes of an answer that are read, at most."""

_WANTED = ("freshet_consumer_lag_records{", "freshet_watermark_age_seconds{", "freshet_alerts_held_total{",
           "freshet_warming_up{")  # fmt: skip
_UNTIL = re.compile(r"warming up until (\S+) of event time")


class Answer(NamedTuple):
    """What one worker says. None: it does not say.

    Attributes:
        silent: its address, if it does not answer.
        not_ready: why it does not do its work.
        warming_until: event time, epoch seconds.
        decided_at: event time, epoch seconds; of the worker that decides.
    """

    silent: str | None = None
    not_ready: str | None = None
    warming: bool = False
    warming_until: float | None = None
    lag: int | None = None
    decided_at: float | None = None
    held: dict[str, int] | None = None


async def ask(session: aiohttp.ClientSession, url: str, now: float) -> Answer:
    """Ask one worker.

    Args:
        url: as in `page.workers`.
        now: epoch seconds.
    """
    address = url.rstrip("/")
    try:
        async with session.get(f"{address}/readyz", timeout=TIMEOUT) as response:
            ready, said = response.status == 200, (await response.content.read(500)).decode(errors="replace")
        async with session.get(f"{address}/metrics", timeout=TIMEOUT) as response:
            page = (await response.content.read(LARGEST)).decode(errors="replace") if response.status == 200 else ""
    except (aiohttp.ClientError, TimeoutError, OSError):
        return Answer(silent=address)
    try:
        return await asyncio.to_thread(answer, page, ready, said.strip(), now)
    except ValueError:  # another program answers there
        return Answer(silent=address)


def answer(page: str, ready: bool, said: str, now: float) -> Answer:
    """Read what `/metrics` and `/readyz` said.

    Raises: ValueError if the page is none of metrics.
    """
    until = _UNTIL.search(said)
    lag: int | None = None
    decided_at: float | None = None
    held: Counter[str] = Counter()
    warming = False
    for name, labels, value in _samples(page):
        if name == "freshet_consumer_lag_records":
            lag = (lag or 0) + int(value)
        elif name == "freshet_alerts_held_total":
            held[labels["reason"]] += int(value)
        elif name == "freshet_warming_up":
            warming = warming or value == 1
        elif labels["stage"] == "decide" and value == value:  # NaN: not known  # noqa: PLR0124
            decided_at = now - value
    return Answer(
        not_ready=None if ready else said or "no reason given",
        warming=warming,
        warming_until=datetime.fromisoformat(until[1]).timestamp() if until else None,
        lag=lag,
        decided_at=decided_at,
        held=dict(held) if held else None,
    )


def together(answers: Sequence[Answer]) -> Answer:
    """One answer of several workers: what waits and is held adds up, the first complaint is told."""
    lags = [each.lag for each in answers if each.lag is not None]
    held: Counter[str] = Counter()
    for each in answers:
        held.update(each.held or {})
    return Answer(
        not_ready=next((each.not_ready for each in answers if each.not_ready is not None), None),
        warming=any(each.warming for each in answers),
        warming_until=max((each.warming_until for each in answers if each.warming_until is not None), default=None),
        lag=sum(lags) if lags else None,
        decided_at=max((each.decided_at for each in answers if each.decided_at is not None), default=None),
        held=dict(held) if any(each.held is not None for each in answers) else None,
    )


def _samples(page: str) -> Iterable[tuple[str, dict[str, str], float]]:
    """The few that are wanted, of thousands."""
    wanted = "".join(f"{line}\n" for line in page.splitlines() if line.startswith(_WANTED))
    for family in text_string_to_metric_families(wanted):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value
