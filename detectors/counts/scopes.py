"""Which figures a record adds to: creator tiers, and the scopes of a post."""

from typing import NamedTuple

from detectors.model.posts import Post
from detectors.subjects.formats import format_of

TIERS: tuple[tuple[int, str], ...] = (
    (1_000_000, "mega"),
    (500_000, "macro"),
    (100_000, "mid"),
    (10_000, "micro"),
    (1_000, "nano"),
    (0, "user"),
)
"""Least number of followers of each tier; intervals closed below, open above."""


def tier_of(followers: int | None) -> str | None:
    """The creator tier, or None if the number of followers is not known.

    >>> tier_of(999), tier_of(1_000), tier_of(None)
    ('user', 'nano', None)
    """
    if followers is None:
        return None
    return next(name for least, name in TIERS if followers >= least)


class Scopes(NamedTuple):
    """Where a post or an engagement counts besides `all`; None: not known."""

    platform: str
    format: str | None = None
    tier: str | None = None

    def names(self) -> list[str]:
        """Scopes as the contract writes them.

        >>> Scopes("tiktok", None, "nano").names()
        ['all', 'platform:tiktok', 'tier:nano']
        """
        named = zip(self._fields, self, strict=True)
        return ["all", *(f"{dimension}:{value}" for dimension, value in named if value)]


def scopes_of(post: Post) -> Scopes:
    """The scopes of a post; its format is read from the text where the record does not declare one."""
    return Scopes(post.platform, post.format or format_of(post.text), tier_of(post.followers))
