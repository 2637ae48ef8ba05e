"""A small world of ranked lists, and forests that are quick to grow."""

import random
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest

from detectors.forecast.knobs import Knobs

HOUR_S, SIZE, TOP, HORIZON = 3600.0, 30, 10, 6
START = 1_700_000_000 // 3600 * HOUR_S


class Event(NamedTuple):
    """A question (answer None) or an answer to an earlier one."""

    x: dict[str, Any]
    answer: bool | None


def listing(hours: int, seed: int) -> Iterator[Event]:
    """Topics that heat up and cool down; the hottest are a list, and those below the first ten are asked about.

    An answer follows `HORIZON` hours after its question, before the questions of its own hour.
    """
    rng = random.Random(seed)
    topics: dict[int, list[float]] = {}  # heat, its change an hour, born
    past: deque[dict[int, tuple[int, float]]] = deque(maxlen=HORIZON)
    waiting: deque[tuple[dict[str, Any], int, int]] = deque()
    tops: dict[int, set[int]] = {}
    for hour in range(hours):
        for _ in range(3):
            topics[len(topics) + hour * 1000] = [rng.uniform(8, 11), rng.uniform(-0.1, 0.8), hour]
        for name in list(topics):
            heat, change, born = topics[name]
            topics[name] = [heat + change + rng.gauss(0, 0.1), change - 0.12, born]
            if topics[name][0] < 7:
                del topics[name]
        ranked = sorted(topics, key=lambda name: -topics[name][0])[:SIZE]
        past.append({name: (rank, topics[name][0]) for rank, name in enumerate(ranked, start=1)})
        tops[hour] = set(ranked[:TOP])
        while waiting and waiting[0][2] <= hour - HORIZON:
            x, name, asked = waiting.popleft()
            yield Event(x, any(name in tops[h] for h in range(asked + 1, asked + HORIZON + 1)))
        for rank, name in enumerate(ranked, start=1):
            if rank > TOP:
                x = _row(name, rank, hour, topics[name], past)
                waiting.append((x, name, hour))
                yield Event(x, None)


def _row(
    name: int, rank: int, hour: int, topic: list[float], past: Sequence[dict[int, tuple[int, float]]]
) -> dict[str, Any]:
    hours = [None] * (HORIZON - len(past)) + [known.get(name) for known in past]
    heat, _, born = topic
    return {
        "at": START + hour * HOUR_S,
        "rank": rank,
        "heat": round(2.718**heat),
        "reads": round(1000 * (hour - born + 1) * heat) if name % 5 else None,
        "discussions": round(10 * heat),
        "posts": round(heat * (hour - born + 1)),
        "category": f"c{name % 4}",
        "age_h": float(hour - born),
        "list_size": SIZE,
        "ranks": [at[0] if at else None for at in hours],
        "heats": [float(round(2.718 ** at[1])) if at else None for at in hours],
    }


@pytest.fixture(scope="session")
def quick() -> Knobs:
    """A forest for tests."""
    return Knobs(every=100, window=1_500, sample=500, trees=40, depth=4, rate=0.2, fade=0.02, bins=16, warm_up=200)


@pytest.fixture(scope="session")
def events() -> list[Event]:
    """200 hours: 4,000 questions."""
    return list(listing(200, seed=3))
