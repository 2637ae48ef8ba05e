"""How surprising an amount is, given for how many orders it was paid. As `Tail`, for sums in which one may be large."""

import math

from detectors.anomalies.tail import Tail

LEAST = 1e-3
"""Of what is expected: less is as strange as this."""


class Skewed(Tail):
    """Calibrated two-sided tail of a sum of skewed amounts around an expectation.

    Variance and excesses are learned as by `Tail`; z is that of a lognormal sum of the same mean and variance. What
    people spend is near to lognormal, and so are sums of it. By counts, an hour with one large order among few would
    be told three times as often as promised.

    Source: Fenton, The sum of log-normal probability distributions in scatter transmission systems, IRE Transactions
    on Communications Systems 8 (1960).

    >>> tail = Skewed(half_life=1000)
    >>> [round(tail.z(amount, 4.0), 1) for amount in (1.0, 4.0, 16.0)]
    [-2.5, 0.3, 3.0]
    """

    LEAST_BATCH = 0.01
    RARE = 0.0

    def z(self, count: float, expected: float, doubt: float = 0.0) -> float:
        """Standardised deviation; `doubt` is the relative variance of `expected` itself."""
        square = math.log1p(self.variance(expected) + doubt)
        return (math.log(max(count / expected, LEAST)) + 0.5 * square) / math.sqrt(square)
