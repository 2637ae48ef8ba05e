"""The posts of the last buckets, by subject, deletions included. It forgets what leaves the window."""

from collections.abc import Sequence

from detectors.counts.found import Found
from detectors.counts.order import Counts
from detectors.counts.runs import Columns
from detectors.counts.slices import NO_KEYS, Slice, slices_of
from detectors.subjects.kinds import Keys


class Window:
    """The slices of the last `buckets` buckets.

    Args:
        buckets: length of the window. >= 1.
    """

    def __init__(self, buckets: int) -> None:
        self._buckets = buckets
        self._slices: list[Slice] = []

    def __len__(self) -> int:
        return len(self._slices)

    def add(self, parts: Sequence[Columns]) -> list[Slice]:
        """Take the posts that arrived for a tick -> the slices they make, one an event-time bucket."""
        fresh = slices_of([part for part in parts if len(part.posts)])
        self._slices += fresh
        return fresh

    def expire(self, bucket: int) -> list[Slice]:
        """Let go of what is no longer in the window that ends with `bucket`."""
        gone = [s for s in self._slices if s.bucket <= bucket - self._buckets]
        self._slices = [s for s in self._slices if s.bucket > bucket - self._buckets]
        return gone

    def delete(self, post_ids: Keys, replaced: Keys = NO_KEYS) -> list[tuple[Keys, Counts]]:
        """Take posts back; see Slice.delete."""
        return [s.delete(post_ids, replaced) for s in self._slices] if len(post_ids) else []

    def find(self, keys: Keys) -> Found:
        """All living rows of the given keys in the window."""
        return Found(keys, self._slices)

    @property
    def slices(self) -> list[Slice]:
        """All of them, as they came."""
        return self._slices

    def known(self) -> list[Keys]:
        """The keys of each slice."""
        return [s.keys for s in self._slices]
