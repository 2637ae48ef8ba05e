"""The generator's front door: the stream and its truth, the same for the same arguments on every machine.

Each part has random numbers of its own, so that planting changes nothing in the background.
"""

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from math import inf
from random import Random
from typing import Any

import msgspec

from streams.generator.background import Background
from streams.generator.changes import changes
from streams.generator.daily import HOUR_S
from streams.generator.engagements import Audience
from streams.generator.merge import Item, in_time_order
from streams.generator.plan import Plan, make_plan
from streams.generator.posts import Draft, Record
from streams.generator.sales import Shop
from streams.generator.truth import Disturbance, Truth, instant
from streams.generator.world import World, make_world

POSTS_PER_HOUR = 1_500.0
SALES = ("order", "refund")


def stream(
    *, hours: float, seed: int, start_at: float, posts_per_hour: float = POSTS_PER_HOUR, quiet: bool = False
) -> Iterator[Item]:
    """Posts and engagements in event-time order, as (epoch seconds, "post" or "engagement", record).

    Args:
        hours: length of the stream, > 0.
        seed: another seed, another stream.
        start_at: its first instant, epoch seconds.
        posts_per_hour: mean over a day, > 0; about four engagements each.
        quiet: the same background, nothing planted.
    """
    world, plan = _staged(hours, seed, start_at, posts_per_hour, quiet=quiet)
    end_at = start_at + hours * HOUR_S
    background = Background(Random(f"{seed}/background"), world, posts_per_hour)
    usual = in_time_order(background.drafts(start_at, end_at), _aftermath(seed, "background"), end_at)
    planted = in_time_order(plan.drafts, _aftermath(seed, "planted"), end_at)
    hits = in_time_order(plan.hit_drafts, _aftermath(seed, "hits"), end_at)
    return _disturbed(merge(usual, planted, hits, key=lambda item: item[0]), plan, Random(f"{seed}/collapse"))


def truth(
    *, hours: float, seed: int, start_at: float, posts_per_hour: float = POSTS_PER_HOUR, quiet: bool = False
) -> dict[str, Any]:
    """What the stream of the same arguments has planted in it, ready for JSON: see `truth.Truth`."""
    _, plan = _staged(hours, seed, start_at, posts_per_hour, quiet=quiet)
    whole = Truth(
        seed=seed,
        hours=hours,
        start_at=instant(start_at),
        end_at=instant(start_at + hours * HOUR_S),
        posts_per_hour=posts_per_hour,
        trends=plan.trends,
        attacks=plan.attacks,
        collapse=plan.collapse,
        outage=plan.outage,
        hits=plan.hits,
    )
    ready: dict[str, Any] = msgspec.to_builtins(whole)
    return ready


def _staged(hours: float, seed: int, start_at: float, posts_per_hour: float, *, quiet: bool) -> tuple[World, Plan]:
    world = make_world(Random(f"{seed}/world"), posts_per_hour, start_at)
    if quiet:
        return world, Plan()
    return world, make_plan(Random(f"{seed}/plan"), Random(f"{seed}/hits"), world, start_at, hours)


def _aftermath(seed: int, part: str) -> Callable[[Draft], Iterator[Item]]:
    """What follows a post: its audience's acts, sales, later changes."""
    audience = Audience(Random(f"{seed}/{part}/audience"))
    shop = Shop(Random(f"{seed}/{part}/shop"))
    rng = Random(f"{seed}/{part}/changes")

    def follow(draft: Draft) -> Iterator[Item]:
        for at, record in audience.reactions(draft):
            yield at, "engagement", record
        for at, record in shop.sales(draft):
            yield at, "engagement", record
        for at, record in changes(rng, draft):
            yield at, "post", record

    return follow


def _disturbed(items: Iterable[Item], plan: Plan, rng: Random) -> Iterator[Item]:
    """The items without those that the outage or the collapse swallows. A collapse spares sales, an outage nothing."""
    lost, thinned = _Fault(plan.outage), _Fault(plan.collapse)
    for at, topic, record in items:
        if lost.covers(at, record):
            continue
        thin = topic == "engagement" and record["kind"] not in SALES and thinned.covers(at, record)
        if thin and rng.random() >= thinned.factor:
            continue
        yield at, topic, record


class _Fault:
    """A disturbance in plain numbers, quick to ask for every record; None covers nothing."""

    def __init__(self, disturbance: Disturbance | None) -> None:
        self._start_at = disturbance.start_at.timestamp() if disturbance else inf
        self._end_at = disturbance.end_at.timestamp() if disturbance else inf
        self._platform = disturbance.platform if disturbance else ""
        self.factor = disturbance.factor if disturbance else 1.0

    def covers(self, at: float, record: Record) -> bool:
        return self._start_at <= at < self._end_at and record["platform"] == self._platform
