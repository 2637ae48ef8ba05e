"""Distinct creators of a scope and window: exact up to a bound, beyond it from a sample. It knows no names."""

from collections.abc import Mapping

SAMPLE = 1024
"""Creators that are kept; beyond, the error is about 1 / sqrt(SAMPLE), 3 %."""

WHOLE = 2**32
"""Creators are 32-bit hashes, all below this."""


class Voices:
    """Posts of each creator, of the creators with the least hashes: bottom-k with signed counts.

    A post that is deleted takes its count back; a creator without posts is no voice, but keeps the place, so that the
    bound below which all are known only ever falls, and the order of the records does not matter.

    Source: Cohen and Kaplan, 2007, "Summarizing data using bottom-k sketches"; signed counts ours.

    >>> voices = Voices()
    >>> voices.add({7: 2, 9: 1}); voices.add({7: -1, 9: -1})
    >>> voices.number
    1
    """

    def __init__(self, counts: Mapping[int, int] | None = None, limit: int = WHOLE) -> None:
        self.counts = dict(counts or {})
        self.limit = limit

    def add(self, counts: Mapping[int, int], limit: int = WHOLE) -> None:
        """Take in counts of posts by creator; all creators below `limit` are among them."""
        self.limit = min(self.limit, limit)
        for author, posts in counts.items():
            self.counts[author] = self.counts.get(author, 0) + posts
        if len(self.counts) > SAMPLE:
            self.limit = min(self.limit, sorted(self.counts)[SAMPLE])
        if self.limit < WHOLE:
            self.counts = {author: n for author, n in self.counts.items() if author < self.limit}

    @property
    def number(self) -> int:
        """Creators with a post."""
        living = sum(n > 0 for n in self.counts.values())
        return living if self.limit == WHOLE else round(living * (WHOLE / self.limit))
