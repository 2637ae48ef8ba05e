"""How grave: people, growth, breadth, engagement; on small and large deployments."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.alerting.severity import RANKS, Impact, Size, communities_in, severity_of
from detectors.counts.ticks import PostRef
from detectors.trends.trend import SeenPost
from tests.detectors.making import make_post

NOTABLE = Impact(people=30, exposure=1000, voices=32, growth_per_hour=None, communities=0)
FAST: dict[str, Any] = {"growth_per_hour": 16.0}
BROAD: dict[str, Any] = {"communities": 3}
ENGAGED: dict[str, Any] = {"per_voice": 8.0, "usual_per_voice": 4.0}


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({}, "warning"),
        ({"people": 19.9}, "info"),
        ({"exposure": 15_001.0}, "info"),
        ({"people": 19.9, **FAST, **BROAD, **ENGAGED}, "info"),
        ({**FAST}, "warning"),
        ({**FAST, **BROAD}, "warning"),
        ({**FAST, **BROAD, **ENGAGED}, "critical"),
        ({"people": 100}, "warning"),
        ({"people": 100, **FAST}, "critical"),
        ({"people": 100, **BROAD}, "critical"),
        ({"people": 100, **ENGAGED}, "critical"),
        ({"people": 100, "growth_per_hour": 15.9}, "warning"),
        ({"people": 100, "communities": 2}, "warning"),
        ({"people": 100, "per_voice": 7.9, "usual_per_voice": 4.0}, "warning"),
        ({"people": 100, "per_voice": 8.0}, "warning"),
        ({"people": 100, **FAST, "exposure": 10_001.0}, "warning"),
        ({"people": 100, **FAST, "exposure": 50_001.0}, "info"),
        ({"people": 15, "acting": 5.0}, "warning"),
        ({"people": 15, "acting": 4.9}, "info"),
        ({"people": 15, "acting": 5.0, "all_acting": 9_001.0}, "info"),
        ({"people": 30, "acting": 1.0, "all_acting": 1e9}, "warning"),
        ({"people": 30, "acting": -1e9, "all_acting": 1e9}, "warning"),
        ({"people": 40, "acting": 60.0, "all_acting": 9_000.0, **FAST}, "critical"),
        ({"people": 0, "acting": 1e9}, "info"),
    ],
)
def test_severity_is_size_and_what_is_remarkable(changes: dict[str, Any], severity: str) -> None:
    """Both the number of people and their share of everybody count; a small trend is never grave.

    Who comments or shares makes it greater where more do than usual, and never smaller.
    """
    assert severity_of(NOTABLE._replace(**changes)).severity == severity


def test_it_says_why() -> None:
    """The size, and each thing that makes it graver."""
    assert severity_of(NOTABLE).reasons == (Size.NOTABLE,)
    assert severity_of(NOTABLE._replace(**FAST, **BROAD, **ENGAGED)).reasons == (
        Size.NOTABLE,
        "it grows fast",
        "several communities speak of it",
        "its posts move more people than usual",
    )


def test_it_does_not_flicker() -> None:
    """Once a warning, it stays one down to 80 % of the bound."""
    below = NOTABLE._replace(people=16.0)
    assert (severity_of(below).severity, severity_of(below, "warning").severity) == ("info", "warning")
    assert severity_of(NOTABLE._replace(people=15.9), "warning").severity == "info"


@given(st.floats(0, 1e4), st.floats(1, 1e7), st.floats(0, 1e4), st.integers(0, 10), st.sampled_from(sorted(RANKS)))
def test_more_is_never_less_grave(people: float, exposure: float, more: float, communities: int, was: Any) -> None:
    """With more people, more communities, or fewer others."""
    impact = Impact(people, exposure, people, None, communities)
    for greater in (
        impact._replace(people=people + more),
        impact._replace(communities=communities + 1),
        impact._replace(exposure=exposure / 2),
        impact._replace(acting=more, all_acting=2 * more),
    ):
        assert RANKS[severity_of(greater, was).severity] >= RANKS[severity_of(impact, was).severity]


def test_a_community_needs_three_voices() -> None:
    """Three posts of one author are one voice."""
    posts = [make_post(f"p{i}", i, communities=("skincare", "gym") if i < 3 else ("gym",)) for i in range(5)]
    authors = [1, 1, 2, 3, 4]
    seen = [
        SeenPost(PostRef(0, i, i, author), post) for i, (author, post) in enumerate(zip(authors, posts, strict=True))
    ]
    assert communities_in(seen) == 1
    assert communities_in([]) == 0
