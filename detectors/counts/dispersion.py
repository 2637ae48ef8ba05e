"""How much the voices of frequent words differ from hour to hour on this stream: the cap of the gamma's shape, learned.

It does not say which word differs more than another.
"""

from collections.abc import Sequence

import numpy as np

from detectors.counts.exposure import Span
from detectors.errors import DetectorError
from detectors.trends.gamma_poisson import Floats, tail_of

PROMISED = 0.01
"""The share of words whose p may be lesser: rare enough to be a tail, frequent enough to be seen in every window."""

LEAST_MEAN = 3.0
"""Words of so many expected voices are looked at: of fewer, the shape matters little, and p comes in great steps."""

LEAST_WINDOWS = 5.0
"""Windows that must have been looked at before the cap changes."""

MOST_WORSE = 2 / 3
"""Of the windows, this part may have more words beyond than promised; by chance it is about half."""

STEPS = 12
STEP = 0.8
"""The caps that are tried: each is this part of the one before."""


class Dispersion:
    """The greatest cap of the shape under which frequent words surprise as seldom as they promise.

    A count of voices is taken to be negative binomial; its shape is the past, but never more than a cap. Below the cap
    words are known too little to tell; above it, they have their own moods, and how great those are differs from stream
    to stream. So, for each of some caps: in how many windows did more than 1 % of the words have p < 1 %? In more than
    two thirds: the cap is too great. Windows are counted, not words: those of one event surprise together, for hours,
    and are no mood of all.

    Args:
        r_max: the cap before anything was learned, and the greatest. > 0.
        fade: weight of what was learned before, each time something is learned. 0 to 1.
    Shapes: see `learn`. State: 13 floats.
    Raises: DetectorError if a snapshot has another number of caps.
    Source: ours; calibration of a predictive tail as in Dawid 1984, by a sign test; see docs/decisions/0031.

    >>> rng = np.random.default_rng(1)
    >>> calm, moody = Dispersion(r_max=20.0, fade=1.0), Dispersion(r_max=20.0, fade=1.0)
    >>> mean, past = np.full(1000, 30.0), np.full(1000, 1e6)
    >>> for _ in range(10):
    ...     calm.learn(rng.poisson(mean).astype(float), mean, past)
    ...     moody.learn(rng.poisson(mean * rng.gamma(5, 1 / 5, 1000)).astype(float), mean, past)
    >>> calm.cap, 4 < moody.cap < 6
    (20.0, True)
    """

    def __init__(self, *, r_max: float, fade: float) -> None:
        self._caps: Floats = np.asarray(r_max * STEP ** np.arange(STEPS), np.float64)
        self._fade = fade
        self._windows = 0.0
        self._worse: Floats = np.zeros(STEPS)

    @property
    def cap(self) -> float:
        """What the shape is capped at now."""
        if self._windows < LEAST_WINDOWS:
            return float(self._caps[0])
        kept = np.flatnonzero(self._worse <= MOST_WORSE * self._windows)
        return float(self._caps[kept[0] if len(kept) else -1])

    def capped(self, span: Span) -> Span:
        """A window, its shapes capped by what was learned."""
        return span._replace(prior=span.prior._replace(r_max=self.cap))

    def learn(self, observed: Floats, mean: Floats, past: Floats) -> None:
        """Take the counts of one window, of words of all kinds of mood.

        Shapes: observed, mean f8[n], voices; past f8[n], the shape before it is capped.
        """
        often = np.flatnonzero(mean >= LEAST_MEAN)
        if not len(often):
            return
        shape = np.minimum(past[often], self._caps[:, np.newaxis])
        p = tail_of(observed[often], mean[often], shape).round(9)
        worse = (p < PROMISED).sum(axis=1) > PROMISED * len(often)
        self._windows = self._fade * self._windows + 1
        self._worse = self._fade * self._worse + worse

    def snapshot(self) -> list[float]:
        """What was learned: windows looked at, and those that were worse than promised, by cap."""
        return [self._windows, *self._worse.tolist()]

    def restore(self, state: Sequence[float]) -> None:
        """Go on from a snapshot; an empty one is of before anything was learned."""
        if len(state) not in (0, 1 + STEPS):
            raise DetectorError(f"dispersion of the snapshot has {len(state)} numbers: 0 or {1 + STEPS} are read")
        if state:
            self._windows, self._worse = state[0], np.array(state[1:], np.float64)
