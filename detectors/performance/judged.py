"""What READ says of posts that reached an age in a bucket. The format between READ and DECIDE; COUNT hands it on."""

import msgspec

MOST = 20
"""Posts that READ sends of one bucket, at most: those that stand out most."""


class Standout(msgspec.Struct, frozen=True, array_like=True):
    """A post that drew much more than is usual.

    Attributes:
        source, offset: where it stands in the source topic. post_id, author: hashes.
        platform, format, tier: empty: not known. paid: whether it says that it is sponsored.
        age: index into `history.AGES_S`. made: the bucket in which it was made.
        observed, expected, low, high: engagements up to that age, and what was to be expected, with its 95 % range.
        own, pool: earlier posts of the creator, and others like it, that this stands on.
        kind: see `usual.kinds`. score: see `score.py`.
        day: what was to be expected of it after the last age; None: not known, or it has reached it.
        before: engagements up to the age before this one; 0 at the first.
    """

    source: int
    offset: int
    post_id: int
    author: int
    platform: str
    format: str
    tier: str
    paid: bool
    age: int
    made: int
    observed: int
    expected: float
    low: float
    high: float
    own: int
    pool: int
    kind: int
    score: float
    day: float | None = None
    before: int = 0


class KindSums(msgspec.Struct, frozen=True, array_like=True):
    """Posts of one kind: how many were compared, how many of them lie beyond `tails.EDGE`, and by how much in all."""

    kind: int
    posts: int
    beyond: int
    excess: float


class Day(msgspec.Struct, frozen=True, array_like=True):
    """What a post that was sent had drawn up to the last age; `made` is the bucket in which it was made."""

    post_id: int
    made: int
    observed: int


class Judged(msgspec.Struct, frozen=True, array_like=True):
    """All about one bucket.

    Attributes:
        gone: ids of posts that were sent and are deleted.
        creators: of creators' days, see `detectors/creators/told.py`; empty: none was compared.
        days: of posts that were sent and now reached the last age.
    """

    kinds: tuple[KindSums, ...] = ()
    standouts: tuple[Standout, ...] = ()
    gone: tuple[int, ...] = ()
    creators: bytes = b""
    days: tuple[Day, ...] = ()


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Judged).decode
