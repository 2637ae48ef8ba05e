"""Rows of pairs of subject and segment: what a slice brings, and what it holds of some pairs. Counts nothing."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.order import Counts, Numbers, Places, distinct, has, once
from detectors.counts.segment_table import mixed
from detectors.counts.slices import NO_ROWS, Bools, Living, Slice
from detectors.subjects.kinds import KINDS, Keys

LISTED = np.uint64(KINDS.index("format"))
"""Kinds before this one make pairs."""

_CODE = np.uint64(7)
_NOT = np.uint16(2**16 - 1)


class Arrived(NamedTuple):
    """m rows of subject, segment and author, of k subjects and s segments.

    Shapes: keys u8[k]; segments u4[s]; pair u8[m]; subject u4[m], index into the keys; at u2[m], index into the
    segments; author u4[m]; again bool[m], whether the author may stand twice.
    """

    keys: Keys
    segments: Numbers
    pair: Keys
    subject: Numbers
    at: npt.NDArray[np.uint16]
    author: Numbers
    again: Bools


class Wanted(NamedTuple):
    """n pairs. Shapes: pair u8[n], sorted and distinct; key u8[n]; segment u4[n]."""

    pair: Keys
    key: Keys
    segment: Numbers

    def chosen(self, at: Places) -> "Wanted":
        """Some of them."""
        return Wanted(self.pair[at], self.key[at], self.segment[at])


def firsts(pairs: Keys) -> Places:
    """Where each distinct pair stands first, by pair."""
    order = np.argsort(pairs, kind="stable")
    ordered = pairs[order]
    first: Places = order[np.append(True, ordered[1:] != ordered[:-1])[: len(order)]]
    return first


def arrived(part: Slice, counted: Numbers) -> Arrived:
    """The rows of the pairs of a slice.

    Args:
        counted: segments whose pairs are counted, sorted, at least one.
    """
    mine = np.flatnonzero((part.keys & _CODE) < LISTED)
    rows, posts, keys = part.rows_at(mine), part.posts, part.keys[mine]
    at = np.minimum(np.searchsorted(counted, posts.marks), len(counted) - 1)
    at = np.where(counted[at] == posts.marks, at, _NOT).astype(np.uint16)
    mark = posts.mark[rows.post]
    columns = []
    for column in at.T:
        segment = column[mark]
        known = np.flatnonzero(segment != _NOT)
        columns.append((rows.place[known], segment[known], rows.post[known]))
    subject, segment, post = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    pair = mixed(keys[subject], counted[segment])
    return Arrived(keys, counted, pair, subject, segment, posts.author[post], part.author_again[post])


def repeats(rows: Arrived) -> Places:
    """Rows whose author has the pair in an earlier row."""
    maybe = np.flatnonzero(rows.again)
    people = mixed(rows.pair[maybe], rows.author[maybe])
    order = np.argsort(people, kind="stable")
    found: Places = maybe[order[1:][people[order][1:] == people[order][:-1]]]
    return found


def rows_of(wanted: Wanted, parts: Sequence[Slice], *, deleted: bool = False) -> list[Living]:
    """The living rows of pairs in each slice, or those that their authors deleted; places are those of the pairs."""
    if not len(wanted.pair):
        return [NO_ROWS] * len(parts)
    keys, segments = once(wanted.key), once(wanted.segment)
    found = ((part, part.deleted(keys) if deleted else part.find(keys)) for part in parts)
    return [_of_pairs(rows, part, wanted, keys, segments) for part, rows in found]


def _of_pairs(rows: Living, part: Slice, wanted: Wanted, keys: Keys, segments: Numbers) -> Living:
    """Those of the rows of some keys whose posts are in a segment that is wanted with the key."""
    sets = part.posts.marks
    mark = part.posts.mark[rows.post]
    likely: Bools = np.asarray(has(segments, sets).any(axis=1))
    mine = np.flatnonzero(likely[mark])
    pair = mixed(keys[rows.place[mine]][:, None], sets[mark[mine]]).ravel()
    place = np.minimum(np.searchsorted(wanted.pair, pair), len(wanted.pair) - 1)
    found = np.flatnonzero(wanted.pair[place] == pair)
    return Living(place[found].astype(np.uint32), rows.post[mine[found // sets.shape[1]]])


def within(rows: Sequence[Living], slices: Sequence[Slice], n: int) -> Counts:
    """Voices of each pair in the window, slice by slice, as they were counted when they came."""
    total = np.zeros(n, np.int64)
    for own, part in zip(rows, slices, strict=True):
        total += distinct(own.place, part.posts.author[own.post], n)
    return total
