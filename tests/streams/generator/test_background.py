from collections import Counter
from random import Random

import pytest

from streams.generator.background import Background
from streams.generator.daily import HOUR_S, community_activity, region_activity
from streams.generator.lexicon import COMMUNITIES, LANGUAGES
from streams.generator.posts import Draft
from streams.generator.world import TIERS, make_world

START_AT = 1_748_822_400.0
HOURS = 24


@pytest.fixture(scope="module")
def day() -> list[Draft]:
    world = make_world(Random("world"), 500.0, START_AT)
    return list(Background(Random("posts"), world, 500.0).drafts(START_AT, START_AT + HOURS * HOUR_S))


@pytest.mark.parametrize("language", LANGUAGES)
def test_activity_is_one_on_average(language: str) -> None:
    """The asked volume is the mean over a day, whatever the cycle's swing."""
    activity = [region_activity(language, minute * 60.0) for minute in range(1_440)]

    assert sum(activity) / len(activity) == pytest.approx(1.0, abs=1e-9)
    assert min(activity) > 0.2


def test_community_activity_is_one_on_average() -> None:
    """No community gains by its hours."""
    assert sum(community_activity(3, minute * 60.0) for minute in range(1_440)) == pytest.approx(1_440)


def test_evenings_are_busier_than_nights(day: list[Draft]) -> None:
    """The daily cycle is there to be learned."""
    by_hour = Counter(int((draft.at - START_AT) // HOUR_S) for draft in day)

    assert by_hour[19] > 2 * by_hour[5]


def test_hours_vary_as_chance_does(day: list[Draft]) -> None:
    """Five-minute counts around their hour's level are Poisson: their variance is about their mean."""
    counts = Counter(int((draft.at - START_AT) // 300) for draft in day)
    level = Counter(int((draft.at - START_AT) // HOUR_S) for draft in day)
    scaled = [(counts[place] - level[place // 12] / 12) ** 2 / (level[place // 12] / 12) for place in range(288)]

    assert sum(scaled) / len(scaled) == pytest.approx(11 / 12, abs=0.25)


def test_no_subject_gathers_voices_of_its_own(day: list[Draft]) -> None:
    """In no hour does a hashtag have far more voices than its day explains (5 standard deviations and 5 voices)."""
    by_hour: Counter[tuple[str, int]] = Counter()
    whole: Counter[str] = Counter()
    for draft in day:
        for tag in draft.record.get("hashtags", ()):
            by_hour[tag, int((draft.at - START_AT) // HOUR_S)] += 1
            whole[tag] += 1
    busiest = 1.7  # times the mean: the evening
    for (tag, _), voices in by_hour.items():
        expected = busiest * whole[tag] / HOURS
        assert voices <= expected + 5 * expected**0.5 + 5


def test_world_is_wide(day: list[Draft]) -> None:
    """Both languages, all communities, tiers and platforms; formats, campaigns, reposts and replies occur."""
    records = [draft.record for draft in day]

    assert {draft.creator.language for draft in day} == set(LANGUAGES)
    assert {draft.creator.communities[0] for draft in day} == set(COMMUNITIES)
    assert {draft.creator.tier for draft in day} == set(TIERS)
    assert len({record["platform"] for record in records}) == 4
    for field in ("format", "sounds", "products", "brands", "sponsored", "promo_codes", "repost_of", "reply_to"):
        assert any(field in record for record in records), field


def test_tiers_follow_followers(day: list[Draft]) -> None:
    """The tier is the one of the domain's bounds: lower bound in, upper bound out."""
    for draft in day:
        low, high, _ = TIERS[draft.creator.tier]
        assert low <= draft.record["followers"] < high


def test_vocabulary_is_large(day: list[Draft]) -> None:
    """Thousands of distinct words, so that none is news."""
    words = {word.strip("#:,.!?-").casefold() for draft in day for word in draft.record["text"].split()}

    assert len(words) >= 3_000
