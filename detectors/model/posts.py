"""A post as it arrives on the input topic. What it means for a trend is decided elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from detectors.model.fields import (
    EARLIEST,
    Brief,
    Count,
    FewNames,
    Format,
    Identifier,
    Instant,
    Media,
    Names,
    PlatformName,
    Problem,
    out_of_time,
)


class Post(msgspec.Struct, frozen=True, gc=False):
    """One record of `social.posts.v1`. Unknown fields are ignored."""

    post_id: Identifier
    creator_id: Identifier
    platform: PlatformName
    created_at: Instant | None = None
    action: Literal["create", "update", "delete"] = "create"
    deleted_at: Instant | None = None
    text: Annotated[str, Meta(max_length=10_000)] = ""
    language: Annotated[str, Meta(max_length=35, description="BCP 47")] | None = None
    hashtags: Names | None = None
    mentions: Names | None = None
    sounds: Names = ()
    products: Names = ()
    brands: Names = ()
    links: Names = ()
    format: Format | None = None
    media: Media | None = None
    followers: Count | None = None
    account_created_at: Instant | None = None
    communities: FewNames = ()
    campaign_id: Identifier | None = None
    brief: Brief | None = None
    sponsored: bool | None = None
    promo_codes: FewNames = ()
    link_ids: FewNames = ()
    repost_of: Identifier | None = None
    reply_to: Identifier | None = None


def simple(posts: Sequence[Post], latest: datetime) -> bool:
    """Whether none of these posts breaks a rule between fields or needs a change: a quick look that may say no.

    Args:
        latest: the latest event time to be believed of any of them.
    """
    times = [post.created_at for post in posts if post.action == "create" and post.created_at]
    return (
        len(times) == len(posts)
        and min(times, default=latest) >= EARLIEST
        and max(times, default=latest) <= latest
        and all(map(str.islower, {post.platform for post in posts}))
    )


def problem(post: Post, latest: datetime) -> Problem | None:
    """Say what the types cannot: which rule between fields a post breaks, or None.

    Args:
        latest: the latest event time to be believed.
    """
    if post.action == "delete":
        if post.deleted_at is None:
            return Problem("missing_field", "`deleted_at` is required for a delete")
        wrong = out_of_time("deleted_at", post.deleted_at, latest)
        if wrong or post.created_at is None:
            return wrong
    elif post.created_at is None:
        return Problem("missing_field", "`created_at` is required")
    return out_of_time("created_at", post.created_at, latest)
