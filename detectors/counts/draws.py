"""What the posts of the window draw: engagements, and the people who comment on them or share them.

They are told beside the voices that a burst is measured by, and never among them: see docs/decisions/0037-acting.md.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.caps import NO_LIMIT, scaled
from detectors.counts.found import Found
from detectors.counts.order import Counts, Numbers, Places, has, lasts, once, spread
from detectors.counts.slices import Bools
from detectors.subjects.kinds import Keys

DRAW = np.dtype([("post_id", "<u8"), ("actor", "<u4"), ("made", "<i4"), ("amount", "<i4")], align=False)
"""What somebody drew from a post: `made` is the post's bucket, `amount` how often `actor` commented on it or shared it.
Actor 0: all engagements of the post, named or not."""

DrawRows = npt.NDArray[np.void]

PIECE_ROWS = 20_000
"""Rows of a piece of a run: as many bytes as `PIECE_BYTES` in runs.py allows."""

MOST = 2**31 - 1

FEW_PARTS = 12
"""So many parts are looked through one after the other; more are made one."""

_HALF = np.uint64(32)


class Drawn(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What some posts of the window drew.

    Attributes:
        engagements: likes, comments, shares and saves.
        voices: people who wrote the posts.
        acting: people who commented on the posts or shared them, as far as acts name them, and wrote none of them.
    """

    engagements: int
    voices: int
    acting: int

    @property
    def per_voice(self) -> float:
        """Engagements per person who posts."""
        return self.engagements / max(self.voices, 1)


class _Part(NamedTuple):
    """Rows in columns, by post and actor; see DRAW."""

    post_id: Keys
    actor: Numbers
    made: npt.NDArray[np.int32]
    amount: npt.NDArray[np.int32]

    def chosen(self, at: Places | Bools) -> "_Part":
        return _Part(self.post_id[at], self.actor[at], self.made[at], self.amount[at])


_NOTHING = _Part(np.zeros(0, np.uint64), np.zeros(0, np.uint32), np.zeros(0, np.int32), np.zeros(0, np.int32))


class Draws:
    """What the posts of the last buckets drew.

    Args:
        window: buckets of the window. >= 1.
    """

    def __init__(self, window: int) -> None:
        self._window = window
        self._since = 0
        self._parts: list[_Part] = []

    def add(self, told: Iterable[bytes]) -> None:
        """Take what some runs tell."""
        rows = [np.frombuffer(data, DRAW) for data in told]
        if rows:
            self._parts.append(_columns(np.concatenate(rows)))

    def expire(self, bucket: int) -> None:
        """Let go of posts that are not in the window any more that ends with `bucket`."""
        self._since = bucket - self._window + 1
        if len(self._parts) > FEW_PARTS:
            columns = [np.concatenate(column) for column in zip(*self._parts, strict=True)]
            young = columns[_Part._fields.index("made")] >= self._since
            rows = np.zeros(int(young.sum()), DRAW)
            for name, column in zip(_Part._fields, columns, strict=True):
                rows[name] = column[young]
            self._parts = [_columns(rows)]

    def usual(self, people: int) -> Drawn | None:
        """What all posts of the window drew, where so many people post; None: nothing is known.

        Its `acting` are acts by named people, more than there are people: what is beyond the usual is never too much.
        """
        engagements = acting = 0
        for part in self._parts:
            young, named = part.made >= self._since, part.actor != 0
            engagements += int(part.amount[young & ~named].sum())
            acting += int(part.amount[young & named].sum())
        return Drawn(engagements, people, acting) if engagements > 0 else None

    def of(self, found: Found, told: Places) -> list[Drawn | None]:
        """What the posts of each key told drew (indices into the keys that were sought); None: not known of any.

        Of a capped subject (see caps.py) a sample stands for all.
        """
        n = len(told)
        if not self._parts or not n:
            return [None] * n
        limits = found.limits[told][:, 0]
        place, post_id, author = _rows_of(found, told, limits)
        order = np.argsort(post_id, kind="stable")
        place, ordered = place[order], post_id[order]
        last = lasts(ordered)
        first = np.append(0, last[:-1] + 1)[: len(last)]
        which, drew = self._about(ordered[last])
        stands = np.repeat(np.arange(len(last)), last + 1 - first)
        named = drew.actor != 0
        sums = np.bincount(which[~named], drew.amount[~named], len(last))
        known = np.bincount(place, np.bincount(which, minlength=len(last))[stands], n) > 0
        wrote = once(_packed(place, author[order]))
        columns = [
            np.bincount(place, sums[stands], n).astype(np.int64),
            np.bincount((wrote >> _HALF).astype(np.intp), minlength=n),
            _people(place, first[which[named]], (last + 1 - first)[which[named]], drew.chosen(named), wrote, n),
        ]
        if (limits < NO_LIMIT).any():
            columns = [scaled(column, limits) for column in columns]
        rows = zip(known.tolist(), *(column.tolist() for column in columns), strict=True)
        return [Drawn(max(total, 0), people, others) if some else None for some, total, people, others in rows]

    def _about(self, ids: Keys) -> tuple[Places, _Part]:
        """Rows about these posts, distinct and sorted -> which of them, and the rows."""
        places, parts = [np.zeros(0, np.intp)], [_NOTHING]
        for part in self._parts:
            low = np.searchsorted(part.post_id, ids, "left")
            rows = np.searchsorted(part.post_id, ids, "right") - low
            row, which = spread(low, rows), np.repeat(np.arange(len(ids)), rows)
            young = part.made[row] >= self._since
            places.append(which[young])
            parts.append(part.chosen(row[young]))
        return np.concatenate(places), _Part(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def draws_of(post_id: Keys, actor: Numbers, made: Counts, amount: Counts) -> DrawRows:
    """What acts mean, a row for each post and actor. Shapes: [m] each -> DRAW[k], by post and actor."""
    rows = np.zeros(len(post_id), DRAW)
    rows["post_id"], rows["actor"], rows["made"] = post_id, actor, made
    rows["amount"] = np.clip(amount, -MOST, MOST)
    return summed(rows)


def summed(rows: DrawRows) -> DrawRows:
    """Rows of the same post and actor as one, in the order of both; what comes to nothing is left out."""
    if not len(rows):
        return rows
    rows = rows[np.lexsort((rows["actor"], rows["post_id"]))]
    actor, post_id = rows["actor"], rows["post_id"]
    last = np.flatnonzero(np.append((post_id[1:] != post_id[:-1]) | (actor[1:] != actor[:-1]), True))
    upto = np.cumsum(rows["amount"], dtype=np.int64)[last]
    found = rows[last]
    sums = np.diff(upto, prepend=0)
    found["amount"] = np.clip(sums, -MOST, MOST)
    summed: DrawRows = found[(sums != 0) | (found["actor"] == 0)]
    return summed


def pieces_of(rows: DrawRows) -> list[bytes]:
    """The rows as bytes, in pieces that fit a run; at least one."""
    return [rows[start : start + PIECE_ROWS].tobytes() for start in range(0, max(len(rows), 1), PIECE_ROWS)]


def _columns(rows: DrawRows) -> _Part:
    rows = summed(rows)
    return _Part(*(np.ascontiguousarray(rows[name]) for name in _Part._fields))


def _rows_of(found: Found, told: Places, limits: Numbers) -> tuple[Places, Keys, Numbers]:
    """The living rows of what is told, authors under the limit -> place in `told`, id and author of each post."""
    place_of = np.full(len(found.keys), -1, np.int64)
    place_of[told] = np.arange(len(told))
    place = place_of[found.place]
    mine = place >= 0
    mine[mine] = found.author[mine] <= limits[place[mine]]
    return place[mine].astype(np.intp), found.ids[mine], found.author[mine]


def _people(place: Places, first: Places, lengths: Counts, rows: _Part, wrote: Keys, n: int) -> Counts:
    """Who acted and wrote nothing: what was taken back again is no act.

    Args:
        place: of each post as it stands under each key, in order. first, lengths: where in it a row's post stands.
        wrote: the authors of each place, packed.
    Shapes: intp[s], intp[m], i8[m], DRAW[m], u8[w] -> i8[n].
    """
    packed = _packed(place[spread(first, lengths)], np.repeat(rows.actor, lengths))
    if (rows.amount > 0).all():
        people = once(packed)
    else:
        order = np.argsort(packed, kind="stable")
        last = lasts(packed[order])
        upto = np.cumsum(np.repeat(rows.amount, lengths)[order], dtype=np.int64)[last]
        people = packed[order][last][np.diff(upto, prepend=0) > 0]
    people = people[~has(wrote, people)]
    return np.bincount((people >> _HALF).astype(np.intp), minlength=n)


def _packed(place: Places, people: Numbers) -> Keys:
    packed: Keys = place.astype(np.uint64) << _HALF | people.astype(np.uint64)
    return packed
