"""Figures on the page in a real Chromium, by what a person does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from detectors.model.alerts import SubjectName
from detectors.model.kpis import Kpi
from tests.streams.page.told import HOSTILE, alert, kpi, trend
from tests.system.browser import LivePage, accessible, live_page, opened, seen
from tests.system.conftest import Worker

EVIL = f"campaign:{HOSTILE}"


def fall(alert_id: str, **changes: Any) -> Any:
    """Views of a campaign that fell to a fifth."""
    subject = SubjectName("series", "views|campaign:spring", "views in campaign spring")
    known = {"kind": "kpi_anomaly", "scope": "campaign:spring", "subject": subject, "state": "declining"}
    return alert(alert_id, trend_id="fall", **{**known, "observed": 20.0, "expected": 100.0, **changes})


def sold_once() -> list[Kpi]:
    """A platform that sold something, and nothing in its last hour; of its days nothing is told."""
    return [kpi(scope="platform:shop", views=700, net=5000), kpi(scope="platform:shop", hours=1, views=700)]


@pytest.fixture(scope="module")
def site(worker: Worker, folder: Path) -> Iterator[LivePage]:
    """A page with figures of everybody, a platform and campaigns."""
    with live_page(worker.env, folder / "figures", f"http://{worker.address}") as site:
        places = ("all", "platform:tiktok", "campaign:spring", *(f"campaign:other {n}" for n in range(15)), EVIL)
        for scope in places:
            hours = [kpi(scope=scope, hours=n, views=1000 + 37 * (n * 7 % 11), net=900 * n) for n in range(24)]
            site.send(*hours, kpi(scope=scope, views=30_000, net=250_000, day=True))
        site.send(*sold_once(), fall("a1"), trend("t1"))
        yield site


@pytest.fixture
def page(browser: Browser, site: LivePage) -> Iterator[Page]:
    with opened(browser, f"{site.url}?view=figures") as page:
        expect(page.locator(".place")).to_have_count(15)
        yield page


def test_places_by_what_they_are(page: Page) -> None:
    """Headings in order, a card a place; the rest on demand; what is unusual is marked in words."""
    assert page.locator(".dimension-of h3").all_inner_texts() == ["Everywhere", "Platforms", "Campaigns"]
    spring = page.get_by_role("article", name="Campaign spring")
    expect(page.get_by_role("button", name="Show 5 more")).to_be_visible()
    page.get_by_role("button", name="Show 5 more").click()
    expect(spring).to_contain_text("Unusual: views −80%")
    expect(spring).to_contain_text("207.00 EUR")
    expect(page.get_by_role("article", name="Platform tiktok")).not_to_contain_text("Unusual")
    expect(page.get_by_role("article", name="Platform shop")).to_contain_text("Net sales0.00 EUR")


def test_a_place_is_found_and_opens(page: Page) -> None:
    """All its figures with what they rest on; Escape leads back to where one was."""
    page.get_by_role("searchbox", name="Find a place").fill("tikt")
    expect(page.locator(".place")).to_have_count(1)
    page.get_by_role("link", name="Platform tiktok").click()
    expect(page.get_by_role("heading", name="Platform tiktok")).to_be_focused()
    row = page.get_by_role("row", name="Engagement by views")
    expect(row).to_contain_text("3,000 / 30,000")
    expect(row).to_contain_text("8% – 12%")
    expect(page).to_have_title("Platform tiktok · Freshet")
    page.keyboard.press("Escape")
    expect(page.locator("[data-place='platform:tiktok']")).to_be_focused()


def test_trends_and_figures_are_a_link_apart(page: Page) -> None:
    """Where one is is said; the address can be sent."""
    current = page.locator("nav.views [aria-current=page]")
    expect(current).to_have_text("Figures")
    page.get_by_role("navigation", name="Views of the page").get_by_role("link", name="Trends").click()
    expect(page.locator(".card")).to_have_count(1)
    expect(current).to_have_text("Trends")
    page.go_back()
    expect(page.get_by_role("heading", name="Campaigns")).to_be_visible()


def test_corrections_come_by_themselves(browser: Browser, site: LivePage) -> None:
    """A later revision, and the end of an anomaly."""
    with opened(browser, f"{site.url}?view=figures&place=campaign:spring") as page:
        views = page.get_by_role("row", name="Views")
        expect(views.first).to_contain_text("30,000")
        expect(page.get_by_role("heading", name="Unusual")).to_be_visible()
        site.send(
            kpi(scope="campaign:spring", views=31_500, day=True, revision=1), fall("a2", revision=1, action="resolved")
        )
        expect(views.first).to_contain_text("31,500")
        expect(page.get_by_role("heading", name="Unusual")).to_have_count(0)
        site.send(kpi(scope="campaign:spring", views=30_000, day=True, revision=2), fall("a3", revision=2))
        expect(page.get_by_role("heading", name="Unusual")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
def test_no_violation_of_accessibility(browser: Browser, site: LivePage, scheme: str, width: int) -> None:
    """All places and one, light and dark, wide and narrow; nothing scrolls sideways but the table."""
    with seen(browser, f"{site.url}?view=figures", scheme, width) as page:
        expect(page.locator(".place")).to_have_count(15)
        accessible(page)
        page.locator("[data-place='platform:tiktok']").click()
        expect(page.get_by_role("row", name="Engagement by views")).to_be_visible()
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_name_of_a_place_never_runs(page: Page) -> None:
    """It is text, on its card and in its own view."""
    page.get_by_role("searchbox", name="Find a place").fill("script")
    page.locator(".place a").click()
    expect(page.locator("#figures-title")).to_contain_text(HOSTILE)
    assert page.evaluate("window.ran") is None
