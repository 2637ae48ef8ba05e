"""One truth, posts that are liked at a steady pace, told in every way that platforms have, and as connectors do."""

import random
from collections.abc import Callable, Mapping, Sequence

from detectors.model.engagements import Counters, Engagement
from tests.detectors.making import make_engagement

MINUTE_S, HOUR_S = 60, 3600.0

LASTING_S = 2 * HOUR_S
"""For so long the posts are liked, from the time on at which they are made."""

Pace = Sequence[int]
"""Likes a minute of each post."""

Way = Callable[[Pace, Mapping[str, str]], list[Engagement]]
"""A truth as records; what each of them says besides."""


def likes_of(pace: Pace) -> int:
    """All of them."""
    return round(LASTING_S) // MINUTE_S * sum(pace)


def _minutes(pace: Pace) -> list[tuple[int, int, int]]:
    """(post, end of the minute, likes)."""
    ends = range(MINUTE_S, round(LASTING_S) + 1, MINUTE_S)
    return [(post, end, likes) for post, likes in enumerate(pace) for end in ends]


def as_events(pace: Pace, said: Mapping[str, str]) -> list[Engagement]:
    """One record a like."""
    return [
        make_engagement(f"act {post} {end} {n}", end - MINUTE_S * (n + 1) / likes, post_id=f"p{post}", **said)
        for post, end, likes in _minutes(pace)
        for n in range(likes)
    ]


def as_deltas(pace: Pace, said: Mapping[str, str]) -> list[Engagement]:
    """One record a minute and post."""
    return [
        make_engagement(f"delta {post} {end}", end - MINUTE_S / 2, post_id=f"p{post}", count=likes, **said)
        for post, end, likes in _minutes(pace)
    ]


def as_totals(pace: Pace, said: Mapping[str, str]) -> list[Engagement]:
    """A running total every five minutes."""
    return [
        make_engagement(
            f"total {post} {end}",
            end,
            "counters",
            post_id=f"p{post}",
            counters=Counters(likes=likes * end // MINUTE_S),
            **said,
        )
        for post, end, likes in _minutes(pace)
        if end % (5 * MINUTE_S) == 0
    ]


WAYS: tuple[Way, ...] = (as_events, as_deltas, as_totals)


def delivered(stream: Sequence[Engagement], rng: random.Random, most_s: float) -> list[tuple[float, Engagement]]:
    """When each arrives, epoch seconds, in that order: many at once, others up to half an hour or `most_s` late.

    A third comes twice, each time with a delay of its own: so what is told last may come first.
    """
    told = []
    for one in stream:
        for _ in range(1 + (rng.random() < 0.3)):
            late = rng.choice([0.0, rng.uniform(0, HOUR_S / 2), rng.uniform(0, most_s)])
            told.append((one.at.timestamp() + late, one))
    return sorted(told, key=lambda each: each[0])
