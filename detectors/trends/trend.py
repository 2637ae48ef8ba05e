"""One open trend: its subjects, its posts so far, its history. What is done about it is decided elsewhere."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Self

import msgspec
import numpy as np

from detectors.counts.ticks import Candidate, PostRef
from detectors.model.alerts import Severity, State
from detectors.model.posts import Post
from detectors.subjects.kinds import Kind
from detectors.subjects.names import Name, names_of
from detectors.trends.lifecycle import TICKS_TO_CHANGE, Moment, Reason, next_state
from detectors.trends.words import Bag

Texts = Mapping[tuple[int, int], Post | None]
"""Posts by (source partition, offset); None where the post is gone or no longer readable."""

LABEL_ORDER: dict[Kind, int] = {"hashtag": 0, "sound": 1, "product": 1, "brand": 1, "phrase": 2, "word": 3, "format": 4}
"""Which kind of subject people recognise a trend by, best first."""

LABEL_SHARE = 0.5
"""A label must hold this share of the people of the trend's largest subject."""

HISTORY_BUCKETS = 288
"""Moments kept for the trend's curve."""

MAX_POSTS = 2000
"""Posts remembered by number, to see that a later alarm speaks of the same posts."""


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
    def words(self) -> set[int]:
        """Keys of its words."""
        return {name.key for name in self.names if name.kind == "word"}


class PostState(msgspec.Struct, frozen=True, array_like=True):
    """A post that was read; as JSON, for it keeps the zones in which the post's times are written."""

    ref: PostRef
    post: bytes


class TrendState(msgspec.Struct, frozen=True, kw_only=True):
    """All that a trend remembers, its posts aside; `post_ids` is a sorted u8[n]."""

    trend_id: str
    first_bucket: int
    last_bucket: int
    joined_bucket: int
    leader: int
    subjects: tuple[Candidate, ...]
    post_ids: bytes
    words: dict[int, int]
    dropped: int
    missing: int
    state: State
    reason: Reason
    history: tuple[Moment, ...]
    peak: Moment | None
    returned_bucket: int
    revision: int
    notified_bucket: int
    notified_observed: float
    notified_severity: Severity


_read_state = msgspec.msgpack.Decoder(TrendState).decode
_read_posts = msgspec.msgpack.Decoder(tuple[PostState, ...]).decode
_read_post = msgspec.json.Decoder(Post).decode


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
        self.post_ids: set[int] = set()
        self.words: Bag = Counter()
        self.seen: dict[int, SeenPost] = {}
        self.dropped = 0
        self.missing = 0
        self.state: State = "emerging"
        self.reason = Reason.STARTED
        self.history: deque[Moment] = deque(maxlen=HISTORY_BUCKETS)
        self.peak: Moment | None = None
        self.returned_bucket = 0
        self.revision = 0
        self.notified_bucket = bucket
        self.notified_observed = 0.0
        self.notified_severity: Severity = "info"

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
        most = max((self.subjects[key].observed for key in told), default=0)
        large = [key for key in told if self.subjects[key].observed >= LABEL_SHARE * most]
        self.leader = min(
            large,
            key=lambda key: (
                LABEL_ORDER[told[key].kind],
                -self.subjects[key].observed,
                -self.subjects[key].surprise,
                key,
            ),
            default=self.leader,
        )

    def spellings(self) -> dict[int, Name]:
        """The trend's subjects that its posts spell, each in its most used spelling."""
        names: dict[int, Counter[Name]] = {}
        for post in self.seen.values():
            for name in post.names:
                if name.key in self.subjects:
                    names.setdefault(name.key, Counter())[name] += 1
        return {key: min(used, key=lambda n: (-used[n], n.spelling)) for key, used in names.items()}

    def measure(self, bucket: int, candidate: Candidate, window: int) -> None:
        """Add a moment to the history, of the leading subject, and move on in life."""
        moment = Moment(bucket, float(candidate.observed), candidate.expected, candidate.surprise)
        self.history.append(moment)
        if self.peak is None or moment.observed > self.peak.observed:
            self.peak = moment
        was = self.state
        self.state, self.reason = next_state(was, list(self.history), window, self.returned_bucket)
        if self.state == "resurgent" and was != "resurgent":
            self.returned_bucket = bucket + 1 - TICKS_TO_CHANGE

    def _take_post(self, ref: PostRef, texts: Texts) -> None:
        if ref.post_id in self.post_ids or (ref.source, ref.offset) not in texts:
            return
        if len(self.post_ids) < MAX_POSTS:
            self.post_ids.add(ref.post_id)
        post = texts[ref.source, ref.offset]
        if post is None:
            self.missing += 1
            return
        seen = SeenPost(ref, post)
        self.words.update(seen.words)
        self.seen[ref.post_id] = seen
        if len(self.seen) > MAX_POSTS:
            del self.seen[next(iter(self.seen))]
            self.dropped += 1

    def snapshot(self) -> bytes:
        """All it remembers, its posts aside."""
        fields = {name: getattr(self, name) for name in _AS_THEY_ARE}
        state = TrendState(
            subjects=tuple(self.subjects.values()),
            post_ids=np.sort(np.fromiter(self.post_ids, np.uint64, len(self.post_ids))).tobytes(),
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
        state = _read_state(value)
        made = cls(state.trend_id, state.first_bucket, list(state.subjects))
        for name in _AS_THEY_ARE:
            setattr(made, name, getattr(state, name))
        made.subjects = {candidate.key: candidate for candidate in state.subjects}
        made.post_ids = set(np.frombuffer(state.post_ids, np.uint64).tolist())
        made.words = Counter(state.words)
        made.history.extend(state.history)
        for seen in (seen for part in posts for seen in _read_posts(part)):
            made.seen[seen.ref.post_id] = SeenPost(seen.ref, _read_post(seen.post))
        return made


_AS_THEY_ARE = sorted({*TrendState.__struct_fields__} - {"subjects", "post_ids", "history"})


def bag_of(refs: Iterable[PostRef], texts: Texts) -> Bag:
    """The words of these posts: in how many posts each stands."""
    bag: Bag = Counter()
    for ref in refs:
        post = texts.get((ref.source, ref.offset))
        if post is not None:
            bag.update({name.key for name in names_in(post) if name.kind == "word"})
    return bag
