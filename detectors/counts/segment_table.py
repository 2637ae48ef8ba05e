"""The segments of a run: a platform, a community, a tier; how many wrote in each, and which posts are in which.

The format between READ, which fills it (`marking.py`), and COUNT, which adds up what all sources say (`segments.py`).
"""

from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.order import Numbers
from detectors.subjects.columns import hash64

LEAST_PEOPLE = 10
"""Creators that a segment must have to be told of: of fewer, what is said of the segment is said of persons."""

ALL = "all"
"""The scope of what is told of everybody."""

MAX_SEGMENTS = 2048
"""Segments that a stage tells apart at a time; more count in `all` only: records cannot fill the memory at will."""

Marks = npt.NDArray[np.uint32]
"""Sets of segments: row m holds the hashes of the segments of posts marked m, 0 where there are no more. u4[q, w]."""

NO_MARKS: Marks = np.zeros((1, 1), np.uint32)


class SegmentTable(msgspec.Struct, frozen=True, array_like=True):
    """What a run says of its segments. Little-endian bytes.

    Attributes:
        names: as the contract writes scopes, `community:skincare`.
        voices: distinct creators among the posts of the run. u4[s].
        people: creators of the last day in this source; LEAST_PEOPLE stands for as many or more. u1[s].
        marks: the sets of segments, as numbers from 1 into the names, 0 where there are no more. u2[q, width].
    """

    names: tuple[str, ...] = ()
    voices: bytes = b""
    people: bytes = b""
    width: int = 1
    marks: bytes = b""

    def sets(self) -> Marks:
        """The sets by the segments' hashes."""
        hashes = np.array([0, *map(segment_hash, self.names)], np.uint32)
        sets: Marks = hashes[np.frombuffer(self.marks, "<u2").reshape(-1, self.width)]
        return sets


@lru_cache(maxsize=4 * MAX_SEGMENTS)
def segment_hash(name: str) -> int:
    """A segment's 32-bit number, never 0. Two of a thousand share one in 10,000 deployments: they then count as one."""
    return hash64(name) >> 32 or 1


def key_in(scope: str, key: int) -> int:
    """What tells a subject in a segment from the same subject elsewhere; everywhere it is its key."""
    return key if scope == ALL else key ^ segment_hash(scope)


def stacked(tables: list[Marks]) -> Marks:
    """Several tables of sets as one, one after the other. Shapes: u4[q, w] each -> u4[sum of q, greatest w]."""
    width = max(table.shape[1] for table in tables)
    return np.concatenate([table if table.shape[1] == width else _widened(table, width) for table in tables])


def _widened(table: Marks, width: int) -> Marks:
    wide = np.zeros((len(table), width), np.uint32)
    wide[:, : table.shape[1]] = table
    return wide


def mixed(keys: npt.NDArray[np.uint64], segments: Numbers) -> npt.NDArray[np.uint64]:
    """The key of each pair of subject and segment. Shapes: u8[n], u4[n] -> u8[n].

    Source: one round of the finaliser of splitmix64 (Steele, Lea, Flood 2014).
    """
    x = keys ^ (segments.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    return x
