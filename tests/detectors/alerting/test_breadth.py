"""How widely a trend is spread over communities."""

import pytest

from detectors.alerting.breadth import breadth_of
from detectors.counts.ticks import PostRef
from detectors.trends.trend import SeenPost
from tests.detectors.making import make_post


def seen(*communities: tuple[str, ...], author: int | None = None) -> list[SeenPost]:
    """Posts of one author each, or all of one, that name these communities."""
    return [
        SeenPost(PostRef(0, i, i, i if author is None else author), make_post(f"p{i}", i, communities=named))
        for i, named in enumerate(communities)
    ]


def test_communities_with_three_voices_count() -> None:
    """Three of one, two of another; entropy and evenness are those of 3 : 2."""
    found = breadth_of(seen(*[("gym",)] * 3, *[("home",)] * 2))
    assert found is not None
    assert found.communities == 1
    assert found.entropy == pytest.approx(0.971)
    assert found.evenness == pytest.approx(0.971)


def test_an_even_spread_is_one_and_a_single_community_has_none() -> None:
    """Four communities alike: two bits; a single one: no bit, and nothing to be even with."""
    even = breadth_of(seen(*[(name,) for name in "abcd"] * 3))
    assert even is not None
    assert (even.communities, even.entropy, even.evenness) == (4, 2.0, 1.0)
    single = breadth_of(seen(*[("gym",)] * 5))
    assert single is not None
    assert (single.communities, single.entropy, single.evenness) == (1, 0.0, None)


def test_an_author_is_one_voice_of_each_community() -> None:
    """However many posts; a post may name several communities; of none nothing is said."""
    one = breadth_of(seen(*[("gym", "home")] * 5, author=7))
    assert one is not None
    assert (one.communities, one.entropy) == (0, 1.0)
    assert breadth_of(seen((), ())) is None
