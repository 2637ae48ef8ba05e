"""Distinct creators of a scope and window: exact up to a bound, beyond it from a sample. It knows no names."""

from collections.abc import Iterable

import numpy as np

SAMPLE = 1024
"""Creators that are kept; beyond, the error is about 1 / sqrt(SAMPLE), 3 %."""

WHOLE = 2**32
"""Creators are 32-bit hashes, all below this."""


class Voices:
    """Posts of each creator, of the creators with the least hashes: bottom-k with signed counts.

    A post that is deleted takes its count back; a creator without posts is no voice, but keeps the place, so that the
    bound below which all are known only ever falls, and the order of the records does not matter.

    Source: Cohen and Kaplan, 2007, "Summarizing data using bottom-k sketches"; signed counts ours.

    Args:
        counts: posts by creator, changed in place.

    >>> voices = Voices()
    >>> voices.add([(7, 2), (9, 1)]); voices.add([(7, -1), (9, -1)])
    >>> voices.number
    1
    """

    def __init__(self, counts: dict[int, int] | None = None, limit: int = WHOLE) -> None:
        self.counts = {} if counts is None else counts
        self.limit = limit

    def add(self, posts: Iterable[tuple[int, int]], limit: int = WHOLE) -> None:
        """Take in creators with their posts; all creators below `limit` are among them."""
        self._cut(limit)
        for author, change in posts:
            if author < self.limit:
                self.counts[author] = self.counts.get(author, 0) + change
        if len(self.counts) > SAMPLE:
            kept = np.fromiter(self.counts, np.int64, len(self.counts))
            self._cut(int(np.partition(kept, SAMPLE)[SAMPLE]))

    def _cut(self, limit: int) -> None:
        """Let go of those from a limit on."""
        if limit < self.limit:
            self.limit = limit
            for author in [author for author in self.counts if author >= limit]:
                del self.counts[author]

    @property
    def number(self) -> int:
        """Creators with a post."""
        living = sum(n > 0 for n in self.counts.values())
        return living if self.limit == WHOLE else round(living * (WHOLE / self.limit))
