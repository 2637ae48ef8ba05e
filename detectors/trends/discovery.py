"""Which bursts to believe: false-discovery control over groups of subjects, for the trends that a user sees."""

from collections.abc import Sequence

from detectors.errors import DetectorError


def benjamini_hochberg(p_values: Sequence[float], *, share: float, tracked: int, before: int = 0) -> list[bool]:
    """Which of these to believe, so that of all believed at most `share` are false on average.

    It divides by everything that was watched, not by what is listed: candidates were picked for their small p.

    Args:
        share: false among the believed, 0 to 1.
        tracked: number of hypotheses watched. >= 1.
        before: of these, those that were believed earlier.
    Source: Benjamini and Hochberg 1995; one after the other, counting what was believed before: LOND, Javanmard and
        Montanari, Annals of Statistics 2018, over hypotheses of the last day only.

    >>> benjamini_hochberg([1e-9, 1e-6, 1e-3], share=0.05, tracked=10_000)
    [True, True, False]
    """
    if not 0 < share < 1:
        raise DetectorError(f"share={share}: must lie between 0 and 1")
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    ranked = [i for i, at in enumerate(order) if p_values[at] <= share * (before + i + 1) / max(tracked, 1)]
    believed = set(order[: ranked[-1] + 1]) if ranked else set()
    return [i in believed for i in range(len(p_values))]
