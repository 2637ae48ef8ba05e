"""The interval of a proportion, and nothing else."""

import math

Z = 1.959963984540054
"""Of a two-sided 95 % interval."""


def wilson(successes: int, trials: int) -> tuple[float, float] | None:
    """The 95 % interval of a proportion; None where there is none: no trials, or more successes than trials.

    Source: E. B. Wilson, 1927, "Probable inference, the law of succession, and statistical inference".

    >>> wilson(0, 10), wilson(3, 0), wilson(5, 4)
    ((0.0, 0.277533), None, None)
    """
    if trials <= 0 or not 0 <= successes <= trials:
        return None
    share, weight = successes / trials, Z * Z / trials
    centre = share + weight / 2
    half = Z * math.sqrt(share * (1 - share) / trials + weight / (4 * trials))
    low, high = (centre - half) / (1 + weight), (centre + half) / (1 + weight)
    return round(max(0.0, low), 6), round(min(1.0, high), 6)
