"""A source that is asked for its counters once in a window, through the whole path: its steps are no news."""

import dataclasses
import itertools
import random

from detectors.model.alerts import Alert
from detectors.model.engagements import Counters, Engagement
from detectors.model.posts import Post
from detectors.pipeline import Pipeline
from tests.detectors.making import engagement_chunk, make_engagement, make_post, pipeline_settings, post_chunk

MINUTES = 420
EVERY = 10
"""Minutes from one time that it is asked to the next: a window."""
POSTS = 60
CALLS = 40
"""Posts are asked for so often, from when they are found; others take their place."""


def rounded(total: int) -> int:
    """To three digits, as a site shows it."""
    unit = int(10 ** max(0, len(str(total)) - 3))
    return total // unit * unit


def alerts_of(burst: float) -> list[Alert]:
    """All alerts; `burst` is how many times their pace all totals grow for the last hour."""
    settings = pipeline_settings(1, memory_s=86_400.0)
    judge = settings.judge._replace(warm_up_buckets=100, silence_buckets=2)
    path = Pipeline(dataclasses.replace(settings, judge=judge))
    rng, totals = random.Random(3), dict[str, int]()
    alerts, offsets = list[Alert](), itertools.count()
    for minute in range(MINUTES):
        pace = burst if minute > MINUTES - 60 else 1.0
        totals = {name: total + int(pace * rng.randint(0, 2 * total // 2000)) for name, total in totals.items()}
        posts, acts = [make_post(f"x{minute}", 60 * minute, platform="x")], list[Engagement]()
        call = minute // EVERY
        if minute % EVERY == 0:
            posts += found(call, minute, totals, rng)
            acts = [asked(name, minute, rounded(total)) for name, total in totals.items()]
        acts.append(make_engagement(f"x{minute}", 60 * minute, platform="x", post_id=f"x{minute}"))
        start = next(offsets) * (POSTS + 1)
        for decisions in (path.posts(0, post_chunk(posts, start)), path.engagements(0, engagement_chunk(acts, start))):
            alerts += [alert for decision in decisions for alert in decision.alerts]
    return alerts


def found(call: int, minute: int, totals: dict[str, int], rng: random.Random) -> list[Post]:
    """Posts that are new on the list, said to be made just now though they have millions; the oldest leave it."""
    wanted = POSTS if not totals else sum(rng.random() < POSTS / CALLS / 4 for _ in range(4))
    names = [f"p{call} {n}" for n in range(wanted)]
    totals.update({name: int(10 ** rng.uniform(4, 9)) for name in names})
    for name in list(totals)[: len(totals) - POSTS]:
        del totals[name]
    return [make_post(name, 60 * minute) for name in names]


def asked(name: str, minute: int, views: int) -> Engagement:
    """Its total."""
    counters = Counters(views=views, likes=rounded(views // 50))
    about = {"post_id": name, "creator_id": f"author of {name}"}
    return make_engagement(f"{name} {minute}", 60.0 * minute, "counters", counters=counters, **about)


def test_a_source_that_is_asked_now_and_then_is_no_news() -> None:
    """Neither its pauses, nor posts that are found with what they have, nor steps of rounding."""
    assert [(a.kind, a.subject.id, a.observed, a.expected) for a in alerts_of(burst=1.0)] == []


def test_its_bursts_are_told() -> None:
    """Twenty times the pace, of all posts."""
    told = alerts_of(burst=20.0)
    assert {alert.kind for alert in told} == {"kpi_anomaly"}
    assert {alert.scope for alert in told} == {"platform:tiktok"}
