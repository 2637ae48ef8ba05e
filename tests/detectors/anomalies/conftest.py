"""Made-up traffic with what real traffic has: a daily cycle, a wandering level, batches, and noise beyond Poisson."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from detectors.anomalies.series import Series

Traffic = Callable[..., list[int]]


def traffic(
    *,
    days: float,
    mean: float,
    seed: int,
    spread: float = 0.02,
    wander: float = 0.1,
    batch: int = 1,
    a_day: int = 288,
    factor: dict[tuple[int, int], float] | None = None,
) -> list[int]:
    """Counts a bucket, `a_day` of them a day; `factor` maps ranges of buckets to what the rate is times there."""
    rng = np.random.default_rng(seed)
    n = int(days * a_day)
    day = (np.arange(n) + 0.5) / a_day
    shape = np.exp(0.9 * np.sin(2 * np.pi * (day - 0.4)) + 0.3 * np.sin(4 * np.pi * (day - 0.1)))
    level = np.zeros(n)
    for i in range(1, n):
        level[i] = 0.9 * level[i - 1] + math.sqrt(1 - 0.81) * rng.normal()
    rate = mean * shape / shape.mean() * np.exp(wander * level - wander * wander / 2)
    if spread > 0:
        rate *= rng.gamma(1 / spread, spread, n)
    for (start, end), times in (factor or {}).items():
        rate[start:end] *= times
    counts: list[int] = (rng.poisson(rate / batch) * batch).tolist()
    return counts


@pytest.fixture(name="traffic")
def _traffic() -> Traffic:
    return traffic


World = Callable[..., list[dict[Series, int]]]
PLATFORMS = {"tiktok": 0.5, "instagram": 0.3, "youtube": 0.2}
PARTS = {"tier:nano": 0.4, "format:haul": 0.2, "all": 1.0}
"""Scopes across the platforms, and their share of each."""


def world(
    *,
    days: float,
    seed: int,
    measures: dict[str, float] | None = None,
    factor: dict[tuple[str, str], dict[tuple[int, int], float]] | None = None,
) -> list[dict[Series, int]]:
    """Values of every series a bucket: measures with their mean, on three platforms, a tier, a format and all.

    `factor` maps (measure, platform) to what `traffic` takes; a sum over platforms follows by itself.
    """
    rng = np.random.default_rng(seed)
    ticks: list[dict[Series, int]] = [{} for _ in range(int(days * 288))]
    for m, (measure, mean) in enumerate((measures or {"posts": 60.0, "likes": 1500.0, "comments": 150.0}).items()):
        totals = {scope: np.zeros(len(ticks), dtype=int) for scope in PARTS}
        for p, (name, share) in enumerate(PLATFORMS.items()):
            times = (factor or {}).get((measure, name))
            counts = traffic(days=days, mean=mean * share, seed=1000 * seed + 10 * m + p, factor=times)
            for scope, part in PARTS.items():
                totals[scope] += rng.binomial(counts, part)
            put(ticks, Series(measure, f"platform:{name}"), counts)
        for scope, total in totals.items():
            put(ticks, Series(measure, scope), total.tolist())
    return ticks


def put(ticks: list[dict[Series, int]], series: Series, counts: list[int]) -> None:
    """Add a series; a bucket with nothing in it does not name it."""
    for tick, count in zip(ticks, counts, strict=True):
        if count:
            tick[series] = count


@pytest.fixture(name="world")
def _world() -> World:
    return world
