"""How the posts of a subject spread over people: who posts once, who often, what was deleted, and a sample of whom.

It judges nothing.
"""

import itertools
from collections.abc import Sequence

import msgspec
import numpy as np

from detectors.counts.caps import NO_LIMIT, scaled
from detectors.counts.found import Found
from detectors.counts.order import Counts, Numbers, Places, has, once
from detectors.counts.slices import Living
from detectors.subjects.kinds import Keys

_HALF = np.uint64(32)

SAMPLE = 64
"""Authors that are told by their hashes: those of several hours tell how many of them are the same."""


class People(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The people behind a subject's posts in the window; exact, but for capped subjects (see caps.py).

    Attributes:
        posts, authors: living posts, and how many people wrote them.
        singles: authors of one post.
        pairs: the squares of the authors' numbers of posts, added up: posts^2 / pairs is a Hill number of order 2.
        deleted: posts that their authors deleted.
        gone: people of whom nothing but deleted posts is left.
        least: the least hashes of authors, at most SAMPLE, ascending: u4[k], little-endian. All of them, up to so many.
    """

    posts: int
    authors: int
    singles: int
    pairs: int
    deleted: int
    gone: int
    least: bytes = b""


def people_of(found: Found, told: Places, deleted: Sequence[Living] | None = None) -> list[People]:
    """The crowd of each key told (indices into the keys that were sought).

    Args:
        deleted: rows in each slice whose posts were deleted, their places indices into `told`; None: those of the keys.
    """
    n = len(told)
    place_of = np.full(len(found.keys), -1, np.int64)
    place_of[told] = np.arange(n)
    if deleted is None:
        deleted = [part.deleted(found.keys[told]) for part in found.slices]
    lost = [(rows, part.posts.author) for rows, part in zip(deleted, found.slices, strict=True) if len(rows.place)]
    limits = found.limits[told][:, 0]
    here = _packed([(place_of[found.place], found.author)], limits)
    gone = _packed([(rows.place.astype(np.int64), author[rows.post]) for rows, author in lost], limits)
    first = np.append(True, here[1:] != here[:-1])[: len(here)]
    lengths = np.diff(np.append(np.flatnonzero(first), len(here)))
    people = here[first]
    place = (people >> _HALF).astype(np.intp)
    left = once(gone)
    left = left[~has(people, left)]
    columns: list[Counts] = [
        _sums(place, lengths, n),
        _sums(place, np.ones_like(lengths), n),
        _sums(place, (lengths == 1).astype(np.int64), n),
        _sums(place, lengths * lengths, n),
        np.bincount((gone >> _HALF).astype(np.intp), minlength=n),
        np.bincount((left >> _HALF).astype(np.intp), minlength=n),
    ]
    capped = limits < NO_LIMIT
    if capped.any():
        columns = [np.where(capped, scaled(column, limits), column) for column in columns]
    return list(map(People, *(column.tolist() for column in columns), _least(people, place, n)))


def _least(people: Keys, place: Places, n: int) -> list[bytes]:
    """The first authors of each place. Shapes: u8[m], sorted, intp[m] -> [n]."""
    starts = np.searchsorted(place, np.arange(n + 1))
    first = np.arange(len(people)) - starts[place] < SAMPLE
    authors = people[first].astype("<u4").tobytes()  # the lower half
    ends = np.append(0, 4 * np.minimum(np.diff(starts), SAMPLE).cumsum()).tolist()
    return [authors[start:end] for start, end in itertools.pairwise(ends)]


def _packed(rows: list[tuple[Counts, Numbers]], limits: Numbers) -> Keys:
    """(place, author) of the rows of what is told, authors under the limit only, sorted. Shapes: -> u8[m]."""
    parts = [np.zeros(0, np.uint64)]
    for place, author in rows:
        mine = place >= 0
        mine[mine] = author[mine] <= limits[place[mine]]
        parts.append(place[mine].astype(np.uint64) << _HALF | author[mine])
    return np.sort(np.concatenate(parts))


def _sums(place: Places, values: Counts, n: int) -> Counts:
    found: Counts = np.bincount(place, weights=values, minlength=n).astype(np.int64)
    return found
