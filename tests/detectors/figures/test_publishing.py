"""From sums to the figures that are published."""

from typing import Any

import pytest
from scipy.stats import binomtest

from detectors.counts.ticks import FigureSums
from detectors.figures.dictionary import DICTIONARY, SUMS
from detectors.figures.publishing import kpi_of
from detectors.figures.wilson import wilson
from detectors.model.kpis import Figure

START = 1_767_261_600


def figures(sums: dict[str, int], **changes: Any) -> dict[str, Figure]:
    """The figures of an hour, by name and currency."""
    known: dict[str, Any] = {"revision": 0, "voices": 0, "acts": 0, "known": 0}
    told = FigureSums(scope="all", start=START, width_s=3600, sums=sums, **(known | changes))
    kpi = kpi_of(told, START + 3600.0, config_digest="d")
    return {f"{one.name} {one.currency or ''}".strip(): one for one in kpi.figures}


def test_a_rate_by_views_with_all_that_it_rests_on() -> None:
    """226,600 engagements on 2.2 million views are 10.3 %."""
    rate = figures({"engagements@tiktok": 200_000, "engagements_else@tiktok": 26_600, "views@tiktok": 2_200_000})[
        "engagement_rate_by_views"
    ]
    assert (rate.value, rate.numerator, rate.denominator) == (0.103, 226_600, 2_200_000)
    assert rate.interval is not None
    assert rate.interval[0] < 0.103 < rate.interval[1]


def test_three_rates_are_three_figures() -> None:
    """Each of the engagements that its base is known of: other platforms' do not swell it."""
    sums = {"engagements@x": 10, "engagements_else@x": 5, "engagements@tiktok": 7, "views@tiktok": 70, "followers": 100}
    found = figures(sums)
    rates = {name: (one.numerator, one.denominator) for name, one in found.items() if "rate" in name}
    assert rates == {
        "engagement_rate_by_followers": (17, 100),
        "engagement_rate_by_reach": (0, 0),
        "engagement_rate_by_views": (7, 70),
    }


def test_a_denominator_of_zero_is_null() -> None:
    """Nobody knows; it is not 0."""
    found = figures({"orders@EUR": 2})
    assert (found["conversion"].value, found["conversion"].interval) == (None, None)
    assert found["engagement_rate_by_views"].value is None
    assert found["posts"].value == 0


def test_money_is_told_by_currency() -> None:
    """In integers; an average to the nearest minor unit."""
    found = figures({"sold@EUR": 5, "orders@EUR": 2, "net@EUR": -5, "gross@GBP": 7, "orders@GBP": 1, "sold@GBP": 7})
    money = {name: one.value for name, one in found.items() if one.currency}
    assert money == {
        "average_basket EUR": 3,
        "average_basket GBP": 7,
        "gmv_gross EUR": 0,
        "gmv_gross GBP": 7,
        "gmv_net EUR": -5,
        "gmv_net GBP": 0,
    }
    assert found["orders"].value == 3


def test_a_record_says_of_when_it_is() -> None:
    """Key, window as an ISO 8601 interval, and how much of it is about posts that are known."""
    told = FigureSums("campaign:spring", START // 86_400 * 86_400, 86_400, 2, {}, 0, 4, 3)
    kpi = kpi_of(told, START + 3600.0, config_digest="d")
    assert kpi.key == "campaign:spring|2026-01-01T00:00:00Z/P1D"
    assert (kpi.revision, kpi.completeness, kpi.as_of.isoformat()) == (2, 0.75, "2026-01-01T11:00:00+00:00")


def test_every_sum_of_a_figure_is_explained() -> None:
    """The dictionary names nothing that nobody sums."""
    known = {name.partition("@")[0] for name in SUMS} | {"voices"}
    parts = [part for one in DICTIONARY for part in (one.numerator, one.denominator) if part]
    assert {name for part in parts for name in (*part.sums, *part.beside)} <= known
    assert len({one.name for one in DICTIONARY}) == len(DICTIONARY)


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (3, 10), (10, 10), (226_600, 2_200_000)])
def test_the_interval_of_wilson(successes: int, trials: int) -> None:
    """As SciPy has it."""
    low, high = binomtest(successes, trials).proportion_ci(method="wilson")
    assert wilson(successes, trials) == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (-1, 3), (4, 3)])
def test_what_is_no_proportion_has_no_interval(successes: int, trials: int) -> None:
    """Sales by code bring orders without clicks, corrections may outweigh."""
    assert wilson(successes, trials) is None
