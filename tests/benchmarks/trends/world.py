"""A made-up stream as the pipeline takes it, with its planted topics; a post's id says which topic it is of."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from detectors.model.posts import Post
from detectors.stages.posts import PostChunk
from tests.benchmarks.records import START_AT
from tests.benchmarks.trends import planted
from tests.benchmarks.trends.background import Background, spelled
from tests.benchmarks.trends.planted import Told

CHUNK_S = 300.0
"""Every partition is fed so often, seconds of event time."""


class Plan(NamedTuple):
    """What is simulated. The history is long enough to name a million subjects.

    Attributes:
        rate: posts a second of ordinary talk, mean over the day.
        history_h, judged_h: hours before the first topic is planted, and after.
    """

    rate: float = 1.2
    history_h: int = 36
    judged_h: int = 24

    @property
    def each(self) -> int:
        """Planted topics of every size and height: three an hour in all."""
        return max(1, self.judged_h // 6)


SMALL = Plan(rate=0.4, history_h=14, judged_h=12)
"""To see that it works: a fifth of the subjects, topics that stand out more."""


class World:
    """One simulated stream.

    Args:
        plan: how large it is.
        seed: the same stream for the same seed.
    """

    def __init__(self, plan: Plan, seed: int) -> None:
        self._plan, self._seed = plan, seed
        self._background = Background(plan.rate, seed)
        self.judged_from = START_AT + plan.history_h * 3600
        """Epoch seconds."""
        self.topics = planted.plan(plan.each, plan.history_h * 3600.0, (plan.history_h + plan.judged_h) * 3600.0, seed)
        self.posts = 0

    def chunks(self, partitions: int) -> Iterator[tuple[int, PostChunk]]:
        """All posts, in order of time: (partition, some consecutive posts of it)."""
        waiting = [planted.told(topic, self._background, self._seed) for topic in self.topics]
        offsets = [0] * partitions
        for hour in range(self._plan.history_h + self._plan.judged_h):
            posts = sorted(self._hour(hour, waiting), key=lambda post: (_at(post), post.post_id))
            self.posts += len(posts)
            for start_s in np.arange(0, 3600, CHUNK_S).tolist():
                now_s = START_AT + hour * 3600 + start_s
                mine = [post for post in posts if now_s <= _at(post) < now_s + CHUNK_S]
                for partition in range(partitions):
                    own = [post for post in mine if int(post.creator_id[1:]) % partitions == partition]
                    if own:
                        numbers = np.arange(offsets[partition], offsets[partition] + len(own))
                        offsets[partition] += len(own)
                        yield partition, PostChunk(own, numbers, np.full(len(own), np.inf))

    def _hour(self, hour: int, waiting: list[Told]) -> Iterator[Post]:
        texts = self._background.hour(hour)
        rows = zip(texts.at.tolist(), texts.creators.tolist(), texts.words, strict=True)
        for i, (at, creator, words) in enumerate(rows):
            yield _post(f"b{hour}-{i}", at, creator, words, None)
        for told in waiting:
            rows = zip(told.texts.at.tolist(), told.texts.creators.tolist(), told.texts.words, strict=True)
            for i, (at, creator, words) in enumerate(rows):
                if hour * 3600 <= at < (hour + 1) * 3600:
                    yield _post(f"t{told.topic.number}-{i}", at, creator, words, told.sound)


def topic_of(post_id: str) -> int | None:
    """The number of the planted topic that a post is of, or None.

    >>> topic_of("t12-3"), topic_of("b7-12")
    (12, None)
    """
    return int(post_id[1:].partition("-")[0]) if post_id.startswith("t") else None


def _post(post_id: str, at_s: float, creator: int, words: list[str], sound: str | None) -> Post:
    return Post(
        post_id=post_id,
        creator_id=f"c{creator}",
        platform="tiktok",
        created_at=datetime.fromtimestamp(round(START_AT + at_s, 3), UTC),
        text=spelled(words),
        sounds=(sound,) if sound else (),
    )


def _at(post: Post) -> float:
    return post.created_at.timestamp() if post.created_at else 0.0
