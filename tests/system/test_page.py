"""The live page in a real Chromium, by what a person does."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from detectors.model.alerts import Driver
from detectors.model.forecasts import Forecast
from tests.processes import free_port
from tests.streams.examples import INTEGRITY
from tests.streams.page.told import HOSTILE, alert, hostile, named, trend
from tests.system.browser import LivePage, accessible, live_page, opened, own_topics, seen, serving, visit
from tests.system.conftest import Worker

FRENCH = (Driver("language", "fr", 1.0), Driver("community", "baking", 0.6))
PROMISE = Forecast(6.0, 200.0, 0.62, (110.0, 260.0), "forest", 412, 0.142)
FLAGGED = msgspec.structs.replace(INTEGRITY, flags=("copies",))


@pytest.fixture(scope="module")
def site(worker: Worker, folder: Path) -> Iterator[LivePage]:
    """A page with a few trends and an alert, beside a real worker."""
    with live_page(worker.env, folder / "page", f"http://{worker.address}") as site:
        site.send(
            named("big", "#FlanPistache", severity="critical", observed=120.0, drivers=FRENCH, forecast=PROMISE),
            named("small", "#TrocDeTasses", severity="info", observed=8.0, state="emerging"),
            named("flagged", "#SlimDropsNow", severity="warning", observed=48.0, integrity=FLAGGED),
            named("over", "#LastWeek", state="ended", observed=0.0),
            alert("a1", trend_id="big", subject=named("big", "#FlanPistache").subject),
        )
        yield site


@pytest.fixture
def page(browser: Browser, site: LivePage) -> Iterator[Page]:
    with opened(browser, site.url) as page:
        expect(page.locator(".card")).to_have_count(3)
        yield page


def names(page: Page) -> list[str]:
    return page.locator(".card h3").all_inner_texts()


def test_open_trends_are_ranked(page: Page) -> None:
    """Severity, then size; each says how many people against how many were expected."""
    assert names(page) == ["#FlanPistache", "#SlimDropsNow", "#TrocDeTasses"]
    first = page.get_by_role("article", name="#FlanPistache")
    expect(first).to_contain_text("120 people")
    expect(first).to_contain_text("4.2 expected")
    expect(first).to_contain_text("Critical")
    expect(first).to_contain_text("62% chance of 200 people within 6 h")
    expect(first.get_by_role("img")).to_have_accessible_name(re.compile(r"^From .* now, 32 at most\.|^From "))
    expect(page.get_by_role("article", name="#SlimDropsNow")).to_contain_text("unusually many posts are near copies")


def test_filters_narrow_and_stay_in_the_address(page: Page) -> None:
    """A view can be sent to somebody; what is over shows when asked for."""
    page.get_by_label("Language", exact=True).select_option(label="French (3)")
    page.get_by_label("State").select_option(label="Emerging (1)")
    expect(page.locator(".card")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("link", name="#TrocDeTasses")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator(".card")).to_have_count(3)
    page.get_by_label("State").select_option("*")
    expect(page.locator(".card")).to_have_count(4)
    page.get_by_role("searchbox", name="Find a trend").fill("slim")
    expect(page.locator(".card")).to_have_count(1)


def test_a_trend_opens_and_the_way_back_is_where_it_was(page: Page) -> None:
    """Its history, who carries it, its alerts; Back, and the browser's own, lead to the list."""
    page.get_by_role("link", name="#FlanPistache").first.click()
    expect(page.get_by_role("heading", name="#FlanPistache")).to_be_focused()
    expect(page.get_by_role("heading", name="People over time")).to_be_visible()
    expect(page.locator(".shares").first).to_contain_text("baking")
    page.get_by_text("As a table").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("32")
    expect(page).to_have_title("#FlanPistache · Freshet")
    page.get_by_role("link", name="All trends").click()
    expect(page.locator(".card").first.get_by_role("link").first).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", name="People over time")).to_be_visible()


def test_all_of_it_by_keyboard(page: Page) -> None:
    """Skip to the trends, open one, leave it with Escape; the focus is where one left off."""
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the trends")).to_be_focused()
    page.get_by_role("searchbox", name="Find a trend").focus()
    for _ in range(6):
        page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="#FlanPistache").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="#FlanPistache")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-trend=big]")).to_be_focused()


def test_the_language_is_switched_and_kept(page: Page) -> None:
    """Every word, also after coming back."""
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_role("heading", name="Tendances en cours")).to_be_visible()
    expect(page.get_by_role("article", name="#FlanPistache")).to_contain_text("120 personnes")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.reload()
    expect(page.get_by_role("heading", name="Alertes du jour")).to_be_visible()


def test_changes_come_by_themselves(page: Page, site: LivePage) -> None:
    """A new trend, a changed one, one that is forgotten; what has the focus keeps it while the order changes."""
    page.get_by_role("link", name="#TrocDeTasses").focus()
    site.send(named("new", "#JustNow", severity="critical", observed=300.0))
    expect(page.locator(".card").first).to_contain_text("#JustNow")
    expect(page.locator("#announce")).to_have_text("New: #JustNow, Critical")
    site.send(named("small", "#TrocDeTasses", severity="critical", observed=999.0))
    expect(page.locator(".card").first).to_contain_text("999")
    expect(page.locator("[data-trend=small]")).to_be_focused()
    site.send(named("small", "#TrocDeTasses", severity="info", observed=8.0, state="emerging"))
    site.forget("new")
    expect(page.locator(".card")).to_have_count(3)


def test_alerts_of_the_day_and_the_health_of_the_stream(page: Page) -> None:
    """An alert opens to its explanation; the worker beside is asked how it is."""
    page.locator("#alerts summary").first.click()
    expect(page.locator("#alerts")).to_contain_text("38 creators, 4.2 expected.")
    expect(page.locator("#stream")).to_contain_text("Records waiting")
    expect(page.locator("#stream")).not_to_contain_text("Unknown")


def test_on_a_phone_the_filters_wait_until_asked_for(browser: Browser, site: LivePage) -> None:
    """The trends are what one came for; what is chosen is counted where it is folded away."""
    with opened(browser, site.url, viewport={"width": 390, "height": 844}) as page:
        expect(page.locator(".card").first).to_be_in_viewport()
        expect(page.get_by_label("State")).to_be_hidden()
        page.get_by_role("button", name="Filters").click()
        page.get_by_label("State").select_option(label="Emerging (1)")
        page.get_by_role("button", name="Filters (1)").click()
        expect(page.get_by_label("State")).to_be_hidden()
        expect(page.locator(".card")).to_have_count(1)
        page.get_by_role("navigation", name="Sections").get_by_role("link", name="Alerts of the day").click()
        expect(page.locator("#alerts-title")).to_be_in_viewport()


def test_a_trend_that_is_not_open_says_so(browser: Browser, site: LivePage) -> None:
    """A link from an old message."""
    with opened(browser, f"{site.url}?trend=long-gone") as page:
        expect(page.get_by_role("heading", name="This trend is not open any more.")).to_be_visible()
        accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
def test_no_violation_of_accessibility(browser: Browser, site: LivePage, scheme: str, width: int) -> None:
    """List and trend, light and dark, wide and narrow; nothing scrolls sideways."""
    with seen(browser, site.url, scheme, width) as page:
        expect(page.locator(".card")).to_have_count(3)
        accessible(page)
        page.get_by_role("link", name="#SlimDropsNow").first.click()
        expect(page.get_by_role("heading", name="Posts to look at")).to_be_visible()
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_people_wrote_never_runs(browser: Browser, worker: Worker, folder: Path) -> None:
    """A script in every field of a trend and its alert is text to read, on the list and in its own view."""
    with live_page(worker.env, folder / "hostile") as site:
        evil = hostile()
        site.send(evil, alert("evil", trend_id="evil", subject=evil.subject, explanation=evil.explanation))
        with opened(browser, site.url) as page:
            expect(page.locator(".card h3")).to_have_text(HOSTILE)
            page.locator("#alerts summary").first.click()
            page.locator("[data-trend=evil]").click()
            expect(page.locator("#trend-title")).to_have_text(HOSTILE)
            expect(page.locator(".ids li")).to_have_count(3)
            assert page.evaluate("window.ran") is None
            assert page.locator("#page img, #page script").count() == 0


def test_a_page_that_is_cut_off_says_so_and_comes_back(browser: Browser, worker: Worker, folder: Path) -> None:
    """What was known stays to be read; after a restart of the page the browser catches up by itself."""
    settings, env = own_topics(worker.env)
    site = LivePage(f"http://127.0.0.1:{free_port()}/", settings)
    with ExitStack() as first, visit(browser) as page:
        first.enter_context(serving(env, folder / "first", site.url))
        site.send(trend("t1"))
        page.goto(site.url)
        expect(page.locator(".card")).to_have_count(1)

        first.close()
        expect(page.locator(".banner")).to_contain_text("Disconnected since")
        expect(page.locator(".pulse")).to_have_text("Disconnected")
        expect(page.locator(".card")).to_have_count(1)
        site.send(trend("t2"))
        accessible(page)

        with serving(env, folder / "second", site.url):
            expect(page.locator(".card")).to_have_count(2)
            expect(page.locator(".banner")).to_be_hidden()
