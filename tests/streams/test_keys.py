"""Which key a record has."""

import json
import math
from typing import Any

import pytest

from detectors.model.engagements import Engagement
from detectors.model.posts import Post
from streams.codec import decode_engagement, decode_post
from streams.keys import engagement_key, post_key
from tests.streams.examples import ENGAGEMENT, ORDER, POST, REFUND


def test_posts_of_a_creator_share_a_key() -> None:
    """The pseudonym's bytes, whatever alphabet it is in."""
    post = decode_post(json.dumps({**POST, "creator_id": "créateur"}).encode(), math.inf)

    assert isinstance(post, Post)
    assert post_key(post) == "créateur".encode()


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({}, b"c1"),
        ({"kind": "order", "order": ORDER}, b"o1"),
        ({"kind": "refund", "refund": REFUND}, b"o1"),
        ({"kind": "like", "order": ORDER}, b"c1"),
    ],
)
def test_engagements_go_to_their_creator_and_sales_to_their_order(changes: dict[str, Any], key: bytes) -> None:
    """An order and its refund meet in one partition; all else meets its posts."""
    engagement = decode_engagement(json.dumps({**ENGAGEMENT, **changes}).encode(), math.inf)

    assert isinstance(engagement, Engagement)
    assert engagement_key(engagement) == key
