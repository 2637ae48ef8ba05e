"""A ranked list, hour by hour, as numbers: what a topic was, how it moves, and who is in its way. Learns no answers.

All of it is known when the row is asked about: the row, the rows above it in the same list, and earlier lists.
"""

import math
from bisect import bisect_right, insort
from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

HOUR_S = 3600.0
HISTORY_H = 6
"""Hours of ranks and heats that come with a row, this one included."""
OLD_H = 200.0
"""Older than that is old."""
UNSEEN_RANK = 99.0
NAN = math.nan

NAMES = (
    *("rank", "heat", "age", "hour", "weekday", "rank_1h", "rank_2h", "rank_3h", "best", "heat_1h"),
    *("climb", "climb_2h", "growth", "growth_1h", "growth_3h", "acceleration"),
    *("first", "gap", "gap_change", "first_change", "step", "step_5", "above", "entries_above", "fallen_above"),
    *("faster_above", "tide"),
    *("reads", "discussions", "posts", "talk", "original", "reads_per_heat"),
    *("more_reads", "more_discussions", "more_posts", "new_reads", "new_posts"),
    *("listed", "top_hours", "since_top", "below_peak", "since_peak", "reads_since"),
    *("rate", "rate_3h"),
)
"""The features, in the order of the vector; the last two are the caller's. A nan is not known."""


class Topic(NamedTuple):
    """What is carried of one topic from list to list. Counts are natural logs; 0 where the list does not say."""

    reads: float
    discussions: float
    posts: float
    raw_reads: float
    raw_posts: float
    listed: int
    """Lists it was asked about in."""
    top_hours: int
    """Hours it was seen in the first ranks, which are not asked about."""
    top_at: float
    peak: float
    peak_at: float
    first_reads: float


class List(NamedTuple):
    """One list, as far as it has been read."""

    at: float
    topics: dict[int, Topic]
    """By rank."""
    heats: list[float]
    growths: list[float]
    """What rows gained since an hour before, in natural logs, sorted; of the rows so far that were in that list."""


class ListsState(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered of the lists: the newest last, and the rows of the newest by what they were."""

    lists: tuple[tuple[float, dict[int, Topic], list[float], list[float]], ...]
    entries: int
    fallen: int


def log(value: float | None) -> float:
    """Natural log of a count; 0 for none."""
    return math.log(value) if value and value > 0 else 0.0


class ListFeatures:
    """The rows of one list in order of rank, hour by hour, each as `len(NAMES) - 2` numbers.

    A row is told from its earlier ones by `ranks`: where it stood an hour ago it is looked up in that hour's list. So a
    topic keeps its past as long as it is not away from the list for longer than the row's own memory.

    Args:
        first_asked: the first rank that is asked about; those before it are the *first ranks*, seen only in the past of
            others. >= 1.
        utc_offset_h: of the people whose list it is, for the hour of the day, in hours.

    State: the last 6 lists, about 10 kB each. Cost: about 25 us of CPU a row.
    Source: ours; docs/decisions/0023-forecasting.md says what each group of features is worth.
    """

    def __init__(self, *, first_asked: int = 11, utc_offset_h: float = 8.0) -> None:
        self.first_asked = first_asked
        self.utc_offset_h = utc_offset_h
        self._lists: deque[List] = deque(maxlen=HISTORY_H)
        self._entries = 0
        self._fallen = 0
        self._first_1h, self._tide = NAN, NAN

    def __call__(self, x: Mapping[str, Any]) -> list[float]:
        """The features of a row, without the last two, and takes the row in. `x` as tests/benchmarks say."""
        at = x["at"]
        if not self._lists or self._lists[-1].at != at:
            self._begin(at)
        ranks, heats = x["ranks"], x["heats"]
        before, hours = self._earlier(at, ranks)
        heat = log(x["heat"])
        topic = self._carried(x, heat, before, hours)
        values = [
            *self._place(x, heat),
            *_movement(x["rank"], heat, ranks, heats),
            *self._rivals(heat, heats),
            *_talk(topic, heat, before, hours),
            *_life(topic, heat, at),
        ]
        self._take_in(x, topic, heat)
        return values

    def _begin(self, at: float) -> None:
        """A new list: nothing of it is known yet, all of the one before is."""
        self._lists.append(List(at, {}, [], []))
        self._entries = self._fallen = 0
        self._look_back()

    def _look_back(self) -> None:
        """What the list of an hour ago says of the hour: its first heat, and how much its topics gained on the mean."""
        self._first_1h, self._tide = NAN, NAN
        if len(self._lists) > 1 and self._lists[-1].at - self._lists[-2].at == HOUR_S:
            before = self._lists[-2]
            self._first_1h = before.heats[0]
            if before.growths:
                self._tide = math.fsum(before.growths) / len(before.growths)

    def hour(self, at: float) -> int:
        """Hour of the day where the list is made, 0 to 23."""
        return int(at // HOUR_S + self.utc_offset_h) % 24

    def snapshot(self) -> ListsState:
        """All it remembers."""
        return ListsState(tuple((*known,) for known in self._lists), self._entries, self._fallen)

    def restore(self, state: ListsState) -> None:
        """Go on from a snapshot."""
        self._lists.extend(List(at, dict(topics), list(h), list(g)) for at, topics, h, g in state.lists)
        self._entries, self._fallen = state.entries, state.fallen
        self._look_back()

    def _earlier(self, at: float, ranks: list[int | None]) -> tuple[Topic | None, float]:
        """What this topic was when it was last asked about, and how many hours ago; None if that is not known."""
        for known in reversed(self._lists):
            back = round((at - known.at) / HOUR_S)
            if 0 < back < len(ranks):
                rank = ranks[-1 - back]
                if rank is not None and (topic := known.topics.get(rank)) is not None:
                    return topic, float(back)
        return None, NAN

    def _carried(self, x: Mapping[str, Any], heat: float, before: Topic | None, hours: float) -> Topic:
        """The topic as it is now, with its own past."""
        at, reads = x["at"], log(x["reads"])
        top = [back for back, rank in enumerate(reversed(x["ranks"])) if rank is not None and rank < self.first_asked]
        if before is None:
            before, hours = Topic(reads, 0.0, 0.0, 0.0, 0.0, 0, 0, NAN, -math.inf, at, reads), math.inf
        peak = max(heat, log(max((h for h in x["heats"] if h), default=0.0)))
        return Topic(
            reads,
            log(x["discussions"]),
            log(x["posts"]),
            float(x["reads"] or 0.0),
            float(x["posts"] or 0.0),
            before.listed + 1,
            before.top_hours + sum(back < hours for back in top),
            at - top[0] * HOUR_S if top else before.top_at,
            max(peak, before.peak),
            at if peak > before.peak else before.peak_at,
            before.first_reads or reads,
        )

    def _place(self, x: Mapping[str, Any], heat: float) -> tuple[float, ...]:
        """Where and when: rank, heat, age, hour of the day, weekday (0 is Thursday)."""
        day = int(x["at"] // HOUR_S + self.utc_offset_h) // 24
        return x["rank"], heat, min(x["age_h"], OLD_H), self.hour(x["at"]), day % 7

    def _rivals(self, heat: float, heats: list[float | None]) -> tuple[float, ...]:
        """The rows above, against this list's first heat and that of an hour ago."""
        now = self._lists[-1]
        first = now.heats[0] if now.heats else heat
        growth = heat - log(heats[-2]) if heats[-2] else NAN
        gap = heat - first
        gap_change = gap - (heat - growth - self._first_1h)
        step = now.heats[-1] - heat if now.heats else 0.0
        step_5 = now.heats[-5] - heat if len(now.heats) >= 5 else NAN
        faster = len(now.growths) - bisect_right(now.growths, growth) if heats[-2] else NAN
        above = len(now.heats)
        return (
            *(first, gap, gap_change, first - self._first_1h, step, step_5),
            *(above, self._entries, self._fallen, faster, self._tide),
        )

    def _take_in(self, x: Mapping[str, Any], topic: Topic, heat: float) -> None:
        """This row stands above the next ones."""
        now, rank_1h, heat_1h = self._lists[-1], x["ranks"][-2], x["heats"][-2]
        now.heats.append(heat)
        if rank_1h is None:
            self._entries += 1
        elif rank_1h < self.first_asked:
            self._fallen += 1
        if heat_1h:
            insort(now.growths, heat - log(heat_1h))
        now.topics[x["rank"]] = topic


def _movement(rank: int, heat: float, ranks: list[int | None], heats: list[float | None]) -> tuple[float, ...]:
    """Ranks and heats of the last hours and how they change."""
    r1, r2, r3 = (float(ranks[-k] or NAN) for k in (2, 3, 4))
    h1, h2, h3 = (log(heats[-k]) if heats[-k] else NAN for k in (2, 3, 4))
    best = float(min((r for r in ranks[:-1] if r), default=UNSEEN_RANK))
    growth, growth_1h = heat - h1, h1 - h2
    return r1, r2, r3, best, h1, r1 - rank, r2 - rank, growth, growth_1h, heat - h3, growth - growth_1h


def _talk(topic: Topic, heat: float, before: Topic | None, hours: float) -> tuple[float, ...]:
    """Reads, discussions and original posts: how many, in which proportion, how many more an hour."""
    reads, discussions, posts = topic[:3]
    now = reads, discussions, posts, discussions - reads, posts - discussions, reads - heat
    if before is None:
        return *now, NAN, NAN, NAN, NAN, NAN
    more = (reads - before.reads) / hours, (discussions - before.discussions) / hours, (posts - before.posts) / hours
    new_reads = math.log(max(1.0, topic.raw_reads - before.raw_reads) / hours) - heat
    new_posts = math.log(max(1.0, topic.raw_posts - before.raw_posts) / hours)
    return *now, *more, new_reads, new_posts


def _life(topic: Topic, heat: float, at: float) -> tuple[float, ...]:
    """How long it has been listed, whether it stood higher or hotter before."""
    since_top = (at - topic.top_at) / HOUR_S
    since_peak = (at - topic.peak_at) / HOUR_S
    below = heat - topic.peak
    return topic.listed, topic.top_hours, since_top, below, since_peak, topic.reads - topic.first_reads
