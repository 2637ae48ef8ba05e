"""What of a spike the past may learn: a trend must not teach what is usual. It knows only what a tick tells of."""

from collections.abc import Sequence

import numpy as np

from detectors.counts.ticks import Candidate
from detectors.subjects.kinds import Keys
from detectors.trends.gamma_poisson import Floats, calm_limit


class Spikes:
    """Subjects that surprise, and which share of their voices the past learns when these leave the window.

    The past learns no more than would have been no news (`calm_limit`): of a window with `observed` voices the share
    limit / observed. The window is the long one, from which they leave, where the subject surprises in it. So a trend
    of some hours leaves little behind, and a new level is learned in some days: each window may raise what is expected
    by two standard deviations. Without any past all is new, and is learned.

    Args:
        window: buckets of the long window: what is in it when a subject surprises is learned by its share.
        surprising: surprise from which it is a spike, decades.
        warm_up: buckets after the first in which all is learned. >= 0.

    >>> spikes = Spikes(window=12, surprising=4.0)
    >>> spikes.see(100, [Candidate(8, 50, 4.0, 12.0, 140.0, (), 50, 20.0)])
    >>> spikes.shares(np.array([8, 16], np.uint64), 112).round(3), spikes.shares(np.array([8], np.uint64), 113)
    (array([0.168, 1.   ]), None)
    """

    def __init__(self, *, window: int, surprising: float, warm_up: int = 0) -> None:
        self._window, self._surprising = window, surprising
        self._warm_up = warm_up
        self._held: dict[int, tuple[int, float]] = {}
        self.began: int | None = None
        """The first bucket."""

    def see(self, bucket: int, candidates: Sequence[Candidate]) -> None:
        """Take what a tick tells. Cost: 1 us a candidate that surprises."""
        self.began = bucket if self.began is None else self.began
        if not self.warm(bucket):
            return
        spikes = [(c.key, look) for c in candidates if (look := c.long or c).surprise > self._surprising]
        mean = np.array([look.expected for _, look in spikes], np.float64)
        shape = np.array([look.shape for _, look in spikes], np.float64)
        share = calm_limit(mean, shape) / np.maximum([look.observed for _, look in spikes], 1)
        until = bucket + self._window
        self._held.update((key, (until, s)) for (key, _), s in zip(spikes, share.tolist(), strict=True) if s < 1)

    def warm(self, bucket: int) -> bool:
        """Whether there is enough of a past to tell what is usual."""
        return self.began is not None and bucket >= self.began + self._warm_up

    def shares(self, keys: Keys, bucket: int) -> Floats | None:
        """Of the voices of each key that leave the window at a bucket, the share to learn; None: all of all.

        Shapes: u8[n], sorted -> f8[n].
        """
        self._held = {key: held for key, held in self._held.items() if held[0] >= bucket}
        if not self._held or not len(keys):
            return None
        held = np.fromiter(self._held, np.uint64, len(self._held))
        at = np.minimum(np.searchsorted(keys, held), len(keys) - 1)
        mine = keys[at] == held
        shares = np.ones(len(keys))
        shares[at[mine]] = np.array([share for _, share in self._held.values()])[mine]
        return shares

    def snapshot(self) -> list[tuple[int, int, float]]:
        """(key, last bucket, share), by key."""
        return sorted((key, until, share) for key, (until, share) in self._held.items())

    def restore(self, held: Sequence[tuple[int, int, float]], began: int | None) -> None:
        """Go on from a snapshot."""
        self.began = began
        self._held = {key: (until, share) for key, until, share in held}
