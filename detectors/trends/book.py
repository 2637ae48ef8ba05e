"""The open trends, and to which of them an alarm belongs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from detectors.counts.segment_table import ALL
from detectors.counts.ticks import Candidate, PostRef
from detectors.model.posts import Post
from detectors.subjects.columns import hash64
from detectors.trends.lifecycle import handed_over
from detectors.trends.said import own_words
from detectors.trends.trend import OpenTrend, Texts, bag_of, names_in
from detectors.trends.words import Centre, Rates

SAME = 0.5
"""An alarm is about an open trend when the share of its posts, or of its people, that are the trend's, and how much its
words are like the trend's (idf-weighted cosine), add up to this. Words are compared with those that made the alarm and
without, and the lesser counts: one word that both use must not glue two events together."""

SAME_NOW = 0.3
"""... or to this, while the trend gathers: what begins beside it, in like words, is probably its own."""

STILL_FITS = 0.1
"""New posts of a subject stay with its trend while their other words are this much like the trend's."""


class Placed(NamedTuple):
    """A trend that an alarm was placed in, and whether it is new."""

    trend: OpenTrend
    new: bool


class BookState(msgspec.Struct, frozen=True, array_like=True):
    """The trends in their order, by id, and each subject's trend, by its place among them."""

    trends: tuple[str, ...]
    owners: dict[int, int]


_read_state = msgspec.msgpack.Decoder(BookState).decode


class TrendBook:
    """Remembers trends and which subject belongs to which.

    Args:
        memory: buckets after its last news for which a trend is remembered. >= 1.
        gathering: buckets after a subject joined for which a trend is said to gather. >= 1.
    """

    def __init__(self, *, memory: int, gathering: int) -> None:
        self._memory, self._gathering = memory, gathering
        self._trends: dict[str, OpenTrend] = {}
        self._owner: dict[int, OpenTrend] = {}

    def __len__(self) -> int:
        return len(self._trends)

    def __iter__(self) -> Iterator[OpenTrend]:
        return iter(list(self._trends.values()))

    def owner(self, key: int) -> OpenTrend | None:
        """The open trend that a subject belongs to."""
        return self._owner.get(key)

    def follows(self, candidate: Candidate) -> bool:
        """Whether a candidate is of an open trend, and of its scope."""
        owner = self._owner.get(candidate.key)
        return owner is not None and owner.scope == candidate.scope

    def may_be_new(self, candidate: Candidate) -> bool:
        """Whether it may make a trend: none speaks of it, or one of a segment does, and this is of everybody."""
        owner = self._owner.get(candidate.key)
        return owner is None or (candidate.scope == ALL != owner.scope)

    def place(self, bucket: int, group: list[Candidate], texts: Texts, rates: Rates) -> Placed:
        """Put a discovered group where it belongs: a trend of its subjects elsewhere, its posts or words, or a new one.

        What was found in a segment and is then found everywhere goes on as a trend of all. What is found in a segment
        while a trend of elsewhere speaks of it already is that trend's, and adds nothing to it.
        """
        scope = group[0].scope
        owned = [t for c in group if (t := self._owner.get(c.key)) and t.scope != scope]
        trend = owned[0] if owned else self._same(bucket, group, texts, rates)
        new = trend is None
        if trend is None:
            trend = OpenTrend(f"{hash64(f'{scope}|{group[0].key}|{bucket}'):016x}", bucket, group)
            self._trends[trend.trend_id] = trend
        if scope != trend.scope:
            if scope != ALL:
                self._owner.update({c.key: trend for c in group})
                return Placed(trend, new)
            trend.scope, trend.life, trend.fading = ALL, handed_over(trend.life), 0  # its figures are others now
        trend.take(bucket, group, texts)
        trend.joined_bucket = bucket
        if bucket == trend.first_bucket:  # more of its first group may come: groups are small
            trend.choose_leader()
        for candidate in group:
            self._owner[candidate.key] = trend
        return Placed(trend, new)

    def tells_of(self, refs: Iterable[PostRef], texts: Texts) -> bool:
        """Whether half of the posts that can be read are about one open trend.

        By what they say, for a trend remembers a sample of its posts, of which a small group may hold none.
        """
        read = [post for ref in refs if (post := texts.get((ref.source, ref.offset))) is not None]
        about = Counter(trend_id for post in read for trend_id in self._named_in(post))
        return any(2 * n >= len(read) for n in about.values())

    def keep_up(self, bucket: int, candidates: Sequence[Candidate], texts: Texts, rates: Rates) -> None:
        """Give the posts of known subjects to their trends, as far as they still speak of them."""
        centres: dict[str, Centre] = {}  # each as of the beginning: before any new post was given to its trend
        for candidate in candidates:
            trend = self._owner[candidate.key]
            fresh = [ref for ref in candidate.posts if ref.post_id not in trend.post_ids]
            if fresh and trend.trend_id not in centres:
                centres[trend.trend_id] = Centre(rates, trend.words)
            words = bag_of(fresh, texts)
            if not fresh or centres[trend.trend_id].likeness(words, without=candidate.key) >= STILL_FITS:
                trend.take(bucket, [candidate], texts)
            else:
                trend.subjects[candidate.key] = candidate

    def forget(self, bucket: int) -> list[OpenTrend]:
        """Close what has had no news for too long -> the trends that are no longer open."""
        gone = [t for t in self._trends.values() if bucket - t.last_bucket > self._memory]
        for trend in gone:
            del self._trends[trend.trend_id]
        if gone:
            self._owner = {key: t for key, t in self._owner.items() if t.trend_id in self._trends}
        return gone

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers, in parts: one for the book, for each trend one and its posts."""
        place = {trend_id: i for i, trend_id in enumerate(self._trends)}
        state = BookState(tuple(self._trends), {key: place[trend.trend_id] for key, trend in self._owner.items()})
        parts = {"book": msgspec.msgpack.encode(state)}
        for trend in self._trends.values():
            parts[f"trend/{trend.trend_id}"] = trend.snapshot()
            parts.update((f"posts/{trend.trend_id}/{n:06}", posts) for n, posts in trend.snapshot_posts())
        return parts

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        state = _read_state(parts["book"])
        posts: dict[str, list[bytes]] = {trend_id: [] for trend_id in state.trends}
        for name in sorted(name for name in parts if name.startswith("posts/")):
            posts[name.split("/")[1]].append(parts[name])
        for trend_id in state.trends:
            self._trends[trend_id] = OpenTrend.restored(parts[f"trend/{trend_id}"], posts[trend_id])
        self._owner = {key: self._trends[state.trends[place]] for key, place in state.owners.items()}

    def _same(self, bucket: int, group: list[Candidate], texts: Texts, rates: Rates) -> OpenTrend | None:
        refs = {ref.post_id: ref for candidate in group for ref in candidate.posts}
        people = {ref.author for ref in refs.values()}
        words = bag_of(refs.values(), texts)
        own = {word for c in group for word in own_words(c.key, c.posts, texts)}
        other = {word: n for word, n in words.items() if word not in own}
        best, best_score = None, 0.0
        lively = [t for t in self._trends.values() if bucket - t.joined_bucket <= self._memory]
        for trend in reversed(lively):
            same_posts = len(trend.post_ids.keys() & refs.keys()) / max(len(refs), 1)
            same_people = len(people & {post.ref.author for post in trend.seen.values()}) / max(len(people), 1)
            centre = Centre(rates, trend.words)
            score = max(same_posts, same_people) + min(centre.likeness(words), centre.likeness(other))
            gathers = bucket - trend.joined_bucket <= self._gathering
            if score >= (SAME_NOW if gathers else SAME) and score > best_score:
                best, best_score = trend, score
        return best

    def _named_in(self, post: Post) -> Iterator[str]:
        """The trends that a post is about: it names their leader, or two of their subjects."""
        keys = {name.key for name in names_in(post)}
        named = Counter(owner.trend_id for key in keys if (owner := self._owner.get(key)))
        return (trend_id for trend_id, n in named.items() if n > 1 or self._trends[trend_id].leader in keys)
