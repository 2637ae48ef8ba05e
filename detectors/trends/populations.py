"""Which segments may be named: those of ten creators or more, by what COUNT says, by series, by posts that were read.

Of a segment with fewer people, what is said of it is said of persons. What is not known to be large enough is small.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from detectors.counts.scopes import scopes_of
from detectors.counts.segment_table import ALL, LEAST_PEOPLE, MAX_SEGMENTS
from detectors.counts.ticks import Tick
from detectors.model.posts import Post

PEOPLED = ("platform", "community", "tier", "language", "format")
"""Dimensions whose values are groups of people; a campaign and a creator are named on purpose."""


class PopulationsState(msgspec.Struct, frozen=True, array_like=True):
    """When each segment last had people enough; of the others, creators whose posts were read, and when."""

    enough: dict[str, int]
    seen: dict[str, dict[int, int]]


_read_state = msgspec.msgpack.Decoder(PopulationsState).decode


class Populations:
    """Remembers for a day which segments have people enough.

    Args:
        day: in buckets.

    >>> known = Populations(day=288)
    >>> for author in range(10):
    ...     known.see(Post(post_id="1", creator_id="c", platform="x", language="fr"), author, 100)
    >>> known.may_name("platform:x"), known.may_name("platform:y"), known.may_name("all")
    (True, False, True)
    """

    def __init__(self, *, day: int) -> None:
        self._day = day
        self._enough: dict[str, int] = {}
        self._seen: dict[str, dict[int, int]] = {}

    def may_name(self, scope: str) -> bool:
        """Whether a scope has people enough, or is not one of people."""
        return scope in self._enough or scope.partition(":")[0] not in PEOPLED

    def learn(self, bucket: int, ticks: Iterable[Tick], series: Mapping[str, int]) -> None:
        """Take what the ticks of a bucket say, and the sums of its series."""
        told = {name for tick in ticks for name in tick.populous}
        for name, value in series.items():
            figure, _, scope = name.partition("|")
            if figure == "voices" and value >= LEAST_PEOPLE and scope != ALL:
                told.add(scope)
        self._enough.update(dict.fromkeys(sorted(told), bucket))
        if any(at <= bucket - self._day for at in self._enough.values()):
            self._enough = {name: at for name, at in self._enough.items() if at > bucket - self._day}

    def see(self, post: Post, author: int, bucket: int) -> None:
        """Take a post that was read."""
        for name in segments_of(post):
            if self._enough.get(name, bucket - self._day) > bucket - self._day // 2:
                continue
            people = self._seen.get(name)
            if people is None:
                if len(self._seen) >= MAX_SEGMENTS:
                    self._forget(bucket)
                    continue
                people = self._seen[name] = {}
            people.pop(author, None)
            people[author] = bucket  # the latest stand last
            if len(people) > LEAST_PEOPLE:
                del people[next(iter(people))]
            if sum(at > bucket - self._day for at in people.values()) >= LEAST_PEOPLE:
                self._enough[name] = bucket

    def snapshot(self) -> bytes:
        """All it remembers."""
        return msgspec.msgpack.encode(PopulationsState(self._enough, self._seen))

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        state = _read_state(value)
        self._enough, self._seen = state.enough, state.seen

    def _forget(self, bucket: int) -> None:
        """Let go of segments of which no post was read for a day."""
        self._seen = {name: people for name, people in self._seen.items() if max(people.values()) > bucket - self._day}


@lru_cache(maxsize=5000)
def segments_of(post: Post) -> tuple[str, ...]:
    """The segments that a post is in, as the contract writes scopes; remembered, for a post is looked at often.

    >>> segments_of(Post(post_id="1", creator_id="c", platform="x", followers=2_000, communities=("gym", "gym")))
    ('platform:x', 'tier:nano', 'community:gym')
    """
    names = scopes_of(post).names()[1:]
    names += [f"community:{name}" for name in dict.fromkeys(post.communities)]
    return (*names, f"language:{post.language}") if post.language else tuple(names)
