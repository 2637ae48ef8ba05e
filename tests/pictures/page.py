"""Pictures of the live page: its own server with the records of `stream.py`, without Kafka, and a real Chromium."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Thread
from types import MappingProxyType
from typing import Any, NamedTuple

from aiohttp import web
from playwright.sync_api import Browser, Page

from config.sections import Page as Knobs
from streams.page import assets
from streams.page.board import Board
from streams.page.health import StreamHealth
from streams.page.server import web_app
from streams.page.slow import HINT
from tests.pictures.stream import MOMENT, Told
from tests.processes import free_port

R_MAX = 20.0
NOW = 1_781_000_000.0
"""A year after the stream: the page says that a past is being played."""

WIDE = {"width": 1360, "height": 1000}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True}
FIRST = ".card h3 a"

RULES: tuple[dict[str, Any], ...] = (
    {
        "rule_id": "makeup-morning",
        "name": "Make-up and skin care, in the morning",
        "kinds": ["trend", "integrity"],
        "communities": ["makeup", "skincare"],
        "not_subjects": ["giveaway*", "concours"],
        "alerts_a_day": 5,
        "zone": "Europe/Paris",
        "quiet_from": "20:00",
        "quiet_to": "08:00",
        "quiet_lets": "critical",
        "digest_at": "08:30",
    },
    {
        "rule_id": "data",
        "name": "Those who look after the data",
        "kinds": ["data_quality", "kpi_anomaly"],
        "false_share": 0.05,
        "cooldown_s": 21_600,
    },
    {
        "rule_id": "launch",
        "name": "Launch week",
        "brands": ["nuvessa"],
        "min_severity": "warning",
        "min_voices": 30,
        "mutes": [{"subject": "black friday", "until": "2025-06-09T00:00:00Z"}],
    },
    {"rule_id": "everything", "enabled": False},
)
REFUSED = {"rule_id": "launch", "brands": ["nuvessa"], "alerts_a_day": 0, "zone": "Europe/Pari"}


class Shot(NamedTuple):
    """One picture: where, how large, and what to do before it is taken."""

    name: str
    address: str
    options: Mapping[str, Any] = MappingProxyType({})
    open_first: str = ""


SHOTS = (
    Shot("page-light", ""),
    Shot("page-dark", "", {"color_scheme": "dark"}),
    Shot("page-phone", "?lang=fr", PHONE),
    Shot("page-trend", "", {"viewport": {"width": 1360, "height": 1120}}, FIRST),
    Shot("page-slow", "?pace=day", {}, FIRST),
    Shot("page-figures", "?view=figures"),
    Shot("page-place", "?view=figures&place=all"),
    Shot("page-rules", "?view=rules"),
)


def take(browser: Browser, told: Told, folder: Path) -> None:
    """All pictures, as PNG."""
    with serving(board_of(told)) as url:
        for shot in SHOTS:
            options = {"viewport": WIDE, "locale": "en-GB", "reduced_motion": "reduce", **shot.options}
            context = browser.new_context(**options)
            page = context.new_page()
            page.goto(f"{url}{shot.address}", wait_until="load")
            page.locator(":is(.card, .place, .rule, .figures-table):visible").first.wait_for()
            if shot.open_first:
                page.locator(shot.open_first).first.click()
                page.wait_for_selector(".panel")
            _settle(page)
            page.screenshot(path=folder / f"{shot.name}.png")
            context.close()


def _settle(page: Page) -> None:
    """Fonts are there, and nothing has the focus that a person would not see."""
    page.evaluate("document.fonts.ready")
    page.evaluate("document.activeElement?.blur()")
    page.wait_for_timeout(300)


def board_of(told: Told) -> Board:
    """The page's board with all of it."""
    board = Board(Knobs(), R_MAX)
    for key, value in told.trends:
        board.take_trend(key, value)
    for raw in told.alerts:
        alert = json.loads(raw)
        if HINT in raw:
            board.take_slow(raw, NOW)
        if _age_s(alert["detected_at"]) <= 86_400:
            board.take_alert(raw, NOW)
    for raw in told.figures:
        board.take_figures(raw)
    for rule in (*RULES, REFUSED):
        board.take_rule(str(rule["rule_id"]).encode(), json.dumps(rule).encode())
    decided = datetime.fromisoformat(f"{MOMENT}:00+00:00").timestamp()
    board.take_health(StreamHealth(now=NOW, loading=False, configured=True, lag=0, decided_at=decided))
    return board


def _age_s(detected_at: str) -> float:
    moment = datetime.fromisoformat(f"{MOMENT}:00+00:00")
    return (moment - datetime.fromisoformat(detected_at)).total_seconds()


@contextmanager
def serving(board: Board) -> Iterator[str]:
    """The page's server on a free port, until the block ends."""
    loop, url = asyncio.new_event_loop(), f"http://127.0.0.1:{free_port()}/"
    runner = web.AppRunner(web_app(board, assets.load()), access_log=None, shutdown_timeout=1)

    async def start() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(url.rstrip("/").rpartition(":")[2])).start()

    thread = Thread(target=loop.run_forever, daemon=True)  # Playwright's own loop runs in this one
    thread.start()
    asyncio.run_coroutine_threadsafe(start(), loop).result()
    try:
        yield url
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
