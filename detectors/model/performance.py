"""What an alert about a post that outperforms stands on."""

from typing import Annotated

import msgspec
from msgspec import Meta


class Performance(msgspec.Struct, frozen=True):
    """What a post that outperforms was compared with, up to one age; None: not known.

    Attributes:
        age_hours: of the post, when its likes, comments, shares and saves were compared.
        times_expected: observed / expected.
        creator_posts, similar_posts: earlier posts that the expectation stands on: of the creator in this format; of
            the same platform, format and tier. All paid for, or none, as the post itself.
    """

    age_hours: Annotated[float, Meta(description="hours")]
    times_expected: float | None
    creator_posts: int
    similar_posts: int
    paid: bool
    platform: str | None
    format: str | None
    tier: str | None
