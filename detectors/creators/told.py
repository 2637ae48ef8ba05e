"""What READ says of creators' days that were compared in a bucket. The format between READ and DECIDE."""

import msgspec

from detectors.performance.judged import KindSums

MOST = 20
"""Looks at creators that READ sends of one bucket, at most: those that stand out most."""


class OddDay(msgspec.Struct, frozen=True, array_like=True):
    """A day of a creator that strays from what was to be expected in one respect.

    Attributes:
        source: partition. posts: offset and id of some of its latest posts, from whose records its name is known.
        author: hash of the creator. platform, tier: empty: not known. look: index into `looks.LOOKS`. day: since 1970.
        observed, expected, low, high: of the look, and what was to be expected, with its 95 % range.
        of: likes, or people who comment, beside which `observed` stands; days over which followers were gained.
        own, similar: earlier days of the creator, and of creators alike, that this stands on.
        followers: as said last, -1: not. views, usual_views: of the day, or of the time since followers were told
            before, -1: not known; engagements if `by_views` is false. made: posts of the day.
        kind: see `usual.kinds`. score: see `performance/score.py`.
    """

    source: int
    posts: tuple[tuple[int, int], ...]
    author: int
    platform: str
    tier: str
    look: int
    day: int
    observed: int
    expected: float
    low: float
    high: float
    of: int
    own: int
    similar: int
    followers: int
    views: int
    usual_views: float
    by_views: bool
    made: int
    kind: int
    score: float


class CreatorsTold(msgspec.Struct, frozen=True, array_like=True):
    """All about one bucket."""

    kinds: tuple[KindSums, ...] = ()
    odd: tuple[OddDay, ...] = ()


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(CreatorsTold).decode
