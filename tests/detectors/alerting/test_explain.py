"""An alert in words: every number in it is a field."""

import re
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.alerting.explain import number, trend_explanation
from detectors.model.alerts import Action, Driver, Explanation

ONSET = datetime(2026, 3, 4, 17, 56, tzinfo=UTC)
COUNTS = st.integers(0, 10_000)
FIGURES = st.integers(0, 10**7).map(lambda n: n / 1000)
"""Rounded to three digits, as the records are."""


def numbers_in(text: str) -> list[str]:
    """The numbers of an English or French text, in the notation of English."""
    return [found.replace(",", ".") for found in re.findall(r"\d+(?:[.,]\d+)?", text)]


def explain(
    action: Action = "fired",
    observed: float = 38.0,
    expected: float = 4.2,
    drivers: tuple[Driver, ...] = (),
    creators: int = 19,
    posts: int = 20,
) -> Explanation:
    """The explanation of a trend without a number in its name."""
    return trend_explanation(
        action=action,
        state="rising",
        label="#GlassSkin",
        observed=observed,
        expected=expected,
        onset_at=ONSET,
        drivers=drivers,
        creators=creators,
        posts=posts,
    )


@given(st.sampled_from(get_args(Action)), COUNTS, FIGURES, st.none() | st.integers(300, 1000), COUNTS, COUNTS)
def test_every_number_is_a_field(
    action: Action, observed: int, expected: float, share: int | None, creators: int, posts: int
) -> None:
    """In both languages: voices, expectation, onset, posts, creators and the driver's share, and nothing else."""
    drivers = (Driver("tier", "nano", share / 1000),) if share else ()
    told = explain(action, observed, expected, drivers, creators, posts)
    shares = [str(round(share / 10))] if share else []
    figures = [str(observed), number(expected)]
    evidence = [str(posts), str(creators)]
    assert numbers_in(told.en) == [*figures, "2026", "03", "04", "17", "56", *evidence, *shares]
    assert numbers_in(told.fr) == [*figures, "04", "03", "17", "56", *evidence, *shares]


def test_how_it_reads() -> None:
    """What a person sees, in full."""
    told = explain(drivers=(Driver("community", "skincare", 0.437), Driver("platform", "tiktok", 0.9)))
    assert told.en == (
        "“#GlassSkin” is taking off: 38 people in the window, 4.2 expected."
        " First post seen 2026-03-04 17:56 UTC. Evidence: 20 posts by 19 creators."
        " Carried by community skincare (44 %)."
    )
    assert told.fr == (
        "« #GlassSkin » décolle : 38 personnes dans la fenêtre, 4,2 attendues."
        " Premier post vu le 04/03 17:56 UTC. Éléments : 20 posts de 19 créateurs."
        " Porté par la communauté skincare (44 %)."
    )


def test_one_person_is_a_person() -> None:
    """The words agree with the number."""
    told = explain(observed=1)
    assert "1 person in" in told.en
    assert "1 personne dans" in told.fr


@pytest.mark.parametrize("action", get_args(Action))
def test_each_action_has_its_words(action: Action) -> None:
    """No two actions read the same."""
    others = {explain(other).en for other in get_args(Action) if other != action}
    assert explain(action).en not in others


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (12.0, "12"), (3.14159, "3.1"), (0.02, "0.02"), (0.001, "0.001"), (-4.25, "-4.2"), (1e7, "10000000")],
)
def test_numbers_are_written_as_people_write_them(value: float, text: str) -> None:
    """Whole numbers whole, others with one decimal or two digits."""
    assert number(value) == text
