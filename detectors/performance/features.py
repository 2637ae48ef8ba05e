"""What is known of a post at one age when it is asked how much it will have drawn after a day: numbers."""

import math
from collections.abc import Callable

from detectors.forecast.forest import vector
from detectors.forecast.window import Values
from detectors.performance.judged import Standout
from detectors.performance.share import DAY_S

NAMES = (
    "engaged",
    "expected",
    "times_expected",
    "score",
    "range",
    "expected_day",
    "growth_expected",
    "growth",
    "own_posts",
    "similar_posts",
    "paid",
    "platform",
    "format",
    "tier",
    "hour_sin",
    "hour_cos",
    "weekend",
    "target",
)

THURSDAY, WEEK = 3, 7
"""The weekday of the epoch, Monday is 0."""


def projected(post: Standout, day: float) -> float:
    """What it will have drawn after a day if it goes on as many times over what is usual as it is now.

    Args:
        day: what is usual of it after a day.

    One is added to each: what is usual may be next to nothing.
    """
    return max(float(post.observed), (post.observed + 1.0) * (day + 1.0) / (post.expected + 1.0) - 1.0)


def kinds_of(post: Standout) -> tuple[str, ...]:
    """Its platform, format and tier, each by a name of its own."""
    return f"platform:{post.platform}", f"format:{post.format}", f"tier:{post.tier}"


def features_of(post: Standout, day: float, target: float, rate: Callable[[str], float], *, bucket_s: float) -> Values:
    """f4[len(NAMES)], without nan.

    Args:
        day: what is usual of it after a day. target: what is asked whether it will have drawn.
        rate: share of yes by kind, as far as it was learned.
    """
    made_day = post.made * bucket_s / DAY_S
    angle = 2.0 * math.pi * (made_day % 1.0)
    grown = math.nan if post.age == 0 else math.log((post.observed + 1.0) / (post.before + 1.0))
    return vector(
        [
            math.log1p(post.observed),
            math.log1p(post.expected),
            math.log((post.observed + 1.0) / (post.expected + 1.0)),
            post.score,
            math.log((post.high + 1.0) / (post.low + 1.0)),
            math.log1p(day),
            math.log((day + 1.0) / (post.expected + 1.0)),
            grown,
            math.log1p(post.own),
            math.log1p(post.pool),
            float(post.paid),
            *(rate(kind) for kind in kinds_of(post)),
            math.sin(angle),
            math.cos(angle),
            float((int(made_day) + THURSDAY) % WEEK >= 5),
            math.log(target / projected(post, day)),
        ]
    )
