"""Slices that lie behind the short window, made one for each of its lengths: fewer to look through, the same posts."""

from collections.abc import Sequence

import numpy as np

from detectors.counts.caps import joined
from detectors.counts.order import Numbers, by_key, lasts, spread
from detectors.counts.segment_table import NO_MARKS, Marks, stacked
from detectors.counts.slices import Rows, Slice, SlicePosts, Small
from detectors.counts.slicing import compact
from detectors.subjects.kinds import Keys


def merged(slices: Sequence[Slice], *, marked: bool = False) -> Slice:
    """One slice with the living posts of some.

    Its authors and voices of a key are theirs added up: what buckets teach the past; a bound of the whole.

    Args:
        marked: keep which segments posts are in; behind the short window nobody asks.
    """
    living = [part.living() for part in slices]
    posts = joined_posts([own for own, _ in living], marked=marked)
    rows = _rows([rows for _, rows in living], [len(own.post_id) for own, _ in living])
    authors, voices = (_sums(rows.keys, slices, name) for name in ("authors", "voices"))
    caps = joined([part.caps for part in slices])
    return Slice(max(part.bucket for part in slices), posts, compact(rows, len(posts.post_id)), caps, (authors, voices))


def joined_posts(parts: Sequence[SlicePosts], *, marked: bool) -> SlicePosts:
    """Columns of posts one after the other; with the segments that they are in, or without."""
    shift = np.cumsum([0, *(len(part.origins) for part in parts[:-1])])
    origin = np.concatenate([part.origin + n for part, n in zip(parts, shift.tolist(), strict=True)]).astype(np.uint16)
    return SlicePosts(
        np.concatenate([part.post_id for part in parts]),
        np.concatenate([part.author for part in parts]),
        np.concatenate([part.signature for part in parts]),
        np.concatenate([part.after for part in parts]),
        origin,
        np.concatenate([part.known for part in parts]),
        np.concatenate([part.deleted for part in parts]),
        np.concatenate([part.origins for part in parts]),
        *_marks(parts, marked=marked),
    )


def _marks(parts: Sequence[SlicePosts], *, marked: bool) -> tuple[Small, Marks]:
    if not marked:
        return np.zeros(sum(len(part.mark) for part in parts), np.uint16), NO_MARKS
    before = np.cumsum([0, *(len(part.marks) for part in parts[:-1])]).tolist()
    mark = np.concatenate([part.mark + np.uint32(n) for part, n in zip(parts, before, strict=True)])
    return mark, stacked([part.marks for part in parts])


def _rows(parts: Sequence[Rows], sizes: Sequence[int]) -> Rows:
    """Rows by key, of posts put one after the other."""
    shift = np.cumsum([0, *sizes[:-1]]).tolist()
    posts: Numbers = np.concatenate([part.posts + np.uint32(n) for part, n in zip(parts, shift, strict=True)])
    lengths = np.concatenate([np.diff(part.ends, prepend=np.uint32(0)) for part in parts]).astype(np.int64)
    order, keys = by_key(np.concatenate([part.keys for part in parts]))
    starts = np.cumsum(lengths) - lengths
    last = lasts(keys)
    ends = np.cumsum(lengths[order])[last].astype(np.uint32)
    return Rows(keys[last], ends, posts[spread(starts[order], lengths[order])].astype(np.uint32))


def _sums(keys: Keys, slices: Sequence[Slice], name: str) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """What the slices say of each key, added up."""
    every = np.concatenate([part.keys for part in slices])
    values = np.concatenate([getattr(part, name) for part in slices])
    total = np.zeros(len(keys), np.int32)
    np.add.at(total, np.searchsorted(keys, every), values)
    return total
