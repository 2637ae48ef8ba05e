"""Which bursts to believe: false-discovery control over groups of subjects, for the trends that a user sees."""

from collections.abc import Sequence

from detectors.errors import DetectorError


def simes(p_values: Sequence[float]) -> float:
    """One p for a group: valid when its members depend positively on each other, as subjects of one topic of talk do.

    Source: Simes 1986. With the p sorted, the least of n p_i / i.

    >>> simes([0.01, 0.5])
    0.02
    """
    n = len(p_values)
    if not n:
        raise DetectorError("p_values is empty: a group has at least one member")
    return min(1.0, *(n * p / (i + 1) for i, p in enumerate(sorted(p_values))))


def benjamini_hochberg(p_values: Sequence[float], *, share: float, tracked: int) -> list[bool]:
    """Which of these to believe, so that of all believed at most `share` are false on average.

    It divides by everything that was watched, not by what is listed: candidates were picked for their small p.

    Args:
        share: false among the believed, 0 to 1.
        tracked: number of hypotheses watched. >= 1.
    Source: Benjamini and Hochberg 1995.

    >>> benjamini_hochberg([1e-9, 1e-6, 1e-3], share=0.05, tracked=10_000)
    [True, True, False]
    """
    if not 0 < share < 1:
        raise DetectorError(f"share={share}: must lie between 0 and 1")
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    ranked = [i for i, at in enumerate(order) if p_values[at] <= share * (i + 1) / max(tracked, 1)]
    believed = set(order[: ranked[-1] + 1]) if ranked else set()
    return [i in believed for i in range(len(p_values))]
