"""Debian's Chromium, driven as a person would; and a page that reads topics of its own."""

import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from config.settings import Settings, load
from detectors.model.alerts import Alert, Trend
from detectors.model.kpis import Kpi
from streams import topics
from streams.admin import client_settings
from streams.delivery import Delivery
from tests.processes import FRESHET, answers, free_port, running, wait_until
from tests.streams.page.told import value

PATIENCE_MS = 30_000
"""How long a busy machine may take to show what is expected, milliseconds."""

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


class LivePage(NamedTuple):
    """Where a page is, and how the topics it reads are written to."""

    url: str
    settings: Settings

    def send(self, *records: Trend | Alert | Kpi) -> None:
        """Trends, alerts and figures, to their topics."""
        names = self.settings.topics
        for topic, kind in ((names.trends, Trend), (names.alerts, Alert), (names.kpis, Kpi)):
            with Delivery(client_settings(self.settings), topic) as delivery:
                for record in records:
                    if isinstance(record, kind):
                        key = record.key if isinstance(record, Kpi) else record.trend_id
                        delivery.send("test", key.encode(), value(record))

    def set_rule(self, rule_id: str, value: bytes | None) -> None:
        """A record of the rules topic, good or not; None takes the rule away."""
        with Delivery(client_settings(self.settings), self.settings.topics.rules) as delivery:
            delivery.send("test", rule_id.encode(), value)

    def forget(self, trend_id: str) -> None:
        """A tombstone."""
        with Delivery(client_settings(self.settings), self.settings.topics.trends) as delivery:
            delivery.send("test", trend_id.encode(), None)


@contextmanager
def serving(env: Mapping[str, str], folder: Path, url: str, workers: str = "") -> Iterator[None]:
    """Run `freshet page` at an address, until the block ends."""
    where = {"FRESHET_PAGE__PORT": url.rstrip("/").rpartition(":")[2], "FRESHET_PAGE__WORKERS": workers}
    with running([FRESHET, "page"], folder, {**env, **where}):
        wait_until(lambda: answers(f"{url}healthz"), 120, "the page answers", folder)
        yield


def own_topics(env: Mapping[str, str]) -> tuple[Settings, dict[str, str]]:
    """Settings and environment with topics that nobody else uses; the topics are made."""
    prefix = f"page{uuid.uuid4().hex[:6]}"
    names = {name: f"{prefix}.{topic}" for name, topic in Settings().topics.names().items()}
    servers = env["FRESHET_KAFKA__BOOTSTRAP_SERVERS"]
    settings = load(kafka={"bootstrap_servers": servers}, topics=names)
    topics.apply(settings)
    variables = {f"FRESHET_TOPICS__{name.upper()}": topic for name, topic in names.items()}
    return settings, {**env, **variables}


@contextmanager
def live_page(env: Mapping[str, str], folder: Path, workers: str = "") -> Iterator[LivePage]:
    """A page on a free port that reads topics of its own."""
    settings, own = own_topics(env)
    site = LivePage(f"http://127.0.0.1:{free_port()}/", settings)
    with serving(own, folder, site.url, workers):
        yield site


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, without a window."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, **options: Any) -> Iterator[Page]:
    """A visit: what the browser complains about, and whom it asks but this machine, fails the test at its end."""
    context = browser.new_context(**{"locale": "en-GB", **options})
    page = context.new_page()
    complaints: list[str] = []
    asked: set[str] = set()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("request", lambda request: asked.add(str(urlsplit(request.url).hostname)))
    yield page
    context.close()
    assert complaints == []
    assert asked == {"127.0.0.1"}


@contextmanager
def opened(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """A visit to an address."""
    with visit(browser, **options) as page:
        page.goto(url)
        yield page


def seen(browser: Browser, url: str, scheme: str, width: int) -> AbstractContextManager[Page]:
    """A visit in light or dark, wide or narrow, in which nothing moves: as accessibility is looked at."""
    size = {"width": width, "height": 844}
    return opened(browser, url, color_scheme=scheme, viewport=size, reduced_motion="reduce")


def accessible(page: Page) -> None:
    """No violation of any of axe's rules, best practices among them."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
