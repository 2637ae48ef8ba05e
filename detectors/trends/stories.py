"""The bursts of the last day, told or not: how many there were, and how well ordinary ones score on this stream.

What a burst must be to be told is measured against them. It does not say which posts hold together.
"""

import math
from collections import deque
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import msgspec

KEPT = 200
"""Ordinary stories whose score is remembered, the latest."""

TRUST = 20
"""The models are taken at their word as if so many ordinary stories had been seen that agree with them."""

MOST_STORIES = 4000
MOST_KEYS = 20
"""Stories of a day, and subjects of each, that are remembered: a bound on the state."""


class Burst(NamedTuple):
    """A group of subjects that burst together at one bucket.

    Attributes:
        score: -ln p by the models, of the one that says most, in e-folds. >= 0.
        about: whether its posts are about a trend that is open.
    """

    keys: Sequence[int]
    score: float
    about: bool = False


class Story(msgspec.Struct, array_like=True):
    """Bursts that share subjects, over hours.

    Attributes:
        last: the last bucket it was seen in.
        most: greatest score so far.
        told: whether it was believed to be a trend.
        about: whether it was ever about a trend that was open: it is neither news nor ordinary.
    """

    keys: list[int]
    last: int
    most: float
    told: bool = False
    about: bool = False

    @property
    def ordinary(self) -> bool:
        """Whether it is one of those that others are measured against."""
        return not self.told and not self.about


class StoriesState(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered."""

    stories: list[Story]
    ordinary: list[float]


_read_state = msgspec.msgpack.Decoder(StoriesState).decode


class Stories:
    """Counts the stories of a day, and learns how well ordinary ones score.

    A burst's *score* is -ln p of its surprise after the screen and of its posts' coherence together, by the models; a
    story's is the greatest of all its bursts. If the models were all there is and a story were looked at once, the
    score of an ordinary one would be exponential of mean 1. Words have moods, a rare word is always used of one thing,
    every stream has habits that no model knows, and a story is looked at in every bucket, in two windows, by each of
    its subjects: so the mean is learned, from the median of the stories that were not told.

    Args:
        day: buckets after which a story that is not seen any more is forgotten. >= 1.
    Source: ours, see docs/decisions/0038; the idea is the empirical null's, Efron 2004, and genomic control's, Devlin
        and Roeder 1999.

    >>> stories = Stories(day=288)
    >>> told = [stories.see(bucket, [Burst([bucket], 3.0)]) for bucket in range(40)]
    >>> stories.count, round(stories.usual(), 2)
    (40, 3.2)
    """

    def __init__(self, *, day: int) -> None:
        self._day = day
        self._stories: list[Story] = []
        self._of: dict[int, Story] = {}
        self._ordinary: deque[float] = deque(maxlen=KEPT)
        self._seen: list[float] = []
        self._of_seen: list[Story | None] = []
        self._all = 1.0
        self._at: int | None = None

    @property
    def count(self) -> int:
        """Stories of the last day."""
        return len(self._stories)

    @property
    def told(self) -> int:
        """Those of them that were believed."""
        return sum(story.told for story in self._stories)

    def usual(self, keys: Sequence[int] = ()) -> float:
        """The mean score of ordinary stories in the buckets before, e-folds. >= 1.

        The story of these subjects is left out: none is measured against itself.
        """
        own = {id(story) for key in keys if (story := self._of.get(key))}
        others = [at for at, story in enumerate(self._of_seen) if id(story) not in own]
        return self._all if len(others) == len(self._seen) else _mean_of([self._seen[at] for at in others])

    def see(self, bucket: int, bursts: Sequence[Burst]) -> None:
        """Take bursts of one bucket, before they are judged: by the mean of the buckets before."""
        if bucket != self._at:
            self._at = bucket
            self._learn()
        for burst in bursts:
            story = next((self._of[key] for key in burst.keys if key in self._of), None)
            if story is None:
                story = Story([], bucket, 0.0)
                self._stories.append(story)
            story.last = bucket
            story.most = max(story.most, round(burst.score, 6))
            story.about |= burst.about
            new = [key for key in burst.keys if key not in self._of][: MOST_KEYS - len(story.keys)]
            story.keys += new
            self._of.update(dict.fromkeys(new, story))
        self._forget(bucket)

    def tell(self, keys: Sequence[int], *, new: bool = True) -> None:
        """The story of these subjects was believed; if it goes on with a trend told before, it is none of its own."""
        for story in {id(s): s for key in keys if (s := self._of.get(key))}.values():
            story.told = True
            if not new:
                self._drop([story])

    def snapshot(self) -> bytes:
        """All it remembers."""
        return msgspec.msgpack.encode(StoriesState(self._stories, list(self._ordinary)))

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        state = _read_state(value)
        self._stories = state.stories
        self._of = {key: story for story in state.stories for key in story.keys}
        self._ordinary.extend(state.ordinary)

    def _forget(self, bucket: int) -> None:
        over = len(self._stories) - MOST_STORIES
        gone = [s for i, s in enumerate(self._stories) if i < over or bucket - s.last > self._day]
        self._ordinary.extend(story.most for story in gone if story.ordinary)
        self._drop(gone)

    def _drop(self, gone: Sequence[Story]) -> None:
        out = {id(story) for story in gone}
        if out:
            self._stories = [story for story in self._stories if id(story) not in out]
            self._of = {key: story for story in self._stories for key in story.keys}

    def _learn(self) -> None:
        live = [story for story in self._stories if story.ordinary]
        self._seen = [*self._ordinary, *(story.most for story in live)][-KEPT:]
        self._of_seen = [*([None] * len(self._ordinary)), *live][-KEPT:]
        self._all = _mean_of(self._seen)


def _mean_of(seen: Sequence[float]) -> float:
    """Of an exponential of which this is the median; drawn towards 1, and no less."""
    if not seen:
        return 1.0
    mean = median(seen) / math.log(2)
    return round(max(1.0, (len(seen) * mean + TRUST) / (len(seen) + TRUST)), 6)
