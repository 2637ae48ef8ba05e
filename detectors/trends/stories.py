"""The bursts of the last day, told or not: how many there were, and how much ordinary ones surprise on this stream.

What a burst must be to be told is measured against them. It does not say which posts hold together.
"""

import math
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

KEPT = 200
"""Ordinary stories whose surprise is remembered, the latest."""

TRUST = 20
"""The model of bursts is taken at its word as if so many ordinary stories had been seen that agree with it."""

MIDDLE = 0.5
LOWER = 0.25
"""Of the stories that were not told, the part that surprises less than the median, and than the lower quartile: more of
what holds together than of what bursts is a trend that nobody believed."""

MOST_STORIES = 4000
MOST_KEYS = 20
"""Stories of a day, and subjects of each, that are remembered: a bound on the state."""


class Burst(NamedTuple):
    """A group of subjects that burst together at one bucket.

    Attributes:
        excess: of the one that says most, in e-folds.
        held: how well the posts of one of them hold together at best, -ln p of coherence, in e-folds.
    """

    keys: Sequence[int]
    excess: float
    held: float = 0.0


class Story(msgspec.Struct, array_like=True):
    """Bursts that share subjects, over hours.

    Attributes:
        last: the last bucket it was seen in.
        most: greatest excess so far.
        held: how well its posts held together then.
        told: whether it was believed to be a trend.
    """

    keys: list[int]
    last: int
    most: float
    held: float = 0.0
    told: bool = False


class Usual(NamedTuple):
    """How ordinary stories spread: means of the excess and of held, in e-folds. >= 1."""

    excess: float = 1.0
    held: float = 1.0

    def p(self, excess: float) -> float:
        """P(an ordinary story surprises at least so much). 0 to 1."""
        return math.exp(-max(excess, 0.0) / self.excess)

    def together(self, p: float) -> float:
        """P(the posts of an ordinary story hold together so well), of the p by what does not burst. 0 to 1."""
        return math.pow(p, 1 / self.held)


class StoriesState(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered."""

    stories: list[Story]
    ordinary: list[tuple[float, float]]


_read_state = msgspec.msgpack.Decoder(StoriesState).decode


class Stories:
    """Counts the stories of a day, and learns how ordinary ones spread: how they surprise, and hold together.

    *Excess* is by how much a burst is more surprising than the screen asks, ln(screen p / p). If the model of bursts
    were all there is, the excess of an ordinary story would be exponential of mean 1; so would *held*, -ln p of its
    posts' coherence, if what bursts were like what does not. Words have moods, a rare word is always used of one thing,
    and every stream has habits that no model knows: both means are learned from the stories that were not told, of the
    excess from the median, of held from the lower quartile.

    Args:
        day: buckets after which a story that is not seen any more is forgotten. >= 1.
    Source: ours, see docs/decisions/0018 and 0027; the idea is the empirical null's, Efron 2004, and genomic control's,
        Devlin and Roeder 1999.

    >>> stories = Stories(day=288)
    >>> told = [stories.see(bucket, [Burst([bucket], 3.0)]) for bucket in range(40)]
    >>> stories.count, round(stories.usual().excess, 2), stories.usual().held
    (40, 3.2, 1.0)
    """

    def __init__(self, *, day: int) -> None:
        self._day = day
        self._stories: list[Story] = []
        self._of: dict[int, Story] = {}
        self._ordinary: deque[tuple[float, float]] = deque(maxlen=KEPT)
        self._seen: list[tuple[float, float]] = []
        self._of_seen: list[Story | None] = []
        self._all = Usual()
        self._at: int | None = None

    @property
    def count(self) -> int:
        """Stories of the last day."""
        return len(self._stories)

    @property
    def told(self) -> int:
        """Those of them that were believed."""
        return sum(story.told for story in self._stories)

    def usual(self, keys: Sequence[int] = ()) -> Usual:
        """What is usual in the buckets before, without the story of these subjects: none is measured against itself."""
        own = {id(story) for key in keys if (story := self._of.get(key))}
        others = [at for at, story in enumerate(self._of_seen) if id(story) not in own]
        return self._all if len(others) == len(self._seen) else _usual([self._seen[at] for at in others])

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
            if burst.excess > story.most or not story.keys:
                story.most, story.held = round(max(burst.excess, 0.0), 6), round(burst.held, 6)
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
        self._ordinary.extend((story.most, story.held) for story in gone if not story.told)
        self._drop(gone)

    def _drop(self, gone: Sequence[Story]) -> None:
        out = {id(story) for story in gone}
        if out:
            self._stories = [story for story in self._stories if id(story) not in out]
            self._of = {key: story for story in self._stories for key in story.keys}

    def _learn(self) -> None:
        live = [story for story in self._stories if not story.told]
        self._seen = [*self._ordinary, *((story.most, story.held) for story in live)][-KEPT:]
        self._of_seen = [*([None] * len(self._ordinary)), *live][-KEPT:]
        self._all = _usual(self._seen)


def _usual(seen: Sequence[tuple[float, float]]) -> Usual:
    return Usual(_mean_of([most for most, _ in seen], MIDDLE), _mean_of([held for _, held in seen], LOWER))


def _mean_of(seen: Sequence[float], part: float) -> float:
    """Of an exponential of which this part of the values is as seen; drawn towards 1, and no less."""
    if not seen:
        return 1.0
    mean = quantile(seen, part) / -math.log(1 - part)
    return round(max(1.0, (len(seen) * mean + TRUST) / (len(seen) + TRUST)), 6)


def quantile(values: Sequence[float], part: float) -> float:
    """Linear between the two nearest values, bit for bit as `np.quantile`, which takes ten times as long over 200.

    Source: Hyndman and Fan, Sample quantiles in statistical packages, 1996, number 7.

    >>> quantile([4.0, 1.0, 2.0], 0.75)
    3.0
    """
    ordered = sorted(values)
    at = part * (len(ordered) - 1)
    place = min(int(at), len(ordered) - 2) if len(ordered) > 1 else 0
    low, high = ordered[place], ordered[min(place + 1, len(ordered) - 1)]
    share = at - place
    return high - (high - low) * (1 - share) if share >= 0.5 else low + (high - low) * share
