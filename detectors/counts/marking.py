"""READ marks posts with the segments they are in, and tells of each segment how many creators it has."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple, get_args

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.order import Numbers, distinct, once
from detectors.counts.scopes import Codes, ScopeCodes
from detectors.counts.segment_table import LEAST_PEOPLE, MAX_SEGMENTS, SegmentTable
from detectors.model.posts import Post

Dimension = Literal["community", "tier", "platform", "language", "format"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)

COMMUNITIES = 4
"""Communities of a post that count, the first ones that it names: each is one more pair for each of its subjects."""

LISTS = 10_000
"""Different lists of communities whose numbers are kept at hand."""

RESERVED = 300
"""Segments for which room is kept: tiers, formats and platforms."""

SETS_BYTES = 300_000
"""Of a run's sets at most: Kafka takes messages of a megabyte. Posts of further sets count in `all` only."""

LONGEST_NAME = 64
"""Characters of a segment's name; a longer one counts in `all` only."""

Columns = npt.NDArray[np.uint16]
"""Numbers of the segments that n posts name themselves, 0 for none. Shapes: u2[n, k]."""


class MarkerState(msgspec.Struct, frozen=True):
    """Names by number (empty: free); of each the latest creators and when they wrote; when ten did in one bucket."""

    names: list[str]
    people: dict[int, dict[int, int]]
    many: dict[int, int]


class Marked(NamedTuple):
    """The table of a run, and the set of each of its posts. Shapes: mark u2[n]."""

    table: SegmentTable | None
    mark: npt.NDArray[np.uint16]


class Marker:
    """Knows the segments of one source partition, and up to ten of the latest creators of each.

    Args:
        dimensions: those that are counted; without any it costs nothing.
        codes: scopes as numbers: platform, format and tier of a post are in them already.
        day: buckets after which a creator no longer counts as one of a segment.
    """

    def __init__(self, dimensions: Sequence[Dimension], codes: ScopeCodes, *, day: int) -> None:
        self._codes, self._day = codes, day
        self._shared = [d for d in DIMENSIONS if d in dimensions and d in ("platform", "tier", "format")]
        self._language, self._community = "language" in dimensions, "community" in dimensions
        self._width = self._language + COMMUNITIES * self._community
        self._names: list[str] = [""]
        self._numbers: dict[str, int] = {}
        self._free: list[int] = []
        self._lists: dict[tuple[str, ...], int] = {}
        self._listed_rows = np.zeros((64, COMMUNITIES), np.uint16)
        self._people: dict[int, dict[int, int]] = {}
        self._many: dict[int, int] = {}
        self.refused = 0
        """Times that a segment was named that could not be told apart: too many, or too long a name."""

    @property
    def active(self) -> bool:
        """Whether anything is counted."""
        return bool(self._shared) or self._width > 0

    def of(self, posts: Sequence[Post]) -> Columns:
        """The segments that posts name themselves: language and communities."""
        columns = np.zeros((len(posts), self._width), np.uint16)
        if self._language:
            columns[:, 0] = [self._own(f"language:{p.language}") if p.language else 0 for p in posts]
        if self._community and posts:
            if len(self._lists) >= LISTS:
                self._lists.clear()
            known = self._lists
            at = [known[p.communities] if p.communities in known else self._listed(p.communities) for p in posts]
            columns[:, -COMMUNITIES:] = self._listed_rows[at]
        return columns

    def marked(
        self, bucket: int, scopes: Codes, own: Columns, author: Numbers, living: npt.NDArray[np.bool_]
    ) -> Marked:
        """The sets of the posts of a run, and who wrote in each segment.

        Args:
            living: posts that are not taken back; the others are no voices. Shape: bool[n].
        """
        if not self.active:
            return Marked(None, np.zeros(len(author), np.uint16))
        columns = [*self._coded_columns(scopes), *own.T]
        numbers, local = _ranked([c for c in columns if c.any()])
        voices = _voices(local, author, living, len(numbers))
        self._learn(bucket, numbers, local, voices, author, living)
        sets, mark = _sets(local, len(author))
        names = tuple(self._names[n] for n in numbers.tolist())
        people = np.array([self._size(n, bucket) for n in numbers.tolist()], np.uint8)
        table = SegmentTable(names, voices.astype("<u4").tobytes(), people.tobytes(), sets.shape[1], sets.tobytes())
        return Marked(table, mark)

    def forget(self, bucket: int, pending: Iterable[Columns]) -> None:
        """Make room: let go of segments in which nobody wrote for a day, but for those of posts that still wait."""
        if not self.active or bucket % self._day:
            return
        self._lists.clear()
        kept = {int(n) for columns in pending for n in once(columns.ravel()).tolist()}
        for name, number in list(self._numbers.items()):
            if number not in kept and self._size(number, bucket) == 0:
                del self._numbers[name]
                self._people.pop(number, None)
                self._many.pop(number, None)
                self._names[number] = ""
                self._free.append(number)

    def take_refused(self) -> int:
        """How often a segment could not be told apart since it was last asked."""
        refused, self.refused = self.refused, 0
        return refused

    def snapshot(self) -> bytes:
        """All it remembers."""
        return msgspec.msgpack.encode(MarkerState(self._names, self._people, self._many))

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot."""
        state = msgspec.msgpack.decode(data, type=MarkerState)
        self._names, self._people, self._many = state.names, state.people, state.many
        self._numbers = {name: number for number, name in enumerate(state.names) if name}
        self._free = [number for number, name in enumerate(state.names) if not name and number]

    def _listed(self, communities: tuple[str, ...]) -> int:
        """The row that holds the numbers of a list of communities; most posts repeat the list of another."""
        row = self._lists[communities] = len(self._lists)
        if row == len(self._listed_rows):
            self._listed_rows = np.concatenate([self._listed_rows, np.zeros_like(self._listed_rows)])
        own = [self._own(f"community:{name}") for name in dict.fromkeys(communities)][:COMMUNITIES]
        self._listed_rows[row] = own + [0] * (COMMUNITIES - len(own))
        return row

    def _own(self, name: str) -> int:
        """The number of what a post names itself; room is kept for what all posts have."""
        number = self._numbers.get(name)
        return self._named(name, MAX_SEGMENTS - RESERVED) if number is None else number

    def _named(self, name: str, room: int) -> int:
        if len(self._numbers) >= room or len(name) > LONGEST_NAME:
            self.refused += 1
            return 0
        if self._free:
            number = self._free.pop()
            self._names[number] = name
        else:
            number = len(self._names)
            self._names.append(name)
        self._numbers[name] = number
        return number

    def _coded(self, name: str) -> int:
        number = self._numbers.get(name)
        return self._named(name, MAX_SEGMENTS) if number is None else number

    def _coded_columns(self, scopes: Codes) -> Iterable[npt.NDArray[np.uint16]]:
        for names, value in self._codes.dimensions(scopes):
            if names[-1].partition(":")[0] in self._shared:
                used = np.bincount(value, minlength=len(names)) > 0
                numbers = [self._coded(name) if name and use else 0 for name, use in zip(names, used, strict=True)]
                yield np.array(numbers, np.uint16)[value]

    def _size(self, number: int, bucket: int) -> int:
        """Creators of the last day, LEAST_PEOPLE at most."""
        if self._many.get(number, bucket - self._day) > bucket - self._day:
            return LEAST_PEOPLE
        return sum(at > bucket - self._day for at in self._people.get(number, {}).values())

    def _learn(
        self,
        bucket: int,
        numbers: npt.NDArray[np.uint16],
        local: Sequence[Numbers],
        voices: npt.NDArray[np.int64],
        author: Numbers,
        living: npt.NDArray[np.bool_],
    ) -> None:
        """Remember the latest creators of each segment; where ten wrote in one bucket, that they did says enough."""
        few = np.append(False, voices < LEAST_PEOPLE)
        for place in np.flatnonzero(voices >= LEAST_PEOPLE).tolist():
            self._many[int(numbers[place])] = bucket
        for column in local:
            for at in np.flatnonzero(few[column] & living).tolist():
                latest = self._people.setdefault(int(numbers[column[at] - 1]), {})
                latest.pop(int(author[at]), None)
                latest[int(author[at])] = bucket  # the latest stand last
                if len(latest) > LEAST_PEOPLE:
                    del latest[next(iter(latest))]


def _ranked(columns: list[npt.NDArray[Any]]) -> tuple[npt.NDArray[np.uint16], list[Numbers]]:
    """The numbers used, and the columns as places among them, from 1; 0 stays 0."""
    used = np.zeros(MAX_SEGMENTS + 1, np.bool_)
    for column in columns:
        used[column] = True
    used[0] = False
    rank = (np.cumsum(used) * used).astype(np.uint32)
    return np.flatnonzero(used).astype(np.uint16), [rank[column] for column in columns]


def _voices(local: list[Numbers], author: Numbers, living: npt.NDArray[np.bool_], n: int) -> npt.NDArray[np.int64]:
    """Distinct creators of each segment."""
    parts = [
        (column[at] - np.uint32(1), author[at]) for column in local for at in [np.flatnonzero((column > 0) & living)]
    ]
    if not parts:
        return np.zeros(n, np.int64)
    return distinct(np.concatenate([g for g, _ in parts]), np.concatenate([a for _, a in parts]), n)


def _sets(local: list[Numbers], n: int) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16]]:
    """The different rows of the columns, the empty one first, and which of them each post has. u2[q, w], u2[n]."""
    width = max(1, len(local))
    if not local or not n:
        return np.zeros((1, width), "<u2"), np.zeros(n, np.uint16)
    code = np.zeros(n, np.uint64)
    size = 1
    for column in local:
        most = int(column.max()) + 1
        if size * most >= 1 << 62:
            code, size = np.searchsorted(once(code), code).astype(np.uint64), n
        code, size = code * np.uint64(most) + column, size * most
    codes = once(code)
    place = np.searchsorted(codes, code)
    first = np.zeros(len(codes), np.intp)
    first[place[::-1]] = np.arange(n - 1, -1, -1)
    sets = np.zeros((min(len(codes) + 1, SETS_BYTES // (2 * width)), width), "<u2")
    for at, column in enumerate(local):
        sets[1:, at] = column[first[: len(sets) - 1]]
    return sets, np.where(place < len(sets) - 1, place + 1, 0).astype(np.uint16)
