"""Series without any change, judged for a month: false alerts a day against what is promised.

Counts with what real ones have: daily and weekly season, a level that wanders, noise beyond Poisson, some told in
batches, from a handful a day to thousands a bucket. Two days of the week are busier, which no calendar calls a weekend
(Tuesday and Wednesday). Nothing happens to them: whatever is told is false.
"""

import math
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from config.settings import load
from detectors.anomalies.judge import SeriesJudge
from detectors.anomalies.series import Series

MEASURES = ("posts", "likes", "comments", "views", "orders")
DAY_S = 86_400.0

PLATFORMS = 20
"""Scopes that are platforms, and so could fall silent; the others are campaigns."""

WANDER_S = 6 * 3600.0
"""Within such a time a level forgets where it was, seconds."""


class Plan(NamedTuple):
    """How much is played.

    Attributes:
        warm_up: days before alerts count, beside what the judge itself takes.
    """

    series: int = 1000
    days: int = 30
    warm_up: float = 0.0


def table(plan: Plan, seeds: Sequence[int]) -> Iterator[str]:
    """A line a seed, as it comes; what was told, by kind."""
    settings = load()
    promised = settings.series.false_alerts_per_day
    yield f"{plan.series} series in buckets of {settings.detection.bucket_s} s for {plan.days} days, nothing changes."
    yield f"Promised: at most {promised:g} a day over all.\n"
    yield "| seed | false alerts | a day (95 %) | of the first week | of rises, falls, silences, shapes | us a point |"
    yield "|--:|--:|---|--:|---|--:|"
    for seed in seeds:
        yield _line(plan, seed)


def counts(plan: Plan, seed: int, bucket_s: float) -> npt.NDArray[np.int64]:
    """Counts a bucket of every series. Shapes: -> i8[series, buckets]."""
    rng = np.random.default_rng(seed)
    n, buckets = plan.series, round(plan.days * DAY_S / bucket_s)
    day = (np.arange(buckets) + 0.5) * bucket_s / DAY_S
    found = np.empty((n, buckets), np.int64)
    keep = math.exp(-bucket_s / WANDER_S)
    for i in range(n):
        mean = math.exp(rng.uniform(math.log(0.05), math.log(3000.0)))
        wander, spread, batch = rng.choice([0.0, 0.1, 0.2]), rng.choice([0.0, 0.02, 0.1]), rng.choice([1, 1, 1, 10])
        steps = rng.normal(0, math.sqrt(1 - keep * keep), buckets)
        level = np.frombuffer(_wandered(steps, keep), np.float64)
        peak, week = rng.uniform(0, 1), rng.uniform(0, 0.5)
        season = rng.uniform(0.2, 1.0) * np.sin(2 * np.pi * (day - peak)) + 0.2 * np.sin(4 * np.pi * (day - peak / 2))
        season += week * np.isin(np.floor(day) % 7, (5, 6))
        rate = mean * np.exp(season + wander * level - wander * wander / 2)
        if spread:
            rate *= rng.gamma(1 / spread, spread, buckets)
        found[i] = rng.poisson(rate / batch) * batch
    return found


def _wandered(steps: npt.NDArray[np.float64], keep: float) -> bytes:
    level, found = 0.0, np.empty(len(steps))
    for i, step in enumerate(steps.tolist()):
        level = keep * level + step
        found[i] = level
    return found.tobytes()


def _line(plan: Plan, seed: int) -> str:
    settings = load()
    bucket_s, rules = float(settings.detection.bucket_s), settings.series
    values = counts(plan, seed, bucket_s)
    names = [_name(i) for i in range(plan.series)]
    judge = SeriesJudge(
        bucket_s=bucket_s,
        false_alerts_per_day=rules.false_alerts_per_day,
        warm_up_buckets=rules.warm_up_buckets,
        silence_buckets=rules.silence_buckets,
    )
    told: Counter[str] = Counter()
    began = time.process_time()
    for n, column in enumerate(values.T.tolist()):
        tick = {name: value for name, value in zip(names, column, strict=True) if value}
        for anomaly in judge.step((n + 1) * bucket_s, tick):
            if anomaly.action == "fired" and (n + 1) * bucket_s > plan.warm_up * DAY_S:
                told[anomaly.direction] += 1
                told["first"] += (n + 1) * bucket_s <= 7 * DAY_S
    cost = (time.process_time() - began) / values.size * 1e6
    by_kind = *(told[direction] for direction in ("rise", "fall", "silence")), told["uneven"] + told["even"]
    false = sum(by_kind)
    days = plan.days - max(plan.warm_up, rules.warm_up_buckets * bucket_s / DAY_S)
    low = chi2.ppf(0.025, 2 * false) / 2 / days if false else 0.0
    high = chi2.ppf(0.975, 2 * false + 2) / 2 / days  # Garwood: exact for a Poisson count
    kinds = ", ".join(map(str, by_kind))
    cells = (str(seed), str(false), f"**{false / days:.2f}** ({low:.2f} to {high:.2f})", str(told["first"]), kinds)
    return f"| {' | '.join(cells)} | {cost:.0f} |"


def _name(i: int) -> Series:
    scope, measure = divmod(i, len(MEASURES))
    dimension = "platform" if scope < PLATFORMS else "campaign"
    return Series(MEASURES[measure], f"{dimension}:{scope}")
