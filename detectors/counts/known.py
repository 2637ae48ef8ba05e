"""For how long a stream knows its authors: whether those who push a trend were ever seen before. It knows no clock."""

import itertools
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from detectors.counts.order import Counts, Numbers
from detectors.counts.table import Table

Codes = npt.NDArray[np.uint8]
"""For how long the authors of n posts are known: 0, it is not known; else 1 + the bit length of the time in buckets."""

UNKNOWN = 0


def code_of(buckets: int) -> int:
    """The code of somebody who has been known for so many buckets.

    >>> [code_of(n) for n in (0, 1, 2, 3, 4, 12, 576)]
    [1, 2, 3, 3, 4, 5, 11]
    """
    return 1 + buckets.bit_length()


class KnownAuthors:
    """Remembers when each author was first seen, as long as they are seen again within a memory.

    Whoever is not seen for two eras, of a memory each, is forgotten: after one memory at the earliest, two at the
    latest. What it says of a post depends on the posts before it alone, not on how they come in chunks.

    Args:
        memory: in buckets. >= 1.
        capacity: authors remembered. >= 1.
    Cost: 0.2 us a post; 30 to 60 bytes an author.

    >>> authors = KnownAuthors(memory=100, capacity=1000)
    >>> author, bucket = np.array([7, 8, 7], np.uint32), np.array([50, 50, 53])
    >>> authors.see(author, bucket, closed=np.array([49, 49, 52])).tolist()
    [1, 1, 3]
    """

    def __init__(self, *, memory: int, capacity: int) -> None:
        self._memory = memory
        self._table = Table([("first", "<i4")], horizon=2 * memory, capacity=capacity)

    def see(self, author: Numbers, bucket: Counts, closed: Counts) -> Codes:
        """Take posts in their order, and say for how long their authors have been known.

        Args:
            closed: the last closed bucket when each comes, never falling. Shape i8[n].
        Shapes: u4[n], i8[n], event-time buckets -> u1[n].
        """
        age = np.zeros(len(author), np.int64)
        era = np.where(closed < 0, bucket, closed) // self._memory  # before any is closed, a post tells the time
        cuts = [0, *(np.flatnonzero(era[1:] != era[:-1]) + 1).tolist(), len(author)]
        for start, end in itertools.pairwise(cuts):
            if start < end:
                mine = slice(start, end)
                age[mine] = bucket[mine] - self._first(author[mine], bucket[mine], int(era[start]))
        return (1 + np.frexp(np.maximum(age, 0))[1]).astype(np.uint8)

    def expire(self, bucket: int) -> None:
        """Forget who was not seen for long."""
        self._table.expire(bucket // self._memory * self._memory)

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers, in parts."""
        return self._table.snapshot()

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot; call it on a fresh one."""
        self._table.restore(parts)

    def _first(self, author: Numbers, bucket: Counts, era: int) -> Counts:
        """The buckets in which they were first seen; all posts come within one era.

        An author has a row an era: so their row is young enough as long as they are seen, and old ones fall off. It is
        dated by the era's beginning, not by the chunk's.
        """
        keys, since = author.astype(np.uint64), era * self._memory
        rows = self._table.find(keys, since)
        first = bucket.copy()
        seen = rows >= 0
        first[seen] = self._table.column("first", rows[seen])
        stale = ~seen
        stale[seen] = self._table.column("bucket", rows[seen]) < since
        at = np.flatnonzero(stale)
        if len(at):
            order = at[np.argsort(keys[at], kind="stable")]
            ordered = keys[order]
            begins = np.append(True, ordered[1:] != ordered[:-1])
            new = order[begins]
            lengths = np.diff(np.append(np.flatnonzero(begins), len(order)))
            first[order] = np.repeat(first[new], lengths)
            self._table.put(keys[new], since, first=first[new])
        return first
