"""Rows by 64-bit key, many at a time, in plain arrays. What was put first is forgotten first; it knows no clock.

A Python dictionary of a million tuples costs ten times the memory, and cannot be saved in pieces.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.errors import DetectorError
from detectors.subjects.kinds import Keys

Rows = npt.NDArray[np.int64]
"""Positions in a table; -1: none."""

PART_ROWS = 1 << 14
"""Rows that a snapshot keeps together: a part that is full changes only if a row of it does."""


LEAST_ROWS = 256


class _Head(msgspec.Struct, frozen=True):
    """Which rows a snapshot holds, by their number since the beginning."""

    first: int
    end: int


class Table:
    """Hash table with linear probing over rows in the order in which they were put.

    Args:
        fields: what a row holds besides its `key` and its `bucket`, as numpy names types.
        horizon: buckets after which a row is forgotten. >= 1.
        capacity: rows kept at most, as of each `expire`. >= 1.
    Shapes: n keys u8[n] in, rows i8[n] out. Cost: some 0.1 us a key in batches of thousands.
    Source: linear probing, Knuth, The Art of Computer Programming 3, 6.4, algorithm L; in rounds over a batch, ours.

    >>> table = Table([("at", "<f8")], horizon=10, capacity=100)
    >>> table.put(np.array([7, 9], np.uint64), 3, at=np.array([0.5, 1.5]))
    >>> rows = table.find(np.array([9, 8], np.uint64), now=4)
    >>> rows.tolist(), table.column("at", rows[:1]).tolist()
    ([1, -1], [1.5])
    """

    def __init__(self, fields: list[tuple[str, str]], *, horizon: int, capacity: int) -> None:
        if horizon < 1 or capacity < 1:
            raise DetectorError(f"horizon={horizon}, capacity={capacity}: both must be >= 1")
        self._horizon, self._capacity = horizon, capacity
        self._rows = np.zeros(LEAST_ROWS, np.dtype([("key", "<u8"), ("bucket", "<i8"), *fields]))
        self._slots = np.full(2 * LEAST_ROWS, -1, np.int32)
        self._base = 0  # rows let go of since the beginning: row numbers of snapshots count them
        self._first = 0
        self._end = 0

    def __len__(self) -> int:
        return self._end - self._first

    @property
    def oldest(self) -> int:
        """The bucket of the oldest row that is kept; -1: there is none."""
        return int(self._rows["bucket"][self._first]) if len(self) else -1

    def find(self, keys: Keys, now: npt.ArrayLike) -> Rows:
        """The latest row of each key; -1 where it was never put or is forgotten.

        Args:
            now: the bucket from which a horizon is counted; one, or one for each key.
        """
        found = np.full(len(keys), -1, np.int64)
        mask = len(self._slots) - 1
        todo = np.arange(len(keys))
        slot = (keys & np.uint64(mask)).astype(np.int64)
        stored, stored_bucket = self._rows["key"], self._rows["bucket"]
        while len(todo):
            row = self._slots[slot]
            hit = (stored[row] == keys[todo]) & (row >= 0)
            found[todo[hit]] = row[hit]
            on = ~hit & (row >= 0)
            todo, slot = todo[on], (slot[on] + 1) & mask
        gone = (found < self._first) | (stored_bucket[found] <= np.asarray(now) - self._horizon)
        found[gone] = -1
        return found

    def column(self, name: str, rows: Rows) -> npt.NDArray[Any]:
        """A field of these rows, none of them -1."""
        return self._rows[name][rows]

    def put(self, keys: Keys, bucket: npt.ArrayLike, **fields: npt.NDArray[Any]) -> None:
        """Add a row for each key, in order; the keys differ. A key put again has its latest row."""
        n = len(keys)
        self._make_room(n)
        new = self._rows[self._end : self._end + n]
        new["key"], new["bucket"] = keys, bucket
        for name, values in fields.items():
            new[name] = values
        self._index(keys, np.arange(self._end, self._end + n, dtype=np.int32))
        self._end += n

    @property
    def end(self) -> int:
        """The number of the next row: rows are numbered since the beginning, and keep their number while they are."""
        return self._base + self._end

    def numbers(self, rows: Rows) -> Rows:
        """The numbers of these rows."""
        return rows + self._base

    def numbered(self, numbers: Rows) -> Rows:
        """The rows with these numbers; -1 where it is forgotten, or not yet put."""
        rows = numbers - self._base
        return np.where((rows < self._first) | (rows >= self._end), -1, rows)

    def since(self, number: int) -> Rows:
        """The rows that are kept from this number on, in order."""
        return np.arange(max(self._first, number - self._base), self._end)

    def add(self, name: str, rows: Rows, place: npt.NDArray[np.int64], amounts: npt.NDArray[np.int64]) -> None:
        """Add to a field of several numbers of these rows, each as often as it is named. Shapes: i8[n] each."""
        np.add.at(self._rows[name], (rows, place), amounts)

    def change(self, name: str, rows: Rows, values: npt.ArrayLike) -> None:
        """Set a field of these rows: a part of a snapshot that holds one of them changes."""
        self._rows[name][rows] = values

    def expire(self, bucket: int) -> None:
        """Forget what was put for a bucket more than a horizon before this one, and what is too much."""
        while len(self):  # in steps: most of a table is young, and need not be looked at
            buckets = self._rows["bucket"][self._first : min(self._first + PART_ROWS, self._end)]
            young = np.flatnonzero(buckets > bucket - self._horizon)
            self._first += int(young[0]) if len(young) else len(buckets)
            if len(young):
                break
        self._first = max(self._first, self._end - self._capacity)

    def snapshot(self) -> dict[str, bytes]:
        """Its rows in parts; those that are full stay the same from one snapshot to the next, unless a row changed.

        The last one grows anyway: it has no forgotten rows, as a table that was just restored has none. One that fills
        up later keeps what is forgotten by then; of that a table that was restored has less.
        """
        first, end = self._base + self._first, self._base + self._end
        parts = {"head": msgspec.msgpack.encode(_Head(first, end))}
        for number in range(first // PART_ROWS, -(-end // PART_ROWS)):
            growing = (number + 1) * PART_ROWS > end
            low = max(number * PART_ROWS - self._base, self._first if growing else 0)
            parts[str(number)] = self._rows[low : min((number + 1) * PART_ROWS - self._base, self._end)].tobytes()
        return parts

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Take the rows of a snapshot; call it on an empty table."""
        head = msgspec.msgpack.decode(parts["head"], type=_Head)
        numbers = range(head.first // PART_ROWS, -(-head.end // PART_ROWS))
        told = [np.frombuffer(parts[str(number)], self._rows.dtype) for number in numbers]
        rows = np.concatenate(told)[-(head.end - head.first) :] if head.end > head.first else self._rows[:0]
        self._base, self._first, self._end = head.first, 0, 0
        self._make_room(len(rows))
        self._rows[: len(rows)] = rows
        self._end = len(rows)
        self._index_all()

    def _make_room(self, n: int) -> None:
        """Drop the forgotten rows, and make the table half as long again, so that n more fit."""
        if self._end + n <= len(self._rows):
            return
        kept = self._rows[self._kept_from() : self._end]
        size = max(LEAST_ROWS, 3 * (len(kept) + n) // 2)
        self._base += self._end - len(kept)
        self._first -= self._end - len(kept)
        self._rows = np.zeros(size, self._rows.dtype)
        self._rows[: len(kept)] = kept
        self._end = len(kept)
        self._slots = np.full(1 << (2 * size - 1).bit_length(), -1, np.int32)
        self._index_all()

    def _kept_from(self) -> int:
        """Whole parts of a snapshot stay together, forgotten or not: so a full part never changes."""
        return max(0, (self._base + self._first) // PART_ROWS * PART_ROWS - self._base)

    def _index_all(self) -> None:
        """Index every row, the latest of a key last."""
        keys = self._rows["key"][: self._end]
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        last = order[np.append(ordered[1:] != ordered[:-1], True)[: len(order)]]
        self._index(keys[last], last.astype(np.int32))

    def _index(self, keys: Keys, rows: npt.NDArray[np.int32]) -> None:
        mask = len(self._slots) - 1
        stored = self._rows["key"]
        slot = (keys & np.uint64(mask)).astype(np.int64)
        while len(keys):
            there = self._slots[slot]
            mine = (there < 0) | (stored[there] == keys)
            self._slots[slot[mine]] = rows[mine]  # of two that want one free slot, one goes on
            on = self._slots[slot] != rows
            keys, rows, slot = keys[on], rows[on], (slot[on] + 1) & mask
