"""Living rows of some subjects over the window: their exact distinct voices, and how many posts."""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.counts.across import Across, Met
from detectors.counts.caps import NO_LIMIT, estimate, joined, scaled
from detectors.counts.order import Counts, Numbers, surplus
from detectors.counts.slices import Bools
from detectors.subjects.kinds import Keys


class Found:
    """What the slices of a window hold of some keys, slice by slice.

    Args:
        keys: u8[n], distinct.
        met: their rows, where they are known.
        since: the first of the slices that count.

    Attributes:
        place, part, post: of every row: its key, the slice that has it, and its post; see `Met`.
        rows_of_each: of each key, in all slices. Shapes: i8[n].
        limits: see caps.py. Shapes: u4[n, 2].
    """

    def __init__(self, keys: Keys, within: Across, met: Met | None = None, since: int = 0) -> None:
        self._n = len(keys)
        self.keys = keys
        self.within = within
        self.slices = within.slices[since:]
        self._met = within.find(keys) if met is None else met
        self.place, self.part, self.post = self._met
        self.limits = joined([s.caps for s in self.slices]).of(keys)
        self.rows_of_each: Counts = np.bincount(self.place, minlength=self._n)

    def last(self, slices: int) -> "Found":
        """The same keys in the last so many slices."""
        first = len(self.slices) - slices
        return Found(self.keys, self.within, self._met.since(first), first)

    @cached_property
    def author(self) -> Numbers:
        """Who wrote the post of each row. Shapes: u4[m]."""
        return self._of_posts("author")

    @cached_property
    def ids(self) -> npt.NDArray[np.uint64]:
        """The hashed id of the post of each row. Shapes: u8[m]."""
        return self._of_posts("post_id")

    @cached_property
    def _signature(self) -> Numbers:
        return self._of_posts("signature")

    def _of_posts(self, column: str) -> npt.NDArray[Any]:
        return self.within.column(column, self._met)

    def voices(self) -> Counts:
        """Voices of each key: distinct authors, but never more than distinct texts. Shapes: i8[n]."""
        authors = self.rows_of_each - surplus(self.place, self.author, self._n)
        texts = self.rows_of_each - surplus(self.place, self._signature, self._n)
        capped = self._capped()
        if capped.any():
            at = np.flatnonzero(capped[self.place])
            authors[capped] = estimate(self.place[at], self.author[at], self.limits[:, 0])[capped]
            texts[capped] = estimate(self.place[at], self._signature[at], self.limits[:, 1])[capped]
        found: Counts = np.minimum(authors, texts)
        return found

    def totals(self) -> Counts:
        """Posts of each key. Shapes: i8[n]."""
        totals, capped = self.rows_of_each.copy(), self._capped()
        if capped.any():
            limits = self.limits[:, 0]
            under = self.place[capped[self.place] & (self.author <= limits[self.place])]
            totals[capped] = scaled(np.bincount(under, minlength=self._n), limits)[capped]
        return totals

    def _capped(self) -> Bools:
        return self.limits[:, 0] < NO_LIMIT
