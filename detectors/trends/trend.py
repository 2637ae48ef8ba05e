"""One open trend: its subjects, its posts so far, its history. What is done about it is decided elsewhere."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping

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


class SeenPost:
    """A post of the trend that was read: where it stands, what it says, its subjects."""

    def __init__(self, ref: PostRef, post: Post) -> None:
        self.ref = ref
        self.post = post
        self.names: tuple[Name, ...] = tuple(names_of(post))
        self.words = {name.key for name in self.names if name.kind == "word"}


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
        self.leader = group[0].key
        self.subjects: dict[int, Candidate] = {}
        self.post_ids: set[int] = set()
        self.words: Bag = Counter()
        self.seen: dict[int, SeenPost] = {}
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


def bag_of(refs: Iterable[PostRef], texts: Texts) -> Bag:
    """The words of these posts: in how many posts each stands."""
    bag: Bag = Counter()
    for ref in refs:
        post = texts.get((ref.source, ref.offset))
        if post is not None:
            bag.update({name.key for name in names_of(post) if name.kind == "word"})
    return bag
