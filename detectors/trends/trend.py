"""One open trend: its subjects, its posts so far, its history. What is done about it is decided elsewhere."""

import itertools
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Self

import msgspec
import numpy as np

from detectors.counts.ticks import Candidate, PostRef
from detectors.model.alerts import Action, Novelty, Severity, State
from detectors.model.posts import Post
from detectors.subjects.names import Name, names_of
from detectors.trends.leader import moment_of, recognisable, speaks_for
from detectors.trends.lifecycle import SETTLES, Life, Moment, Pace, Reason, gone, handed_over, next_life
from detectors.trends.spellings import Spellings
from detectors.trends.trend_state import PostState, TrendState, read_post, read_posts, read_state
from detectors.trends.words import Bag

Texts = Mapping[tuple[int, int], Post | None]
"""Posts by (source partition, offset); None where the post is gone or no longer readable."""

HISTORY_BUCKETS = 288
"""Moments kept for the trend's curve."""

MAX_POSTS = 2000
"""Posts remembered by number, the latest, to see that a later alarm speaks of the same posts."""

MAX_READ = 500
"""Posts remembered with their texts, the latest and the very first: they are looked at whenever there is news."""

PART_POSTS = 100
"""Posts that are written together: what is full does not change any more."""


@lru_cache(maxsize=5000)
def names_in(post: Post) -> tuple[Name, ...]:
    """The subjects of a post, remembered: a post is looked at for every subject that it names, tick after tick."""
    return tuple(names_of(post))


class SeenPost:
    """A post of the trend that was read: where it stands, what it says, its subjects (worked out when asked for)."""

    def __init__(self, ref: PostRef, post: Post) -> None:
        self.ref = ref
        self.post = post

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Its subjects as it spells them."""
        return names_in(self.post)

    @cached_property
    def words(self) -> frozenset[int]:
        """Keys of its words."""
        return frozenset(name.key for name in self.names if name.kind == "word")


class OpenTrend:
    """A group of subjects people talk about together.

    Args:
        trend_id: stable id.
        bucket: the bucket whose closing raised it.
        group: its first subjects, most surprising first.
    """

    def __init__(self, trend_id: str, bucket: int, group: list[Candidate]) -> None:
        self.trend_id = trend_id
        self.first_bucket = bucket
        self.last_bucket = bucket
        self.joined_bucket = bucket
        """When a subject last joined: others may, for a while after."""
        self.leader = group[0].key
        self.subjects: dict[int, Candidate] = {}
        self.post_ids: dict[int, None] = {}
        """In the order in which they came."""
        self.words: Bag = Counter()
        self.seen: dict[int, SeenPost] = {}
        self._spellings = Spellings()
        self.dropped = 0
        self.missing = 0
        self.life = Life()
        self.reason = Reason.STARTED
        self.severity: Severity = "info"
        self.fading = 0
        self.held = 0
        self.held_limit = 0.0
        self.novelty: Novelty | None = None
        self.history: deque[Moment] = deque(maxlen=HISTORY_BUCKETS)
        self.peak: Moment | None = None
        self.revision = 0
        self.notified_bucket = bucket
        self.notified_observed = 0.0
        self.notified_severity: Severity = "info"
        self.notified_action: Action | None = None
        self.notified_occurrence = 1
        self.scope = self.first_scope = self.notified_scope = group[0].scope
        """Where it is told of, where it was found, where it was when last told."""

    @property
    def state(self) -> State:
        """Where it is in its life."""
        return self.life.state

    def take(self, bucket: int, candidates: Iterable[Candidate], texts: Texts) -> None:
        """Add subjects and their posts."""
        for candidate in candidates:
            self.subjects[candidate.key] = candidate
            for ref in candidate.posts:
                self._take_post(ref, texts)
        self.last_bucket = bucket

    def choose_leader(self) -> None:
        """Let the most recognisable of the large subjects lead; call once, when the first posts are read."""
        told = self.spellings()
        self.leader = recognisable([self.subjects[key] for key in told], told) or self.leader

    def lead(self, live: Sequence[Candidate], surprising: float) -> Candidate | None:
        """Who speaks for the trend in this bucket: its leader, or another once the leader is gone for some buckets.

        The leader is gone when it is no longer told, or its surplus of people is small beside another member's. Only a
        member that surprises may follow: at the end of a trend all fade, and none takes over from another.

        Args:
            live: members that the bucket tells of.
            surprising: surprise from which one does, decades.
        """
        leader = next((c for c in live if c.key == self.leader), None)
        heirs = [c for c in live if c.surprise >= surprising and c.key != self.leader]
        if not heirs or (leader is not None and speaks_for(leader, heirs)):
            self.fading = 0
            return leader
        self.fading += 1
        if self.fading < SETTLES:
            return leader
        told = self.spellings()
        chosen = recognisable([c for c in heirs if c.key in told], told)
        if chosen is None:
            return leader
        self.leader, self.fading = chosen, 0
        self.life = handed_over(self.life)
        return self.subjects[chosen]

    def spellings(self) -> dict[int, Name]:
        """The trend's subjects that its posts spell, each in its most used spelling."""
        return self._spellings.told(self.subjects, (post.names for post in self.seen.values()))

    def measure(self, bucket: int, candidate: Candidate, pace: Pace) -> None:
        """Add a moment to the history, of the leading subject, and move on in life."""
        moment = moment_of(bucket, candidate, pace)
        self.history.append(moment)
        if self.peak is None or moment.observed > self.peak.observed:
            self.peak = moment
        self.life, self.reason = next_life(self.life, self.history, pace)

    def end(self) -> None:
        """None of its subjects is told any more."""
        self.life, self.reason = gone(self.life)

    def _take_post(self, ref: PostRef, texts: Texts) -> None:
        if ref.post_id in self.post_ids or (ref.source, ref.offset) not in texts:
            return
        self.post_ids[ref.post_id] = None
        if len(self.post_ids) > MAX_POSTS:
            del self.post_ids[next(iter(self.post_ids))]
        post = texts[ref.source, ref.offset]
        if post is None:
            self.missing += 1
            return
        seen = SeenPost(ref, post)
        self.words.update(seen.words)
        self.seen[ref.post_id] = seen
        self._spellings.come(seen.names)
        if len(self.seen) > MAX_READ:
            first, second = itertools.islice(self.seen.items(), 2)
            self._spellings.go(self.seen.pop(max(first, second, key=_written)[0]).names)
            self.dropped += 1

    def snapshot(self) -> bytes:
        """All it remembers, its posts aside."""
        fields = {name: getattr(self, name) for name in _AS_THEY_ARE}
        state = TrendState(
            subjects=tuple(self.subjects.values()),
            post_ids=np.fromiter(self.post_ids, np.uint64, len(self.post_ids)).tobytes(),
            history=tuple(self.history),
            **fields,
        )
        return msgspec.msgpack.encode(state)

    def snapshot_posts(self) -> Iterator[tuple[int, bytes]]:
        """Its posts in numbered parts."""
        parts: dict[int, list[PostState]] = {}
        for number, seen in enumerate(self.seen.values(), self.dropped):
            state = PostState(seen.ref, msgspec.json.encode(seen.post))
            parts.setdefault(number // PART_POSTS, []).append(state)
        for part, states in parts.items():
            yield part, msgspec.msgpack.encode(states)

    @classmethod
    def restored(cls, value: bytes, posts: Iterable[bytes]) -> Self:
        """One that goes on from a snapshot.

        Args:
            posts: the parts in the order of their numbers.
        """
        state = read_state(value)
        made = cls(state.trend_id, state.first_bucket, list(state.subjects))
        for name in _AS_THEY_ARE:
            setattr(made, name, getattr(state, name))
        made.subjects = {candidate.key: candidate for candidate in state.subjects}
        made.post_ids = dict.fromkeys(np.frombuffer(state.post_ids, np.uint64).tolist())
        made.words = Counter(state.words)
        made.history.extend(state.history)
        for seen in (seen for part in posts for seen in read_posts(part)):
            made.seen[seen.ref.post_id] = SeenPost(seen.ref, read_post(seen.post))
        return made


_AS_THEY_ARE = sorted({*TrendState.__struct_fields__} - {"subjects", "post_ids", "history"})


def _written(item: tuple[int, SeenPost]) -> tuple[bool, float]:
    """Orders posts by when they were written; a time that is not known is late."""
    at = item[1].post.created_at
    return at is None, at.timestamp() if at else 0.0


def seen_of(refs: Iterable[PostRef], texts: Texts) -> list[SeenPost]:
    """Those of these posts that could be read."""
    return [SeenPost(ref, post) for ref in refs if (post := texts.get((ref.source, ref.offset))) is not None]


def bag_of(refs: Iterable[PostRef], texts: Texts) -> Bag:
    """The words of these posts: in how many posts each stands."""
    bag: Bag = Counter()
    for ref in refs:
        post = texts.get((ref.source, ref.offset))
        if post is not None:
            bag.update({name.key for name in names_in(post) if name.kind == "word"})
    return bag
