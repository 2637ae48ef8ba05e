"""How surprising a post must be to be told."""

import numpy as np
import pytest

from detectors.performance.share import FalseShare

BUCKET_S = 3600.0
SHARE = 0.2


def told_in(days: int, tests: int, planted: int = 0, seed: int = 1) -> tuple[int, int]:
    """Posts told by chance, and planted ones told, with uniform p of all others; the first day is not counted."""
    rng, rule = np.random.default_rng(seed), FalseShare(SHARE, bucket_s=BUCKET_S)
    by_chance = found = 0
    for bucket in range(24 * days):
        rule.compared(bucket, tests)
        surprises = [(-np.log10(p), True) for p in rng.random(tests)] + [(9.0, False)] * (planted * (bucket % 24 == 0))
        surprises.sort(reverse=True)
        k = rule.passing([surprise for surprise, _ in surprises])
        rule.told(k if bucket >= 24 else 0)
        if bucket >= 24:
            by_chance += sum(null for _, null in surprises[:k])
            found += sum(not null for _, null in surprises[:k])
    return by_chance, found


@pytest.mark.parametrize("tests", [5, 100])
def test_calm_days_bring_few(tests: int) -> None:
    """On average q / (1 - q) a day at most, however many posts are compared."""
    days = 200
    by_chance, _ = told_in(days, tests)
    most = SHARE / (1 - SHARE) * (days - 1)
    assert 0 < by_chance <= most + 3 * most**0.5


def test_among_many_a_share_is_there_by_chance() -> None:
    """Where others truly stand out, more are told, and q of them at most are false; all true ones are found."""
    by_chance, found = told_in(100, 50, planted=20)
    assert found == 20 * 99
    assert by_chance / (by_chance + found) <= 1.2 * SHARE  # on average: each share of a day is of few


def test_the_first_hours_count_as_a_day() -> None:
    """A bar that rose with every hour would let the first posts pass."""
    rule = FalseShare(SHARE, bucket_s=BUCKET_S)
    rule.compared(0, 100)
    first = rule.bar(1)
    for bucket in range(1, 24):
        rule.compared(bucket, 100)
    assert rule.bar(1) == first


def test_it_goes_on_from_a_snapshot() -> None:
    """The same bar, with what was told before."""
    rule, other = (FalseShare(SHARE, bucket_s=BUCKET_S) for _ in range(2))
    rule.compared(3, 100)
    rule.told(2)
    other.restore(rule.snapshot())
    assert other.bar(1) == rule.bar(1) < FalseShare(SHARE, bucket_s=BUCKET_S).bar(1) + 4
    assert other.snapshot() == rule.snapshot()
