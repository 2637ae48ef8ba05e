"""Orders that were counted, and running totals as growth: what an act of a bucket is worth. It knows no scopes.

Most counters of platforms come late and as running totals. A total must never become a burst: its growth is spread
over the time since the last one, a first one is a base, a fall a correction, a step of rounding
no growth of the moment.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.order import Counts, spread
from detectors.counts.table import Rows, Table
from detectors.stages.acts import Acts
from detectors.stages.rounding import unsure

HOUR_S = 3600.0

TINY_S = 1e-6
"""Two totals of one instant have no time between them: what grew, grew then."""

JUMP = 10
"""Times from which a total that is told again is off by orders of magnitude, if it is no growth at its pace."""

LEAST_TOTAL = 100
"""A total below it says nothing: ten times a handful is soon there."""

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
Definitions = npt.NDArray[np.uint32]


class Counted(NamedTuple):
    """The acts of a bucket as they count, and where a total changed its definition.

    Shapes: acts ACT[k]; source intp[k], index into the acts given; the others intp, indices into them: measured are
    totals whose growth since the last is known, also if there is none; bridged those of them whose growth is over more
    than a window, and in no series; compared those that say something of jumps, and jumped those that did.
    """

    acts: Acts
    source: Places
    redefined: Places
    measured: Places
    bridged: Places
    compared: Places
    jumped: Places


class Ledger:
    """Orders that were counted, and the last running totals.

    Totals of one post and measure are put in the order of their event times, whatever the order in which they come:
    one that is older than the last is no news. Growth is spread evenly over the buckets since the last total, or since
    the post was made if it has none; over whole hours, and then for figures only, if that is more than a window. What
    the rounding of totals may have hidden is spread since the total last moved: a step is no burst. A first total
    whose post is not known, or was made at that very time, is a base. Another definition starts anew with a base.

    Args:
        bucket_s, window_s: seconds.
        horizon, capacity: see Table.
    """

    def __init__(self, *, bucket_s: float, window_s: float, horizon: int, capacity: int) -> None:
        self._bucket_s, self._window_s = bucket_s, window_s
        self._capacity, self._memory_s = capacity, horizon * bucket_s
        self._orders = Table([], horizon=horizon, capacity=capacity)
        fields = [("total", "<i8"), ("at", "<f8"), ("moved", "<f8"), ("definition", "<u4")]
        self._totals = Table(fields, horizon=horizon, capacity=capacity)

    @property
    def tables(self) -> dict[str, Table]:
        """What a snapshot keeps."""
        return {"orders": self._orders, "totals": self._totals}

    def counted(self, acts: Acts, began: Floats, bucket: int) -> Counted:
        """The acts of a bucket as they count: an order once, a total by its growth since the last.

        Args:
            began: when each act's post was made, epoch seconds; NaN: not known. Shape f8[m].
        """
        if not acts["key"].any():
            return Counted(acts, np.arange(len(acts)), *(np.zeros(0, np.intp) for _ in range(5)))
        acts = acts.copy()
        self._order(acts, np.flatnonzero((acts["key"] != 0) & ~acts["is_total"]), bucket)
        grown = self._grow(acts, began, np.flatnonzero(acts["is_total"]), bucket)
        for table in self.tables.values():
            table.expire(bucket)
        kept = np.flatnonzero(~acts["is_total"] & (acts["amount"] != 0))
        parts, owner = self._parts(acts[grown.where], grown.amount, grown.since)
        source = np.concatenate([kept, grown.where[owner]])
        return Counted(np.concatenate([acts[kept], parts]), source, *grown[3:])

    def _order(self, acts: Acts, where: Places, bucket: int) -> None:
        keys = acts["key"][where]
        _, first = np.unique(keys, return_index=True)
        new = np.zeros(len(where), np.bool_)
        new[first] = True
        new &= self._orders.find(keys, bucket) < 0
        self._orders.put(keys[new], bucket)
        acts["amount"][where[~new]] = 0

    def _grow(self, acts: Acts, began: Floats, where: Places, bucket: int) -> "_Grown":
        """Totals by their growth."""
        if len(where):
            rows = self._totals.find(acts["key"][where], bucket)
            where, rows = _in_order(acts, where, rows, self._totals)
        if not len(where):
            return _Grown(where, where, np.zeros(0), *(where for _ in range(5)))
        keys, at, total, said = (acts[name][where] for name in ("key", "at", "amount", "definition"))
        again = np.append(False, keys[1:] == keys[:-1])
        old = rows >= 0
        base, since = total.copy(), self._beginnings(began[where], at)
        base[np.isfinite(since)] = 0
        base[old], since[old] = self._totals.column("total", rows[old]), self._totals.column("at", rows[old])
        base[again], since[again] = total[:-1][again[1:]], at[:-1][again[1:]]
        was, known = self._definitions(said, again, rows)
        redefined = (said != 0) & (was != 0) & (said != was)
        growth = np.where(redefined, 0, total - base)
        moved, now_moved = self._moved(at, since, again, rows, changed=redefined | (total != base) | np.isnan(since))
        compared, jumped = jumps(base, total, since, at, began[where])
        compared &= (old | again) & ~redefined
        last = np.append(~again[1:], True)
        columns = {"total": total, "at": at, "moved": now_moved, "definition": known}
        self._totals.put(keys[last], bucket, **{name: values[last] for name, values in columns.items()})
        hidden = np.where(moved < since, np.minimum(unsure(base, total), np.maximum(growth, 0)), 0)
        amount, began_at = (
            np.concatenate([growth - hidden, hidden]),
            np.concatenate([since, np.maximum(moved, at - self._memory_s)]),
        )
        grew = amount != 0
        measured = ~redefined & np.isfinite(since)
        bridged = measured & (at - since > self._window_s)
        marked = (where[which] for which in (redefined, measured, bridged, compared, compared & jumped))
        return _Grown(np.tile(where, 2)[grew], amount[grew], began_at[grew], *marked)

    def _moved(self, at: Floats, since: Floats, again: Bools, rows: Rows, *, changed: Bools) -> tuple[Floats, Floats]:
        """When each total of an ordered batch had last moved before, and when it has with it."""
        before = since.copy()
        before[rows >= 0] = self._totals.column("moved", rows[rows >= 0])
        place = np.arange(len(at))
        start = np.maximum.accumulate(np.where(again, 0, place))
        last = np.maximum.accumulate(np.where(changed, place, -1))
        moved = np.where(last >= start, at[last], before)
        return np.where(again, np.append(np.nan, moved[:-1]), before), moved

    def _beginnings(self, began: Floats, at: Floats) -> Floats:
        """Since when a first total has grown from 0: since its post was made; NaN where that is not known.

        Nothing grows in no time: a post that is said to be made when its total was taken was there before.
        Where totals were forgotten for want of room, a post that is older than those left may have had one.
        """
        forgotten = self._totals.oldest if len(self._totals) >= self._capacity else -1
        sure = (began < at) & (began >= (forgotten + 1) * self._bucket_s)
        return np.where(sure, began, np.nan)

    def _definitions(self, said: Definitions, again: Bools, rows: Rows) -> tuple[Definitions, Definitions]:
        """What each total of an ordered batch meant before, and what it means: without a word, as before."""
        old = rows >= 0
        before = np.zeros(len(said), np.uint32)
        before[old] = self._totals.column("definition", rows[old])
        place = np.arange(len(said))
        start = np.maximum.accumulate(np.where(again, 0, place))
        named = np.maximum.accumulate(np.where(said != 0, place, -1))
        known = np.where(named >= start, said[named], before)
        was = np.where(again, np.append(np.uint32(0), known[:-1]), before)
        return was, known

    def _parts(self, acts: Acts, amount: Counts, since: Floats) -> tuple[Acts, Places]:
        """Growth spread over the time in which it came -> parts, each of one bucket or hour; each one's act."""
        at = acts["at"]
        coarse = at - since > self._window_s
        width = np.where(coarse, HOUR_S, self._bucket_s)
        first = np.floor_divide(since, width).astype(np.int64)
        count = np.floor_divide(at, width).astype(np.int64) - first + 1
        owner = np.repeat(np.arange(len(acts)), count)
        number = spread(first, count)
        parts = acts[owner]
        parts["amount"] = amount[owner]
        start = np.maximum(number * width[owner], since[owner])
        end = np.minimum((number + 1) * width[owner], at[owner])
        length = np.maximum(at - since, TINY_S)[owner]
        grown = np.where(number == (first + count - 1)[owner], 1.0, (end - since[owner]) / length)
        upto = np.trunc(np.abs(parts["amount"]) * grown).astype(np.int64)
        before = np.append(0, upto[:-1])
        before[np.cumsum(count) - count] = 0
        parts["amount"] = (upto - before) * np.sign(parts["amount"])
        parts["at"] = start
        parts["live"] = ~coarse[owner] & (parts["amount"] > 0)
        some = parts["amount"] != 0
        return parts[some], owner[some]


class _Grown(NamedTuple):
    """Which acts grew, by how much and since when: an act may be there twice. The others as in Counted."""

    where: Places
    amount: Counts
    since: Floats
    redefined: Places
    measured: Places
    bridged: Places
    compared: Places
    jumped: Places


def jumps(before: Counts, after: Counts, since: Floats, at: Floats, began: Floats) -> tuple[Bools, Bools]:
    """Which totals are large enough to say so, and which are orders of magnitude off. Shapes: [n] each.

    A total may grow at the pace that it had since its post was made, and be no jump, however long it was not told.
    """
    age, then = at - began, since - began
    with np.errstate(invalid="ignore", divide="ignore"):
        pace = np.where(then > 0, np.maximum(age / then, 1.0), 1.0)  # not known when it was made: none
    compared: Bools = before >= LEAST_TOTAL
    return compared, (after >= JUMP * before * pace) | (after * JUMP <= before)


def _in_order(acts: Acts, where: Places, rows: Rows, totals: Table) -> tuple[Places, Rows]:
    """Totals by key and event time, without those that are older than the last that is remembered."""
    last_at = np.full(len(where), -np.inf)
    last_at[rows >= 0] = totals.column("at", rows[rows >= 0])
    order = np.lexsort((acts["amount"][where], acts["at"][where], acts["key"][where]))
    order = order[(acts["at"][where] >= last_at)[order]]
    return where[order], rows[order]
