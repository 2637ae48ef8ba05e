"""What an alert about a creator stands on."""

import msgspec


class Conduct(msgspec.Struct, frozen=True):
    """A creator's day that was not as usual, and what it was compared with; None: not known.

    Attributes:
        look: what was looked at: posting, engagement, follower_jump, few_comments, many_comments,
            repeated_commenters.
        days: for so many it has lasted.
        of: beside how many likes, or people who comment, `observed` stands; of new followers: days since their number
            was told before.
        creator_days, similar_days: earlier days that the expectation stands on: of the creator; of creators of the
            same platform and tier.
        followers: the most that was told. posts: made on the first day.
        views: of the time that is looked at; where nobody tells them, engagement. usual: in such a time.
    """

    look: str
    days: int
    of: int | None
    creator_days: int
    similar_days: int
    followers: int | None
    posts: int
    views: int | None
    engagement: int | None
    usual: float | None
    platform: str | None
    tier: str | None
