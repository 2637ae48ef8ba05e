"""Campaigns, communities and creators as one number, for as long as a post may be of them."""

import numpy as np

from detectors.figures.groups import NONE, Groups
from tests.detectors.making import make_engagement, make_post


def test_what_a_post_says_of_itself() -> None:
    """A creator has figures where there is a campaign; a community that is named twice counts once."""
    groups = Groups(horizon=10)
    posts = [
        make_post("a", 0, creator="c1"),
        make_post("b", 0, creator="c1", communities=("skin", "skin", "hair")),
        make_post("c", 0, creator="c1", campaign_id="spring", communities=("skin",)),
        make_post("d", 0, creator="c1", communities=("skin", "hair")),
    ]
    numbers = groups.of_posts(posts).tolist()
    assert numbers[0] == NONE
    assert numbers[1] == numbers[3]
    assert groups.scopes(numbers[1]) == ["community:skin", "community:hair"]
    assert groups.scopes(numbers[2]) == ["campaign:spring", "community:skin", "creator:c1"]


def test_an_engagement_names_its_campaign() -> None:
    """As an order does, which knows no post."""
    groups = Groups(horizon=10)
    (number,) = groups.of_engagements([make_engagement("e", 0, campaign_id="spring")]).tolist()
    assert groups.scopes(number) == ["campaign:spring"]


def test_what_is_not_used_is_forgotten() -> None:
    """A horizon after its last use; what was only read, as if it had been used then. A snapshot keeps that."""
    groups = Groups(horizon=10)
    first, second = groups.of_posts([make_post(n, 0, communities=(n,)) for n in "ab"]).tolist()
    groups.use(np.array([first], np.uint64), 3)
    groups.expire(5)
    again = Groups(horizon=10)
    again.restore(groups.snapshot())
    for one in (groups, again):
        one.expire(13)
        assert (one.scopes(first), one.scopes(second)) == ([], ["community:b"])
        one.expire(15)
        assert one.scopes(second) == []
    assert again.snapshot() == groups.snapshot()
