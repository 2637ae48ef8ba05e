"""How much ordinary bursts surprise on this stream, and how many stories there were."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.trends.stories import KEPT, LOWER, MIDDLE, MOST_KEYS, MOST_STORIES, Burst, Stories, quantile

DAY = 288


def seen(excesses: list[float], *, told: bool = False) -> Stories:
    """One story a bucket, of these excesses."""
    stories = Stories(day=DAY)
    for bucket, excess in enumerate(excesses):
        stories.see(bucket, [Burst([bucket], excess)])
        if told:
            stories.tell([bucket])
    stories.see(len(excesses), [])
    return stories


def holding(bursts: list[tuple[float, float]]) -> Stories:
    """One story a bucket, of these excesses, whose posts hold together so well."""
    stories = Stories(day=DAY)
    for bucket, (excess, held) in enumerate(bursts):
        stories.see(bucket, [Burst([bucket], excess, held)])
    stories.see(len(bursts), [])
    return stories


def drawn(mean: float, n: int = KEPT, seed: int = 5) -> list[float]:
    """Quantiles of an exponential in some order: excesses of ordinary stories."""
    values = [-mean * math.log((i + 0.5) / n) for i in range(n)]
    random.Random(seed).shuffle(values)
    return values


def test_before_any_was_seen_the_model_is_believed() -> None:
    """An excess of ln 1000 has a chance of one in a thousand."""
    assert Stories(day=DAY).usual().p(math.log(1000)) == pytest.approx(1e-3)


@pytest.mark.parametrize("mean", [2.0, 4.0])
def test_it_learns_how_much_ordinary_stories_surprise(mean: float) -> None:
    """Where they surprise more than the model says, a burst must stand out from them."""
    assert seen(drawn(mean)).usual().excess == pytest.approx(mean, rel=0.25)


def test_the_model_is_a_lower_bound() -> None:
    """Stories that surprise less than chance allows make nothing more certain."""
    assert seen(drawn(0.2)).usual().excess == 1.0


def test_a_few_great_ones_change_little() -> None:
    """True trends that were missed are among the ordinary: a median does not follow them."""
    assert seen(drawn(1.0, 80) + [30.0] * 10).usual().excess < 1.0 + seen(drawn(1.0, 80)).usual().excess * 0.5


def test_it_learns_how_well_ordinary_stories_hold_together() -> None:
    """Where a rare word is always used of one thing, that its posts hold together says little."""
    found = holding(list(zip(drawn(1.0), drawn(5.0, seed=6), strict=True)))
    assert found.usual().held == pytest.approx(5.0, rel=0.25)
    assert found.usual().together(1e-5) == pytest.approx(1e-5 ** (1 / found.usual().held))
    assert found.usual().excess == pytest.approx(1.0, abs=0.3)


def test_where_they_do_not_coherence_is_taken_at_its_word() -> None:
    """A lower bound, as for the excess."""
    found = holding([(excess, 0.0) for excess in drawn(1.0)])
    assert found.usual().held == 1.0
    assert found.usual().together(0.003) == pytest.approx(0.003)


def test_subjects_of_an_event_that_did_not_join_it_change_little() -> None:
    """Half of what was not told holds together: a lower quartile does not follow it."""
    found = holding([(excess, 0.0) for excess in drawn(1.0, 60)] + [(2.0, 8.0)] * 60)
    assert found.usual().held == 1.0


def test_what_was_told_is_not_ordinary() -> None:
    """It does not raise the mean; it counts among the stories."""
    stories = seen([20.0] * 30, told=True)
    assert (stories.usual().excess, stories.count, stories.told) == (1.0, 30, 30)


def test_a_story_goes_on_as_long_as_it_shares_subjects() -> None:
    """And counts with the greatest excess it had."""
    stories = Stories(day=DAY)
    stories.see(0, [Burst([1, 2], 5.0), Burst([9], 0.1)])
    stories.see(3, [Burst([2, 3], 1.0)])
    stories.see(5, [Burst([3], 2.0)])
    assert stories.count == 2
    stories.see(6, [])
    assert stories.usual().excess > 1.0
    stories.tell([3])
    stories.see(7, [])
    assert (stories.told, stories.usual().excess) == (1, 1.0)  # 0.1 alone is left


def test_a_story_is_not_measured_against_itself() -> None:
    """A trend that burst in the warm-up and goes on is not made harder to tell by its own beginning."""
    stories = Stories(day=DAY)
    stories.see(0, [Burst([1, 2], 20.0, 20.0), Burst([3], 2.0, 1.0)])
    stories.see(1, [Burst([2, 4], 21.0, 22.0)])
    alone = Stories(day=DAY)
    alone.see(0, [Burst([3], 2.0, 1.0)])
    alone.see(1, [])
    assert stories.usual([4]) == stories.usual([1, 9]) == alone.usual()
    assert stories.usual([9]) == stories.usual() > alone.usual()


def test_what_goes_on_with_a_trend_is_no_story_of_its_own() -> None:
    """A further subject of what was told: it counts neither way."""
    stories = Stories(day=DAY)
    stories.see(0, [Burst([1], 5.0), Burst([2], 5.0)])
    stories.tell([1], new=False)
    assert (stories.count, stories.told) == (1, 0)


def test_a_day_later_it_is_forgotten() -> None:
    """As a story; its surprise is still known."""
    stories = seen(drawn(4.0, 60))
    before = stories.usual().excess
    stories.see(61 + DAY, [])
    stories.see(62 + DAY, [])
    assert stories.count == 0
    assert stories.usual().excess == pytest.approx(before)


def test_it_goes_on_from_a_snapshot() -> None:
    """The same bursts then lead to the same."""
    stories = seen(drawn(3.0, 400))
    stories.tell([399, 398])
    again = Stories(day=DAY)
    again.restore(stories.snapshot())
    for one in (stories, again):
        one.see(401, [Burst([399, 1000], 9.0)])
        one.tell([1000])
    assert again.snapshot() == stories.snapshot()
    assert (again.usual().excess, again.count, again.told) == (stories.usual().excess, stories.count, stories.told)


def test_its_size_is_bounded() -> None:
    """However many bursts a bucket has."""
    stories = Stories(day=DAY)
    stories.see(0, [Burst(list(range(100 * i, 100 * i + 100)), 1.0) for i in range(MOST_STORIES + 100)])
    assert stories.count == MOST_STORIES
    assert len(stories.snapshot()) < MOST_STORIES * (MOST_KEYS * 9 + 20)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30), st.sampled_from([LOWER, MIDDLE, 0.0, 0.9, 1.0]))
def test_the_quantile_is_numpy_s(values: list[float], part: float) -> None:
    """To the last bit."""
    assert quantile(values, part) == float(np.quantile(values, part))
