"""Runs made into slices: their posts divided by the event-time bucket in which they were written."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from detectors.counts.caps import joined
from detectors.counts.order import by_key, lasts, once, spread
from detectors.counts.runs import Columns
from detectors.counts.segment_table import stacked
from detectors.counts.slices import Rows, Slice, SlicePosts

_SHORT = 1 << 16


def slices_of(parts: Sequence[Columns]) -> list[Slice]:
    """The slices that some runs make, one an event-time bucket."""
    if not parts:
        return []
    posts, buckets = _posts(parts)
    rows, caps = _merged(parts), joined([part.caps for part in parts])
    found = once(buckets).tolist()
    if len(found) == 1:
        return [Slice(found[0], posts, compact(rows, len(buckets)), caps)]
    return [Slice(bucket, own, part, caps) for bucket, own, part in _by_bucket(found, buckets, posts, rows)]


def _posts(parts: Sequence[Columns]) -> tuple[SlicePosts, npt.NDArray[np.int64]]:
    """Columns of the posts of some runs, and the bucket of each. The posts of a run lie within 2^32 offsets."""
    origins = np.array([(part.source, part.posts["offset"].min(initial=2**62)) for part in parts], np.int64)
    own = [(part.posts["offset"] - first).astype(np.uint32) for part, first in zip(parts, origins[:, 1], strict=True)]
    names = ("post_id", "author", "signature", "bucket", "known", "deleted")
    post_id, author, signature, bucket, known, deleted = (
        np.concatenate([part.posts[name] for part in parts]) for name in names
    )
    origin = np.repeat(np.arange(len(parts), dtype=np.uint16), [len(part.posts) for part in parts])
    before = np.cumsum([0, *(len(part.marks) for part in parts[:-1])]).tolist()
    mark = np.concatenate([part.posts["mark"] + np.uint32(n) for part, n in zip(parts, before, strict=True)])
    marks = stacked([part.marks for part in parts])
    columns = (post_id, author, signature, np.concatenate(own), origin, known, deleted)
    return SlicePosts(*columns, origins, mark, marks), bucket


def _merged(parts: Sequence[Columns]) -> Rows:
    """Rows of some runs, whose posts are put one after the other, by key."""
    shift = np.cumsum([0, *(len(part.posts) for part in parts[:-1])]).tolist()
    posts = np.concatenate([part.rows + np.uint32(n) for part, n in zip(parts, shift, strict=True)])
    lengths = np.concatenate([np.diff(part.ends, prepend=0) for part in parts])
    order, keys = by_key(np.concatenate([part.keys for part in parts]))
    starts = np.cumsum(lengths) - lengths
    last = lasts(keys)
    ends = np.cumsum(lengths[order])[last].astype(np.uint32)
    return Rows(keys[last], ends, posts[spread(starts[order], lengths[order])])


def _by_bucket(
    found: list[int], buckets: npt.NDArray[np.int64], posts: SlicePosts, rows: Rows
) -> list[tuple[int, SlicePosts, Rows]]:
    """Divide posts and rows: one part for each bucket found."""
    number = np.searchsorted(found, buckets).astype(np.uint16)
    post_order = np.argsort(number, kind="stable")
    place = np.empty(len(number), np.uint32)
    place[post_order] = np.arange(len(number))
    row_order = np.argsort(number[rows.posts], kind="stable")
    key = np.repeat(np.arange(len(rows.keys)), np.diff(rows.ends, prepend=np.uint32(0)))[row_order]
    row_post = place[rows.posts[row_order]]
    post_cuts = np.searchsorted(number[post_order], np.arange(len(found) + 1)).tolist()
    row_cuts = np.searchsorted(number[rows.posts][row_order], np.arange(len(found) + 1)).tolist()
    parts = []
    for i, bucket in enumerate(found):
        mine = slice(row_cuts[i], row_cuts[i + 1])
        last = lasts(key[mine].astype(np.uint64))
        own = Rows(rows.keys[key[mine][last]], (last + 1).astype(np.uint32), row_post[mine] - np.uint32(post_cuts[i]))
        n = post_cuts[i + 1] - post_cuts[i]
        parts.append((bucket, posts.chosen(post_order[post_cuts[i] : post_cuts[i + 1]]), compact(own, n)))
    return parts


def compact(rows: Rows, posts: int) -> Rows:
    """The same in fewer bytes, where the posts are few enough."""
    return rows._replace(posts=rows.posts.astype(np.uint16)) if posts <= _SHORT else rows
