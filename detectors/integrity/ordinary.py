"""Ordinary groups of posts, to learn from: subjects that are no trends. It reads no posts."""

from collections.abc import Sequence

from detectors.counts.ticks import Candidate
from detectors.subjects.kinds import KINDS

MOST_ORDINARY = 8
"""Subjects a bucket whose posts are read though they are no trends."""


def ordinary_of(
    bucket: int, free: Sequence[Candidate], discovered: Sequence[Sequence[Candidate]], window: int
) -> list[Candidate]:
    """A few subjects of no trend, each at most once a window of so many buckets."""
    taken = {c.key for group in discovered for c in group}
    due = (c for c in free if c.key not in taken and (c.key // (1 << _KIND_BITS) + bucket) % window == 0)
    return sorted(due, key=lambda c: c.key)[:MOST_ORDINARY]


_KIND_BITS = (len(KINDS) - 1).bit_length()
