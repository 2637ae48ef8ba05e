"""Slow trends on the page in a real Chromium, by what a person does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.streams.page.told import HOSTILE, named, slow
from tests.system.browser import LivePage, accessible, live_page, opened, seen
from tests.system.conftest import Worker


@pytest.fixture(scope="module")
def site(worker: Worker, folder: Path) -> Iterator[LivePage]:
    """A page with a burst, and slow trends of a day and a week."""
    with live_page(worker.env, folder / "slow", f"http://{worker.address}") as site:
        site.send(
            named("burst", "#FlanPistache", severity="warning", observed=60.0),
            slow("day", "#SlowBread"),
            slow("week", HOSTILE, hours=168, observed=900.0, expected=500.0, interval=(400.0, 610.0)),
        )
        yield site


@pytest.fixture
def page(browser: Browser, site: LivePage) -> Iterator[Page]:
    with opened(browser, site.url) as page:
        expect(page.locator(".card")).to_have_count(3)
        yield page


def test_a_slow_trend_is_told_apart_from_a_burst(page: Page) -> None:
    """In words, also for who does not see the picture; the burst counts people, as ever."""
    bread = page.get_by_role("article", name="#SlowBread")
    expect(bread).to_contain_text("Slow, over a day")
    expect(bread).to_contain_text("312 voice-hours")
    expect(bread).to_contain_text("13 people in an average hour, 4 usual")
    expect(bread.get_by_role("img")).to_have_accessible_name("312 voice-hours; usual are 60 to 139.")
    burst = page.get_by_role("article", name="#FlanPistache")
    expect(burst).to_contain_text("60 people")
    expect(burst).not_to_contain_text("Slow")


def test_paces_are_filtered(page: Page) -> None:
    """What was chosen stays in the address."""
    page.get_by_label("Pace").select_option(label="Slow, over a day (1)")
    expect(page.locator(".card h3")).to_have_text("#SlowBread")
    page.reload()
    expect(page.locator(".card h3")).to_have_text("#SlowBread")
    page.get_by_label("Pace").select_option(label="Within hours (1)")
    expect(page.locator(".card h3")).to_have_text("#FlanPistache")
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator(".card")).to_have_count(3)


def test_an_alert_leads_to_its_own_view_which_says_what_slow_means(page: Page) -> None:
    """Without a curve that nobody counted."""
    line = page.locator("#alerts li").filter(has_text="#SlowBread")
    expect(line).to_contain_text("Slow trend fired")
    line.locator("summary").click()
    line.get_by_role("link", name="#SlowBread").click()
    expect(page.get_by_role("heading", name="#SlowBread")).to_be_focused()
    expect(page.get_by_role("heading", name="Against what is usual")).to_be_visible()
    expect(page.get_by_text("A voice-hour is one person in one hour")).to_be_visible()
    expect(page.get_by_role("heading", name="People over time")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("[data-trend=day]")).to_be_focused()


def test_its_end_comes_by_itself(page: Page, site: LivePage) -> None:
    """Then it shows where what is over is asked for."""
    site.send(slow("brief", "#Brief"))
    expect(page.get_by_role("article", name="#Brief")).to_be_visible()
    site.send(slow("brief", "#Brief", alert_id="brief-b", revision=1, action="resolved", state="ended"))
    expect(page.get_by_role("article", name="#Brief")).to_have_count(0)
    page.get_by_label("State").select_option(label="Ended (1)")
    expect(page.get_by_role("article", name="#Brief")).to_contain_text("Slow, over a day")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
def test_no_violation_of_accessibility(browser: Browser, site: LivePage, scheme: str, width: int) -> None:
    """List and own view, light and dark, wide and narrow; nothing scrolls sideways, and no name runs."""
    with seen(browser, site.url, scheme, width) as page:
        expect(page.locator(".card")).to_have_count(3)
        accessible(page)
        page.locator("[data-trend=week]").click()
        expect(page.locator("#trend-title")).to_have_text(HOSTILE)
        expect(page.get_by_role("heading", name="Against what is usual")).to_be_visible()
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate("window.ran") is None
