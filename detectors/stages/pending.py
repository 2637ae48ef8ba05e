"""Posts of a bucket that is still open: their columns, joined at its close, and what they add to the series."""

from collections import Counter
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.marking import Columns
from detectors.counts.order import distinct
from detectors.counts.runs import POST, Posts
from detectors.counts.scopes import Codes, ScopeCodes


class Pending(NamedTuple):
    """Posts of a bucket that is still open.

    Shapes: posts POST[n]; row_post i8[m]; row_key u8[m]; scopes u4[n]; segments u2[n, k], see marking.py.
    """

    posts: Posts
    row_post: npt.NDArray[np.int64]
    row_key: npt.NDArray[np.uint64]
    scopes: Codes
    segments: Columns

    def encoded(self) -> bytes:
        """As a snapshot keeps them."""
        return msgspec.msgpack.encode([column.tobytes() for column in self])


def decoded(data: bytes) -> Pending:
    """Read what `Pending.encoded` wrote."""
    posts, row_post, row_key, scopes, segments = msgspec.msgpack.decode(data, type=list[bytes])
    found = np.frombuffer(posts, POST)
    return Pending(
        found,
        np.frombuffer(row_post, np.int64),
        np.frombuffer(row_key, np.uint64),
        np.frombuffer(scopes, np.uint32),
        np.frombuffer(segments, np.uint16).reshape(len(found), -1 if len(found) and segments else 0),
    )


def joined(parts: list[Pending]) -> Pending:
    """All posts of a bucket."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        none = (np.zeros(0, np.int64), np.zeros(0, np.uint64), np.zeros(0, np.uint32))
        return Pending(np.empty(0, POST), *none, np.zeros((0, 0), np.uint16))
    shift = np.cumsum([0, *(len(p.posts) for p in parts[:-1])])
    return Pending(
        np.concatenate([p.posts for p in parts]),
        np.concatenate([p.row_post + s for p, s in zip(parts, shift, strict=True)]),
        np.concatenate([p.row_key for p in parts]),
        np.concatenate([p.scopes for p in parts]),
        np.concatenate([p.segments for p in parts]),
    )


def sums_of(part: Pending, gone: npt.NDArray[np.bool_], codes: ScopeCodes) -> Counter[str]:
    """Posts and voices by scope, as increments of series; what is gone does not count."""
    scopes, author = part.scopes[~gone], part.posts["author"][~gone]
    if not len(scopes):
        return Counter()
    sums = Counter({"posts|all": len(scopes)})
    sums["voices|all"] = int(distinct(np.zeros(len(scopes), np.int64), author, 1)[0])
    for names, value in codes.dimensions(scopes):
        posts = np.bincount(value, minlength=len(names))
        voices = distinct(value.astype(np.int64), author, len(names))
        for number in np.flatnonzero(posts[1:]).tolist():
            sums[f"posts|{names[number + 1]}"] = int(posts[number + 1])
            sums[f"voices|{names[number + 1]}"] = int(voices[number + 1])
    return sums
