"""The scopes of a post that anybody can name at will: its campaign, its communities, its creator; as one number."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from detectors.counts.order import once
from detectors.model.engagements import Engagement
from detectors.model.posts import Post
from detectors.subjects.columns import hash64
from detectors.subjects.kinds import Keys

NONE = 0
"""The group of what has no such scope."""

NEW = -1
"""Bucket of a group that was read and not yet used: the post may turn out to be a duplicate."""


class Group(NamedTuple):
    """What a record says of itself. `creator_id` is that of a creator who posts for a campaign, else empty."""

    campaign_id: str
    communities: tuple[str, ...] = ()
    creator_id: str = ""

    def scopes(self) -> list[str]:
        """As the contract writes them.

        >>> Group("spring", ("skin", "hair")).scopes()
        ['campaign:spring', 'community:skin', 'community:hair']
        """
        named = [f"campaign:{self.campaign_id}"] if self.campaign_id else []
        named += [f"community:{name}" for name in self.communities]
        return [*named, f"creator:{self.creator_id}"] if self.creator_id else named

    @property
    def number(self) -> int:
        """64-bit hash: the same on every machine, and after a restart."""
        return hash64("\x1f".join((self.campaign_id, self.creator_id, *self.communities)))


class _Known(msgspec.Struct, array_like=True):
    group: Group
    used: int


class Groups:
    """Groups by number, for as long as a post or an order that READ remembers may be of one.

    Args:
        horizon: buckets after which a group that was not used is forgotten; twice that of the memory of posts.
    """

    def __init__(self, *, horizon: int) -> None:
        self._horizon = horizon
        self._known: dict[int, _Known] = {}
        self._numbers: dict[Group, int] = {}

    def of_posts(self, posts: Sequence[Post]) -> Keys:
        """The group of each post; creators have figures of their own where they post for a campaign. Shape u8[n]."""
        return np.array(
            [
                self._number(p.campaign_id or "", p.communities, p.creator_id if p.campaign_id else "")
                if p.campaign_id or p.communities
                else NONE
                for p in posts
            ],
            np.uint64,
        )

    def of_engagements(self, engagements: Sequence[Engagement]) -> Keys:
        """The group that each engagement names itself: its campaign. Shape u8[n]."""
        return np.array([self._number(e.campaign_id) if e.campaign_id else NONE for e in engagements], np.uint64)

    def scopes(self, number: int) -> list[str]:
        """The scopes of a group; none if it is not known."""
        known = self._known.get(number)
        return known.group.scopes() if known else []

    def use(self, numbers: Keys, bucket: int, kept: int = 0) -> None:
        """These are of a bucket: remember them for a horizon from there, or for `kept` buckets if that is longer."""
        bucket += max(0, kept - self._horizon)
        for number in once(numbers).tolist():
            known = self._known.get(number)
            if known is not None:
                known.used = max(known.used, bucket)

    def expire(self, bucket: int) -> None:
        """Forget what was not used for a horizon before a bucket."""
        for known in self._known.values():
            known.used = bucket if known.used == NEW else known.used
        old = [number for number, known in self._known.items() if known.used <= bucket - self._horizon]
        for number in old:
            del self._numbers[self._known.pop(number).group]

    def snapshot(self) -> bytes:
        """All it remembers."""
        return msgspec.msgpack.encode(sorted(self._known.items()))

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        self._known = dict(msgspec.msgpack.decode(value, type=list[tuple[int, _Known]]))
        self._numbers = {known.group: number for number, known in self._known.items()}

    def _number(self, campaign_id: str, communities: Sequence[str] = (), creator_id: str = "") -> int:
        distinct = tuple(dict.fromkeys(communities)) if len(communities) > 1 else tuple(communities)
        group = Group(campaign_id, distinct, creator_id)
        number = self._numbers.get(group)
        if number is None:
            number = self._numbers[group] = group.number
            self._known[number] = _Known(group, NEW)
        return number
