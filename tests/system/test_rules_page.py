"""Readers' rules on the page in a real Chromium, by what a person does."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.streams.page.test_rules import MORNING
from tests.streams.page.told import HOSTILE, named
from tests.system.browser import LivePage, accessible, live_page, opened, seen
from tests.system.conftest import Worker

CALM = {
    "rule_id": "calm",
    "false_share": 0.05,
    "enabled": False,
    "mutes": [{"trend_id": "big", "until": "2026-12-01T00:00:00Z"}],
}
EVIL = {
    "rule_id": "evil",
    "name": HOSTILE,
    "subjects": [HOSTILE],
    "mutes": [{"subject": HOSTILE, "until": "2026-12-01T00:00:00Z"}],
}


@pytest.fixture(scope="module")
def site(worker: Worker, folder: Path) -> Iterator[LivePage]:
    """A page with three rules, and a record that is none."""
    with live_page(worker.env, folder / "rules", f"http://{worker.address}") as site:
        site.send(named("big", "#FlanPistache"))
        for rule in (MORNING, CALM, EVIL):
            site.set_rule(str(rule["rule_id"]), json.dumps(rule).encode())
        site.set_rule("team", json.dumps({**MORNING, "zone": "Mars/North"}).encode())
        yield site


@pytest.fixture
def page(browser: Browser, site: LivePage) -> Iterator[Page]:
    with opened(browser, f"{site.url}?view=rules") as page:
        expect(page.locator(".rule")).to_have_count(3)
        yield page


def test_the_rules_are_a_link_away(browser: Browser, site: LivePage) -> None:
    """By keyboard; where one is is said, and the address can be sent."""
    with opened(browser, site.url) as page:
        page.get_by_role("navigation", name="Views of the page").get_by_role("link", name="Rules").press("Enter")
        expect(page.get_by_role("heading", name="Rules", exact=True)).to_be_focused()
        expect(page.locator("nav.views [aria-current=page]")).to_have_text("Rules")
        expect(page).to_have_title("Rules · Freshet")
        page.reload()
        expect(page.locator(".rule")).to_have_count(3)
        page.go_back()
        expect(page.locator(".card")).to_have_count(1)


def test_a_rule_says_what_its_reader_is_sent(page: Page) -> None:
    """What it asks for, how many, when, and whether it is in force."""
    team = page.get_by_role("article", name="The make-up team in the morning")
    for said in ("In force", "makeup", "But not about", "giveaway*", "The best 5 a day", "Quiet from 20:00 to 08:00"):
        expect(team).to_contain_text(said)
    expect(team).to_contain_text("black friday until 30 Nov, 23:00 UTC")
    calm = page.get_by_role("article", name="calm")
    expect(calm).to_contain_text("Silenced")
    expect(calm).to_contain_text("within 5%")


def test_a_muted_trend_is_named_and_opens(page: Page) -> None:
    """Where the page knows it."""
    page.get_by_role("link", name="#FlanPistache").first.click()
    expect(page.get_by_role("heading", name="#FlanPistache")).to_be_focused()


def test_what_was_refused_is_said_with_why(page: Page) -> None:
    """And that the rule before it stays."""
    refused = page.get_by_role("region", name="Refused (1)")
    expect(refused).to_contain_text("zone: value 'Mars/North': must be an IANA zone")
    expect(refused).to_contain_text("the one before it stays in force")


def test_changes_come_by_themselves(page: Page, site: LivePage) -> None:
    """A new rule, and one that is taken away."""
    site.set_rule("new", b'{"rule_id": "new", "alerts_a_day": 2}')
    expect(page.get_by_role("article", name="new")).to_contain_text("The best 2 a day")
    site.set_rule("new", None)
    expect(page.get_by_role("article", name="new")).to_have_count(0)


def test_nothing_can_be_changed_here(page: Page) -> None:
    """No fields, no buttons; the way to change it is said."""
    assert page.locator(".rules :is(input, button, select, textarea, form)").count() == 0
    expect(page.locator(".rules .head")).to_contain_text("freshet rules")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
def test_no_violation_of_accessibility(browser: Browser, site: LivePage, scheme: str, width: int) -> None:
    """Light and dark, wide and narrow; nothing scrolls sideways, and no name runs."""
    with seen(browser, f"{site.url}?view=rules", scheme, width) as page:
        expect(page.locator(".rule")).to_have_count(3)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate("window.ran") is None
        expect(page.get_by_role("heading", name=HOSTILE)).to_be_visible()


def test_without_rules_it_says_what_that_means(browser: Browser, worker: Worker, folder: Path) -> None:
    """Every reader is sent everything."""
    with live_page(worker.env, folder / "no-rules") as site, opened(browser, f"{site.url}?view=rules") as page:
        expect(page.get_by_text("Every reader is sent every alert.")).to_be_visible()
        accessible(page)
