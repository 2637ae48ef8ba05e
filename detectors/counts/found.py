"""Living rows of some subjects over the window: their exact distinct voices, and how many posts."""

from collections.abc import Sequence

import numpy as np

from detectors.counts.caps import NO_LIMIT, estimate, joined, scaled
from detectors.counts.order import Counts, Numbers, shared, surplus
from detectors.counts.slices import Bools, Slice
from detectors.subjects.kinds import Keys

_FEW = 3
"""Where posts are more than so many times the rows sought, their hashes are not looked at."""


class Found:
    """What the slices of a window hold of some keys.

    Args:
        keys: u8[n], distinct.

    Attributes:
        rows: of each slice; their places are indices into the keys.
        rows_of_each: of each key, in all slices. Shapes: i8[n].
        limits: see caps.py. Shapes: u4[n, 2].
    """

    def __init__(self, keys: Keys, slices: Sequence[Slice]) -> None:
        self._n = len(keys)
        self.keys = keys
        self.slices = slices
        self.rows = [s.find(keys) for s in slices]
        self.limits = joined([s.caps for s in slices]).of(keys)
        self.rows_of_each = np.zeros(self._n, np.int64)
        for rows in self.rows:
            self.rows_of_each += np.bincount(rows.place, minlength=self._n)

    def voices(self) -> Counts:
        """Voices of each key: distinct authors, but never more than distinct texts. Shapes: i8[n]."""
        authors = self.rows_of_each - self._surplus(
            [s.posts.author for s in self.slices], [s.author_again for s in self.slices]
        )
        texts = self.rows_of_each - self._surplus(
            [s.posts.signature for s in self.slices], [s.signature_again for s in self.slices]
        )
        capped = self._capped()
        if capped.any():
            place, author, signature = self._columns(capped)
            authors[capped] = estimate(place, author, self.limits[:, 0])[capped]
            texts[capped] = estimate(place, signature, self.limits[:, 1])[capped]
        found: Counts = np.minimum(authors, texts)
        return found

    def totals(self) -> Counts:
        """Posts of each key. Shapes: i8[n]."""
        totals, capped = self.rows_of_each.copy(), self._capped()
        if capped.any():
            place, author, _ = self._columns(capped)
            limits = self.limits[:, 0]
            under = place[author <= limits[place]]
            totals[capped] = scaled(np.bincount(under, minlength=self._n), limits)[capped]
        return totals

    def _capped(self) -> Bools:
        return self.limits[:, 0] < NO_LIMIT

    def _columns(self, wanted: Bools) -> tuple[Numbers, Numbers, Numbers]:
        """Place, author and signature of the rows of the keys wanted."""
        parts = [
            (rows, s.posts, np.flatnonzero(wanted[rows.place])) for rows, s in zip(self.rows, self.slices, strict=True)
        ]
        return (
            np.concatenate([rows.place[at] for rows, _, at in parts]),
            np.concatenate([posts.author[rows.post[at]] for rows, posts, at in parts]),
            np.concatenate([posts.signature[rows.post[at]] for rows, posts, at in parts]),
        )

    def _surplus(self, hashes: list[Numbers], again: list[Bools]) -> Counts:
        """Rows of each key that repeat one of its hashes; those are looked at whose hash may stand twice at all.

        Args:
            again: whether a post's hash may stand twice in its own slice.
        """
        if not hashes:
            return np.zeros(self._n, np.int64)
        if _FEW * self.rows_of_each.sum() < sum(len(own) for own in hashes):  # not worth a look at every post
            groups = [rows.place for rows in self.rows]
            values = [own[rows.post] for rows, own in zip(self.rows, hashes, strict=True)]
            return surplus(np.concatenate(groups), np.concatenate(values), self._n)
        groups, values = [], []
        for rows, own, within, across in zip(self.rows, hashes, again, shared(hashes), strict=True):
            at = np.flatnonzero((within | across)[rows.post])
            groups.append(rows.place[at])
            values.append(own[rows.post[at]])
        return surplus(np.concatenate(groups), np.concatenate(values), self._n)
