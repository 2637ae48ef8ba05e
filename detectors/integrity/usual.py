"""What share is usual, and how much it differs from group to group: a beta-binomial learned online."""

import math

import msgspec
import numpy as np
from scipy.special import betaln, gammaln

from detectors.errors import DetectorError

PRIOR_GROUPS = 20.0
"""So many groups the prior is worth."""

FADE = 0.999
"""Weight of what was learned before, each time a group is learned: a thousand groups are remembered."""

LEAST_SPREAD, MOST_SPREAD = 0.01, 0.9

MOST_TRIALS = 200
"""What differs between groups is not known better by more of one group than this."""

DIGITS = 4
"""Surprises are rounded before anybody compares them: the last bits of exp and log differ between processors."""


class UsualState(msgspec.Struct, frozen=True, array_like=True):
    """Weighted sums over the groups learned: 1, share, share squared, 1 / size."""

    groups: float
    shares: float
    squares: float
    inverses: float


class Usual:
    """The share of one sign, over groups: its mean, and the spread between groups beyond chance.

    The share of a group is taken to be Beta distributed, the count in it binomial. Mean and spread are those of the
    groups learned and of a prior that is worth 20 groups. Spread is the correlation within a group: 0, all groups are
    alike; 1, each is all or nothing.

    Args:
        mean, spread: of the prior. Above 0, below 1.
    Raises: DetectorError for other arguments.
    Source: Skellam 1948, the beta-binomial; its moments; the prior's weight is ours.

    >>> usual = Usual(mean=0.1, spread=0.05)
    >>> for _ in range(100): usual.learn(2, 20)
    >>> usual.surprise(2, 20) < 1 < 3 < usual.surprise(18, 20)
    True
    """

    def __init__(self, *, mean: float, spread: float) -> None:
        for name, value in (("mean", mean), ("spread", spread)):
            if not 0 < value < 1:
                raise DetectorError(f"{name} = {value}: must lie between 0 and 1")
        self._prior_mean = mean
        self._prior_square = mean * mean + spread * mean * (1 - mean)
        self._sums = UsualState(0.0, 0.0, 0.0, 0.0)

    @property
    def mean(self) -> float:
        """The usual share, 0 to 1."""
        return (PRIOR_GROUPS * self._prior_mean + self._sums.shares) / (PRIOR_GROUPS + self._sums.groups)

    @property
    def spread(self) -> float:
        """How much groups differ beyond chance, 0 to 1."""
        weight = PRIOR_GROUPS + self._sums.groups
        mean, inverse = self.mean, self._sums.inverses / weight
        variance = (PRIOR_GROUPS * self._prior_square + self._sums.squares) / weight - mean * mean
        spread = (variance / (mean * (1 - mean)) - inverse) / (1 - inverse)
        return min(max(spread, LEAST_SPREAD), MOST_SPREAD)

    def surprise(self, count: int, of: int) -> float:
        """-log10 of the chance of a group with at least `count` of `of`; 0 where there is nothing to count."""
        if count <= 0 or of <= 0:
            return 0.0
        n = min(of, MOST_TRIALS)
        k = np.arange(max(1, round(count * n / of)), n + 1)
        size = 1 / self.spread - 1
        a, b = self.mean * size, (1 - self.mean) * size
        ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
        logs = ways + betaln(k + a, n - k + b) - betaln(a, b)
        top = float(logs.max())
        tail = top + math.log(float(np.exp(logs - top).sum()))
        return max(0.0, round(-tail / math.log(10), DIGITS)) + 0.0

    def learn(self, count: int, of: int) -> None:
        """Take in a group; an empty one says nothing."""
        if of <= 0:
            return
        share, s = count / of, self._sums
        self._sums = UsualState(
            FADE * s.groups + 1,
            FADE * s.shares + share,
            FADE * s.squares + share * share,
            FADE * s.inverses + 1 / of,
        )

    def snapshot(self) -> UsualState:
        """What it has learned."""
        return self._sums

    def restore(self, state: UsualState) -> None:
        """Go on from a snapshot."""
        self._sums = state
