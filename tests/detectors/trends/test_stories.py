"""How well ordinary bursts score on this stream, and how many stories there were."""

import math
import random

import pytest

from detectors.trends.stories import KEPT, MOST_KEYS, MOST_STORIES, Burst, Stories

DAY = 288


def seen(scores: list[float], *, told: bool = False, about: bool = False) -> Stories:
    """One story a bucket, of these scores."""
    stories = Stories(day=DAY)
    for bucket, score in enumerate(scores):
        stories.see(bucket, [Burst([bucket], score, about)])
        if told:
            stories.tell([bucket])
    stories.see(len(scores), [])
    return stories


def drawn(mean: float, n: int = KEPT, seed: int = 5) -> list[float]:
    """Quantiles of an exponential in some order: scores of ordinary stories."""
    values = [-mean * math.log((i + 0.5) / n) for i in range(n)]
    random.Random(seed).shuffle(values)
    return values


def test_before_any_was_seen_the_models_are_believed() -> None:
    """A score of ln 1000 has a chance of one in a thousand."""
    assert Stories(day=DAY).usual() == 1.0


@pytest.mark.parametrize("mean", [2.0, 4.0])
def test_it_learns_how_well_ordinary_stories_score(mean: float) -> None:
    """Where they score better than the models say, a burst must stand out from them."""
    assert seen(drawn(mean)).usual() == pytest.approx(mean, rel=0.25)


def test_the_models_are_a_lower_bound() -> None:
    """Stories that score less than chance allows make nothing more certain."""
    assert seen(drawn(0.2)).usual() == 1.0


def test_a_few_great_ones_change_little() -> None:
    """True trends that were missed are among the ordinary: a median does not follow them."""
    assert seen(drawn(1.0, 80) + [30.0] * 10).usual() < 1.0 + seen(drawn(1.0, 80)).usual() * 0.5


def test_what_is_about_an_open_trend_is_not_ordinary() -> None:
    """The further words of a large event make no other harder to tell; they count among the stories, not as told."""
    stories = seen([20.0] * 30, about=True)
    assert (stories.usual(), stories.count, stories.told) == (1.0, 30, 0)
    once = Stories(day=DAY)
    once.see(0, [Burst([1], 20.0)])
    once.see(1, [Burst([1], 3.0, about=True)])  # the trend was told a moment later
    once.see(2, [Burst([1], 3.0)])
    once.see(3, [])
    assert once.usual() == 1.0


def test_what_was_told_is_not_ordinary() -> None:
    """It does not raise the mean; it counts among the stories."""
    stories = seen([20.0] * 30, told=True)
    assert (stories.usual(), stories.count, stories.told) == (1.0, 30, 30)


def test_a_story_goes_on_as_long_as_it_shares_subjects() -> None:
    """And counts with the greatest score it had."""
    stories = Stories(day=DAY)
    stories.see(0, [Burst([1, 2], 5.0), Burst([9], 0.1)])
    stories.see(3, [Burst([2, 3], 1.0)])
    stories.see(5, [Burst([3], 2.0)])
    assert stories.count == 2
    stories.see(6, [])
    assert stories.usual() > 1.0
    stories.tell([3])
    stories.see(7, [])
    assert (stories.told, stories.usual()) == (1, 1.0)  # 0.1 alone is left


def test_a_story_is_not_measured_against_itself() -> None:
    """A trend that burst in the warm-up and goes on is not made harder to tell by its own beginning."""
    stories = Stories(day=DAY)
    stories.see(0, [Burst([1, 2], 20.0), Burst([3], 2.0)])
    stories.see(1, [Burst([2, 4], 21.0)])
    alone = Stories(day=DAY)
    alone.see(0, [Burst([3], 2.0)])
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
    """As a story; its score is still known."""
    stories = seen(drawn(4.0, 60))
    before = stories.usual()
    stories.see(61 + DAY, [])
    stories.see(62 + DAY, [])
    assert stories.count == 0
    assert stories.usual() == pytest.approx(before)


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
    assert (again.usual(), again.count, again.told) == (stories.usual(), stories.count, stories.told)


def test_its_size_is_bounded() -> None:
    """However many bursts a bucket has."""
    stories = Stories(day=DAY)
    stories.see(0, [Burst(list(range(100 * i, 100 * i + 100)), 1.0) for i in range(MOST_STORIES + 100)])
    assert stories.count == MOST_STORIES
    assert len(stories.snapshot()) < MOST_STORIES * (MOST_KEYS * 9 + 20)
