"""COUNT's share of the figures: sums by window and scope, told when a window closes and when it was corrected."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import numpy as np

from detectors.counts.ticks import FigureSums
from detectors.errors import DetectorError
from detectors.figures.rows import Told, VoiceCounts
from detectors.figures.voices import WHOLE, Voices

HOUR_S, DAY_S = 3600, 86_400

MOST_SCOPES = {"campaign": 2000, "community": 1000, "creator": 4000}
"""Scopes of a window that are kept, of the dimensions that anybody can name at will. The first come stay."""

AT_ONCE = 1000
"""Records that are told with one bucket, at most; the others wait for the next: a bound on the tick's size."""


class Entry(msgspec.Struct, array_like=True):
    """One scope in one window; revision -1: it was not told yet."""

    sums: dict[str, int]
    authors: dict[int, int]
    limit: int = WHOLE
    revision: int = -1
    dirty: bool = False


class Period(msgspec.Struct, array_like=True):
    """A window: its entries by scope; engagements, and those about known posts; scopes by bounded dimension."""

    entries: dict[str, Entry]
    acts: int = 0
    known: int = 0
    taken: dict[str, int] = {}


class _State(msgspec.Struct, frozen=True):
    windows: list[tuple[int, int]]
    due: list[tuple[int, int, str]]
    hour_at: int


class FigureBook:
    """Windows of one hour and one day, tumbling in event time, for the scopes whose names fall to this partition.

    A window is told when the bucket that ends it is complete: each scope in which something happened, as revision 0.
    What changed in closed windows since is told, under the next revision, when an hour ends.

    Args:
        bucket_s: width of a bucket in seconds; divides an hour.
        keep_s: after which a closed window is final and forgotten, seconds.
    """

    def __init__(self, *, bucket_s: float, keep_s: float) -> None:
        self._bucket_s, self._keep_s = bucket_s, keep_s
        self._periods: dict[tuple[int, int], Period] = {}
        self._saved: dict[tuple[int, int], bytes] = {}
        self._due: deque[tuple[int, int, str]] = deque()
        self._hour_at = 0
        self._refused = 0

    def take(self, told: Iterable[Told]) -> None:
        """Take in what the runs of a tick tell, in a fixed order."""
        told = list(told)
        for one in told:
            self._refused += one.left_out
            self._sums(one)
            for hour, acts, known in one.acts:
                for period in self._periods_of(hour):
                    period.acts += acts
                    period.known += known
        self._voices(told)

    def due(self, bucket: int) -> tuple[FigureSums, ...]:
        """What is to be told now that a bucket is complete."""
        hour_at = int((bucket + 1) * self._bucket_s) // HOUR_S * HOUR_S
        if hour_at > self._hour_at:  # buckets may be left out in a long silence
            self._hour_at = hour_at
            self._forget()
            self._due.extend(self._news())
        return tuple(self._told(*self._due.popleft()) for _ in range(min(AT_ONCE, len(self._due))))

    def refused(self) -> int:
        """Since the last bucket: scopes that found no room in a window or in a run, sums of forgotten windows."""
        refused, self._refused = self._refused, 0
        return refused

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers; a window that did not change has equal bytes, and is not encoded again."""
        for key, period in self._periods.items():
            if key not in self._saved:
                self._saved[key] = msgspec.msgpack.encode(period)
        parts = {f"figures/{width}/{start}": data for (width, start), data in self._saved.items()}
        return parts | {
            "figures": msgspec.msgpack.encode(_State(sorted(self._periods), list(self._due), self._hour_at))
        }

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot. Raises: DetectorError if a part is missing."""
        state = msgspec.msgpack.decode(_part(parts, "figures"), type=_State)
        self._due, self._hour_at = deque(state.due), state.hour_at
        for width, start in state.windows:
            data = _part(parts, f"figures/{width}/{start}")
            self._periods[width, start] = msgspec.msgpack.decode(data, type=Period)
            self._saved[width, start] = data

    def _sums(self, told: Told) -> None:
        columns = (np.frombuffer(told.scope, "<u4"), np.frombuffer(told.hour, "<i4"), np.frombuffer(told.name, "<u2"))
        rows = zip(*(c.tolist() for c in columns), np.frombuffer(told.amount, "<i8").tolist(), strict=True)
        for scope, hour, name, amount in rows:
            what = told.sums[name]
            for entry in self._entries_of(hour, told.scopes[scope]):
                entry.sums[what] = entry.sums.get(what, 0) + amount

    def _voices(self, told: Sequence[Told]) -> None:
        """Voices of all runs at once: of a full sample, most of what comes is above its limit."""
        parts: dict[tuple[int, str], list[VoiceCounts]] = {}
        for one in told:
            for part in one.voices:
                parts.setdefault((part.hour, one.scopes[part.scope]), []).append(part)
        for (hour, scope), mine in parts.items():
            authors = np.frombuffer(b"".join(part.authors for part in mine), "<u4")
            posts = np.frombuffer(b"".join(part.posts for part in mine), "<i4")
            limit = min(part.limit for part in mine)
            for entry in self._entries_of(hour, scope):
                below = authors < min(limit, entry.limit)
                voices = Voices(entry.authors, entry.limit)
                voices.add(zip(authors[below].tolist(), posts[below].tolist(), strict=True), limit)
                entry.limit = voices.limit

    def _periods_of(self, hour: int) -> Iterator[Period]:
        """The windows that hold an hour."""
        for width in (HOUR_S, DAY_S):
            key = width, hour * HOUR_S // width * width
            if sum(key) <= self._hour_at - self._keep_s:
                self._refused += 1
                continue
            self._saved.pop(key, None)
            period = self._periods.get(key)
            if period is None:
                period = self._periods[key] = Period({})
            yield period

    def _entries_of(self, hour: int, scope: str) -> Iterator[Entry]:
        """The entries of a scope in the windows that hold an hour, about to change."""
        for period in self._periods_of(hour):
            entry = period.entries.get(scope)
            if entry is None:
                if not self._has_room(period, scope):
                    continue
                entry = period.entries[scope] = Entry({}, {})
            entry.dirty = True
            yield entry

    def _has_room(self, period: Period, scope: str) -> bool:
        dimension = scope.partition(":")[0]
        if dimension not in MOST_SCOPES:
            return True
        taken = period.taken.get(dimension, 0)
        if taken >= MOST_SCOPES[dimension]:
            self._refused += 1
            return False
        period.taken[dimension] = taken + 1
        return True

    def _news(self) -> Iterator[tuple[int, int, str]]:
        """Windows that closed, and what was corrected in those that had: the oldest first."""
        waiting = set(self._due)
        for width, start in sorted(self._periods, key=lambda key: (key[1] + key[0], key)):
            if start + width <= self._hour_at:
                for scope, entry in sorted(self._periods[width, start].entries.items()):
                    if entry.dirty and (width, start, scope) not in waiting:
                        yield width, start, scope

    def _told(self, width: int, start: int, scope: str) -> FigureSums:
        period = self._periods[width, start]
        entry = period.entries[scope]
        entry.revision, entry.dirty = entry.revision + 1, False
        self._saved.pop((width, start), None)
        voices = Voices(entry.authors, entry.limit).number
        sums = {name: amount for name, amount in sorted(entry.sums.items()) if amount}
        return FigureSums(scope, start, width, entry.revision, sums, voices, period.acts, period.known)

    def _forget(self) -> None:
        waiting = {(width, start) for width, start, _ in self._due}
        for key in [k for k in self._periods if sum(k) <= self._hour_at - self._keep_s and k not in waiting]:
            del self._periods[key]
            self._saved.pop(key, None)


def _part(parts: Mapping[str, bytes], name: str) -> bytes:
    if name not in parts:
        raise DetectorError(f"the snapshot has no part {name}: {', '.join(sorted(parts)) or 'it is empty'}")
    return parts[name]
