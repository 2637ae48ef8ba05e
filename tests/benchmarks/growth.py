"""What forecasts of posts are worth on a made-up world whose rules are known, each judged when its day is over.

Beside ours, on the same questions: the share of yes, River's models, and the best that anybody could say who knew the
rules but not the luck of a post. It says how fast rules are learned, not what posts do.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from detectors.outlook.scores import Answered
from detectors.performance.features import NAMES
from detectors.performance.horizon import Came
from detectors.performance.outlook import PostOutlook
from tests.benchmarks.promises import CONTENDERS, named, row
from tests.detectors.performance.growth import BUCKET_S, FIRST, Stream, posts

POSTS = 4_000
NOT_JUDGED = 100
"""Answers of each age that are only learned from."""


class Timed(PostOutlook):
    """An outlook and the processor time that it took, in seconds."""

    asking_s = learning_s = 0.0

    def ask(self, *args: Any) -> Any:
        """As it is."""
        began = time.process_time()
        told = super().ask(*args)
        self.asking_s += time.process_time() - began
        return told

    def learn(self, *args: Any) -> Any:
        """As it is."""
        began = time.process_time()
        came = super().learn(*args)
        self.learning_s += time.process_time() - began
        return came


def table(seeds: Sequence[int]) -> Iterator[str]:
    """Every question of both ages, for each seed."""
    for seed in seeds:
        stream = Stream(posts(POSTS, seed=seed), outlook := Timed(bucket_s=BUCKET_S, least=100))
        stream.run(FIRST, stream.end)
        asked, learned = (cpu_s / len(stream.came) * 1e6 for cpu_s in (outlook.asking_s, outlook.learning_s))
        size = sum(map(len, outlook.snapshot().values()))
        cost = f"{asked:.0f} us of CPU a forecast, {learned:.0f} us to learn from one, a state of {size / 1e6:.1f} MB"
        yield f"\nseed {seed}, {POSTS:,} posts: {cost}"
        for hours in (23, 18):
            came = [c for c in stream.came if c.asked.due - c.asked.as_of == hours * 3600.0]
            yield from _of(hours, came)


def _of(hours: int, came: Sequence[Came]) -> Iterator[str]:
    judged = came[NOT_JUDGED:]
    inside = [c.asked.interval[0] <= c.engaged <= c.asked.interval[1] for c in judged if c.asked.interval]
    yield f"\n{hours} h before the day ends: {len(judged)} judged, 90 % range held {np.mean(inside):.1%}\n"
    yield "| | yes | Brier | skill | log-loss skill | ECE |"
    yield "|---|--:|--:|--:|--:|--:|"
    yield row("ours", [Answered(c.asked.reaches.p, c.asked.reaches.base, c.reached) for c in judged])
    for part in ("like", "logistic", "forest"):
        said = [getattr(c.asked.reaches, part) for c in judged]
        yield row(f"its part {part}", _beside(said, judged))
    for name, make in CONTENDERS.items():
        yield row(name, _beside(_answered(make(), came)[NOT_JUDGED:], judged))


def _beside(said: Sequence[float], judged: Sequence[Came]) -> list[Answered]:
    return [Answered(p, c.asked.reaches.base, c.reached) for p, c in zip(said, judged, strict=True)]


def _answered(model: Any, came: Sequence[Came]) -> list[float]:
    """What a model of River says, in the order of asking; it learns when ours does."""
    said, learned = list[float](), 0
    for c in came:
        while came[learned].asked.due <= c.asked.as_of:
            model.learn_one(named(NAMES, came[learned].asked.values), came[learned].reached)
            learned += 1
        said.append(float(model.predict_proba_one(named(NAMES, c.asked.values)).get(True, c.asked.reaches.base)))
    return said
