"""The live page with many open trends, in a real Chromium: first content, changes, the cost of a hundred open pages."""

import asyncio
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import aiohttp
from playwright.sync_api import Browser

from streams import clock
from streams.admin import client_settings
from streams.delivery import Delivery
from tests.benchmarks.measure import Process
from tests.processes import FRESHET, answers, free_port, running, wait_until
from tests.streams.page.told import named, value
from tests.system.browser import LivePage, chromium, opened, own_topics

TRENDS = 2000
VISITS = 10
CHANGES = 20
READERS = 100
WATCHED_S = 30.0
EVERY_S = 3.0
"""A trend changes so often while the readers are open, seconds."""

LOADED = "() => performance.getEntriesByName('drawn').length > 0"
FIRST_CONTENT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
DRAWN = "() => performance.getEntriesByName('drawn')[0].startTime"
WATCH = """(text) => {
  window.seenAt = null;
  const look = () => {
    const first = document.querySelector(".card")?.textContent ?? "";
    if (window.seenAt === null && first.includes(text)) window.seenAt = Date.now();
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def table(servers: str, folder: Path) -> Iterator[str]:
    """Measure; the table, line by line as it comes."""
    settings, env = own_topics({**os.environ, "FRESHET_KAFKA__BOOTSTRAP_SERVERS": servers})
    site = LivePage(f"http://127.0.0.1:{free_port()}/", settings)
    site.send(*(named(f"t{n}", f"#Tag{n}", observed=20.0 + n % 500) for n in range(TRENDS)))
    where = {"FRESHET_PAGE__PORT": site.url.rstrip("/").rpartition(":")[2]}
    with running([FRESHET, "page"], folder, {**env, **where}) as process:
        wait_until(lambda: answers(f"{site.url}healthz"), 120, "the page answers", folder)
        yield f"| {TRENDS:,} open trends | median | most | target |"
        yield "|---|--:|--:|--:|"
        with chromium() as browser:
            first, drawn = zip(*(_visit(browser, site.url) for _ in range(VISITS)), strict=True)
            yield _row("first content, ms", first, "1,000")
            yield _row("all of it drawn, ms", drawn, "1,000")
            yield _row("a change, from the producer to the screen, ms", _changes(browser, site), "200")
        idle, busy = (asyncio.run(_share(Process(process.pid), site, readers=n)) for n in (0, READERS))
        name = f"{READERS} open pages, a change every {EVERY_S:g} s: % of a core beyond none"
        yield f"| {name} | {busy - idle:.1f} | | 2 |"


def _row(name: str, values_ms: Sequence[float], target: str) -> str:
    return f"| {name} | {statistics.median(values_ms):.0f} | {max(values_ms):.0f} | {target} |"


def _visit(browser: Browser, url: str) -> tuple[float, float]:
    with opened(browser, url) as page:
        page.wait_for_function(LOADED)
        page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
        return page.evaluate(FIRST_CONTENT), page.evaluate(DRAWN)


def _changes(browser: Browser, site: LivePage) -> list[float]:
    """One trend after another becomes the first; from its hand-over to the producer to the change of the document."""
    taken = []
    topic = site.settings.topics.trends
    with opened(browser, site.url) as page, Delivery(client_settings(site.settings), topic) as delivery:
        page.wait_for_function(LOADED)
        for n in range(CHANGES):
            trend = named(f"new{n}", f"#New{n}", severity="critical", observed=1000.0 + n)
            page.evaluate(WATCH, f"#New{n}")
            sent_at = clock.now()
            delivery.send("benchmark", trend.trend_id.encode(), value(trend))
            page.wait_for_function("() => window.seenAt !== null")
            taken.append(page.evaluate("window.seenAt") - 1000 * sent_at)
    return taken


async def _share(process: Process, site: LivePage, *, readers: int) -> float:
    """Percent of a core that the page's process takes while so many browsers hear what changes."""
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session:
        async with session.get(f"{site.url}api/board") as answer:
            position = (await answer.json())["position"]
        hearing = [
            asyncio.create_task(_hear(session, f"{site.url}api/events?since={position}")) for _ in range(readers)
        ]
        await asyncio.sleep(1.0)
        began, deadline = process.now(), time.monotonic() + WATCHED_S
        number = 0
        while time.monotonic() < deadline:
            number += 1
            await asyncio.to_thread(site.send, named("one", "#One", observed=50.0 + number))
            await asyncio.sleep(EVERY_S)
        ended = process.now()
        for task in hearing:
            task.cancel()
        await asyncio.gather(*hearing, return_exceptions=True)
    return 100 * (ended.cpu_s - began.cpu_s) / (ended.wall_s - began.wall_s)


async def _hear(session: aiohttp.ClientSession, url: str) -> None:
    async with session.get(url) as answer:
        async for _ in answer.content.iter_any():
            pass
