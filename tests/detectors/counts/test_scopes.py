"""Which figures a record adds to."""

import pytest

from detectors.counts.scopes import Scopes, scopes_of, tier_of
from tests.detectors.making import make_post


@pytest.mark.parametrize(
    ("followers", "tier"),
    [
        (None, None),
        (0, "user"),
        (999, "user"),
        (1_000, "nano"),
        (9_999, "nano"),
        (10_000, "micro"),
        (99_999, "micro"),
        (100_000, "mid"),
        (499_999, "mid"),
        (500_000, "macro"),
        (999_999, "macro"),
        (1_000_000, "mega"),
        (2**53, "mega"),
    ],
)
def test_tiers_are_closed_below_and_open_above(followers: int | None, tier: str | None) -> None:
    """An unknown number of followers is no tier; zero is one."""
    assert tier_of(followers) == tier


def test_a_declared_format_wins() -> None:
    """The text is asked only where the record says nothing."""
    assert scopes_of(make_post("p", 0, "haul", format="review")).format == "review"
    assert scopes_of(make_post("p", 0, "haul")).format == "haul"


def test_what_is_not_known_has_no_scope() -> None:
    """Every record counts in `all` and its platform."""
    assert scopes_of(make_post("p", 0, "")).names() == ["all", "platform:tiktok"]
    assert Scopes("x", "haul", "nano").names() == ["all", "platform:x", "format:haul", "tier:nano"]
