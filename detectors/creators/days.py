"""What every creator did on its last days: posts, followers, what they drew, who commented. It judges nothing."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.order import by_key
from detectors.counts.scopes import Codes
from detectors.counts.table import Rows, Table
from detectors.performance.usual import Counts
from detectors.stages.saved import named, under
from detectors.subjects.kinds import Keys

DAY_S = 86_400.0
"""A day is one of UTC, seconds."""

LAST_DAYS = 30
"""Days before that a day is compared with."""

SETTLE_S = 22 * 3600.0
"""So long after a day's end its first creators are compared, seconds: by then what is told once a day is there. Who is
followed for a post must not be flagged because its views come later."""

SPREAD_S = 2 * 3600.0
"""Within so long the others follow, each always at the same time of day: not all at one bucket's close, seconds."""

MOST = 2**48
"""What a day counts of anything at most, whatever is claimed: products of it then fit 64 bits."""

DRAWN = 5
"""Likes, comments, shares, saves and views: the first of `stages/acts.py`'s measures, and of a day's sums."""

POSTS, NAMED, REPEATS = range(DRAWN, DRAWN + 3)
"""The other sums: posts made; comments of others whose author is told, and those by someone who had commented."""

FIELDS = [
    ("author", "<u4"),
    ("day", "<i4"),
    ("scopes", "<u4"),
    ("followers", "<i8"),
    ("sums", f"({DRAWN + 3},)<i8"),
    ("judged", "?"),
]
"""A creator's day on one platform, counted from 1970; followers: the most that was told, by a post or as a total."""

UNTOLD = -1

_FORMATS = np.uint32(0xF0)
_ODD = np.uint64(0x9E3779B97F4A7C15)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)

Authors = npt.NDArray[np.uint32]


class Who(NamedTuple):
    """Whose day something belongs to. Shapes: [n] each; scopes as a post has them."""

    author: Authors
    scopes: Codes
    day: Counts


class Days(NamedTuple):
    """n days, and those before each, the latest first.

    Shapes: sums i8[n, k, 8]; followers i8[n, k], UNTOLD: not said; scopes u4[n], platform and the tier before the day:
    whoever gains so many followers as to be of another tier is compared with those who were alike.
    """

    sums: Counts
    followers: Counts
    scopes: Codes


class CreatorDays:
    """Days of creators in the order in which they were heard of; the oldest leave.

    Args:
        bucket_s: seconds; divides an hour.
        capacity: days of creators, and commenters, that are kept, as of each `expire`.
    """

    def __init__(self, *, bucket_s: float, capacity: int) -> None:
        self._day = round(DAY_S / bucket_s)
        self._settle, self._spread = round(SETTLE_S / bucket_s), max(1, round(SPREAD_S / bucket_s))
        self.table = Table(FIELDS, horizon=(LAST_DAYS + 3) * self._day, capacity=capacity)
        self._commenters = Table([], horizon=4 * self._day, capacity=capacity)
        self._waiting = 0  # number of the first day that was not compared

    def post(self, who: Who, followers: Counts, bucket: int) -> None:
        """These posts were made; followers UNTOLD: not said. Shapes: i8[n]."""
        rows = self._rows(who, bucket)
        self._add(rows, POSTS, np.ones(len(rows), np.int64))
        last = self._most(rows, followers)
        tiered = last[(who.scopes[last] & np.uint32(15)) != 0]
        self.table.change("scopes", rows[tiered], who.scopes[tiered] & ~_FORMATS)

    def follow(self, who: Who, followers: Counts, bucket: int) -> None:
        """These creators had so many followers. Shapes: i8[n]."""
        self._most(self._rows(who, bucket), followers)

    def withdraw(self, who: Who, bucket: int) -> None:
        """These posts are deleted: they were not made."""
        rows = self.table.find(_keys(who), bucket)
        rows = rows[rows >= 0]
        self._add(rows, POSTS, np.full(len(rows), -1))

    def draw(self, who: Who, measure: Counts, amount: Counts, bucket: int) -> None:
        """Posts drew so much. Shapes: i8[n] each; measure below DRAWN."""
        self.table.add("sums", self._rows(who, bucket), measure, amount)

    def comment(self, who: Who, actor: Keys, amount: Counts, bucket: int) -> None:
        """Comments of people who are told, a creator's own left out. Shapes: u8[n], i8[n]."""
        other = ((actor >> _HALF).astype(np.uint32) != who.author) & (amount > 0)
        who = Who(who.author[other], who.scopes[other], who.day[other])
        rows, amount = self._rows(who, bucket), amount[other]
        pair = _pairs(_keys(who), actor[other])
        order, ordered = by_key(pair)
        first = order[np.append(True, ordered[1:] != ordered[:-1])[: len(order)]]
        first = first[self._commenters.find(pair[first], bucket) < 0]
        self._commenters.put(pair[first], bucket)
        self._add(rows, NAMED, amount)
        again = amount.copy()
        again[first] -= 1
        self._add(rows, REPEATS, again)

    def due(self, bucket: int) -> Rows:
        """The days to be compared now that a bucket is closed, each once."""
        rows = self.table.since(self._waiting)
        day, author = (self.table.column(name, rows).astype(np.int64) for name in ("day", "author"))
        over = (day + 1) * self._day + self._settle + author % self._spread <= bucket + 1
        judged = self.table.column("judged", rows)
        left = rows[~judged & ~over]
        self._waiting = int(self.table.numbers(left[:1])[0]) if len(left) else self.table.end
        rows = rows[~judged & over]
        self.table.change("judged", rows, np.ones(len(rows), np.bool_))
        return rows

    def with_past(self, rows: Rows, bucket: int) -> Days:
        """These days and the LAST_DAYS before each, the latest first. Shapes: i8[n]."""
        author, scopes, day = (self.table.column(name, rows) for name in ("author", "scopes", "day"))
        back = np.arange(LAST_DAYS + 1)
        days = (day.astype(np.int64)[:, None] - back).ravel()
        who = Who(np.repeat(author, len(back)), np.repeat(scopes, len(back)), days)
        found = self.table.find(_keys(who), bucket).reshape(len(rows), len(back))
        sums = np.where((found >= 0)[..., None], np.clip(self.table.column("sums", found), -MOST, MOST), 0)
        every = np.where(found >= 0, self.table.column("scopes", found), np.uint32(0))
        tiered = (every & np.uint32(15)) != 0
        tiered[:, 0] = False
        last = np.argmax(tiered, axis=1)  # 0, the day itself, where none before says it
        followers = np.where(found >= 0, self.table.column("followers", found), UNTOLD)
        return Days(sums, followers, every[np.arange(len(rows)), last])

    def expire(self, bucket: int) -> None:
        """Let go of what is too old or too much."""
        self.table.expire(bucket)
        self._commenters.expire(bucket)

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers."""
        parts = {"waiting": msgspec.msgpack.encode(self._waiting)}
        return parts | named("days", self.table.snapshot()) | named("commenters", self._commenters.snapshot())

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        self._waiting = msgspec.msgpack.decode(parts["waiting"], type=int)
        self.table.restore(under(parts, "days"))
        self._commenters.restore(under(parts, "commenters"))

    def _rows(self, who: Who, bucket: int) -> Rows:
        """The row of each; days that were not heard of are put."""
        keys = _keys(who)
        order, ordered = by_key(keys)
        change = np.append(True, ordered[1:] != ordered[:-1])[: len(order)]
        one, first = ordered[change], order[change]
        new = self.table.find(one, bucket) < 0
        if new.any():
            at = first[new]
            self.table.put(
                one[new],
                bucket,
                author=who.author[at],
                day=who.day[at],
                scopes=who.scopes[at] & ~_FORMATS,
                followers=np.full(len(at), UNTOLD),
            )
        rows = np.empty(len(keys), np.int64)
        rows[order] = self.table.find(one, bucket)[np.cumsum(change) - 1]
        return rows

    def _most(self, rows: Rows, followers: Counts) -> Counts:
        """Remember the most followers of each row -> the place of it, a row once."""
        order = np.lexsort((followers, rows))
        last: Counts = order[np.append(rows[order][1:] != rows[order][:-1], True)[: len(order)]]
        row = rows[last]
        self.table.change("followers", row, np.maximum(self.table.column("followers", row), followers[last]))
        return last

    def _add(self, rows: Rows, place: int, amount: Counts) -> None:
        self.table.add("sums", rows, np.full(len(rows), place), amount)


def _keys(who: Who) -> Keys:
    """A key for each creator, platform and day, one to one.

    The creator's hash stands in the upper half, by which keys are put in order; a table finds its place by the lower
    one, which all three decide.
    """
    author, day = who.author.astype(np.uint64), who.day.astype(np.uint64)
    platform = (who.scopes >> np.uint32(8)).astype(np.uint64)
    low = ((platform << np.uint64(24) | day) + author) * _ODD & _LOW
    key: Keys = author << _HALF | low
    return key


def _pairs(keys: Keys, actors: Keys) -> Keys:
    """A hash for each creator's day and person. Shapes: u8[n], u8[n] -> u8[n]."""
    once: Keys = (actors ^ (keys * _ODD)) * _ODD
    twice: Keys = once ^ (once >> _HALF)
    return twice
