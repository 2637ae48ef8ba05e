"""Single acts, deltas and running totals of one truth, late, reordered and twice: the same figures, and no burst."""

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts.runs import Run
from detectors.figures import rows
from detectors.model.engagements import Engagement
from detectors.pipeline import readers
from tests.detectors.making import (
    START_AT,
    engagement_chunk,
    make_engagement,
    make_post,
    pipeline_settings,
    post_chunk,
    runs_in,
)
from tests.detectors.truth import HOUR_S, WAYS, Way, as_totals, delivered, likes_of

MEMORY_S = 48 * HOUR_S
LATEST_S = MEMORY_S - 120
"""An id is remembered for 48 h less the bucket in which it counted."""

TICK_S = 1800.0


def told(stream: Sequence[tuple[float, Engagement]], posts: int) -> list[Run]:
    """What READ says of records that arrive at these times, while somebody else posts and follows every half hour."""
    reading = readers(0, pipeline_settings(1, memory_s=MEMORY_S, memory_size=100_000, window_s=TICK_S))
    waiting, out = list(reversed(stream)), []
    for tick in range(round((MEMORY_S + 4 * HOUR_S) / TICK_S)):
        seconds = tick * TICK_S
        made = [make_post(f"p{n}", 0, "") for n in range(posts)] if tick == 0 else []
        made.append(make_post(f"clock {tick}", seconds, "", platform="clock"))
        acts = [make_engagement(f"clock {tick}", seconds, "follow", platform="clock", post_id=None)]
        while waiting and waiting[-1][0] < START_AT + seconds:
            acts.insert(-1, waiting.pop()[1])
        out += reading.posts.step(post_chunk(made, 10 * tick))
        out += reading.engagements.release()
        out += reading.engagements.step(engagement_chunk(acts, 10_000 * tick))
    reading.posts.finish()
    return runs_in([*out, *reading.engagements.finish()])


def by_hour(runs: Sequence[Run]) -> dict[int, int]:
    """Engagements that the figures of all get, by hour of event time."""
    sums: Counter[int] = Counter()
    for one in (rows.decode(run.figures) for run in runs if run.figures):
        columns = ((one.scope, "<u4"), (one.name, "<u2"), (one.hour, "<i4"), (one.amount, "<i8"))
        for scope, name, hour, amount in zip(*(np.frombuffer(v, kind).tolist() for v, kind in columns), strict=True):
            if one.scopes[scope] == "all" and one.sums[name].startswith("engagements"):
                sums[hour] += amount
    return dict(sums)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=3), st.integers(0, 2**32), st.floats(0.0, 1.0))
@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_telling_gives_the_truth(way: Way, pace: list[int], seed: int, lateness: float) -> None:
    """In figures to the last like, each in its hour where single acts and deltas tell it, up to 48 h late.

    In the series no bucket gets more than its own pace and that of one a window before, which is told with it.
    """
    most_s = (LATEST_S - (2 * HOUR_S if way is as_totals else 0)) * lateness
    runs = told(delivered(way(pace, {}), random.Random(seed), most_s), len(pace))
    figures = by_hour(runs)
    assert sum(figures.values()) == likes_of(pace)
    if way is not as_totals:
        assert figures == {int(START_AT // HOUR_S) + hour: likes_of(pace) // 2 for hour in range(2)}
    assert max(run.increments.get("likes|all", 0) for run in runs) <= 2 * sum(pace) + len(pace)
