"""What an audience does with a post: acts as they happen, and running totals of views. No money: see `sales.py`."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from math import exp
from random import Random

from streams.clock import rfc3339
from streams.generator.posts import Draft, Record
from streams.generator.world import PLATFORM_SHARES, TIERS, pseudonym

RECORDS_PER_POST = {
    "like": 1.8,
    "comment": 0.55,
    "share": 0.35,
    "save": 0.3,
    "view": 0.9,
    "click": 0.15,
    "follow": 0.05,
}
"""Mean number of records about one post of a nano creator; a like or a view record may stand for several acts."""

PLATFORM_HABITS = {
    "tiktok": {"share": 1.3},
    "instagram": {"save": 1.5, "share": 0.8},
    "youtube": {"comment": 1.3, "save": 0.3, "follow": 2.0},
    "x": {"share": 1.5, "save": 0.2, "like": 0.9},
}
RECORDS_BY_TIER = {"user": 0.7, "nano": 1.0, "micro": 1.2, "mid": 1.6, "macro": 2.2, "mega": 3.0}
ACTS_PER_RECORD = {"user": 1.2, "nano": 2.0, "micro": 3.0, "mid": 5.0, "macro": 7.0, "mega": 10.0}
"""Bigger audiences react more but at a lower rate (1.8 % of followers at nano, 0.3 % at mega); held down further: one
star must not drown a platform's series."""

DELAY_S = {"tiktok": 2_100.0, "instagram": 2_400.0, "youtube": 3_600.0, "x": 720.0}
VIEWS_AS_TOTALS = ("tiktok", "instagram", "youtube")
"""These report views as running totals, X as acts: one source for a figure, or it would count twice."""

GROUPED = ("like", "view")
VOCAL = ("comment", "share")


class Audience:
    """Draws the engagements of one post after the other."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._counts = {
            (platform, tier, kind): _poisson_edges(mean * habits.get(kind, 1.0) * RECORDS_BY_TIER[tier])
            for platform, habits in PLATFORM_HABITS.items()
            for tier in TIERS
            for kind, mean in RECORDS_PER_POST.items()
        }
        assert set(PLATFORM_HABITS) == set(PLATFORM_SHARES)

    def reactions(self, draft: Draft) -> Iterator[tuple[float, Record]]:
        """The engagements of a post as (epoch seconds, record), in no particular order."""
        platform, tier = draft.creator.platform, draft.creator.tier
        for kind in RECORDS_PER_POST:
            number = self._number(self._counts[platform, tier, kind], draft.appeal)
            if kind == "view" and platform in VIEWS_AS_TOTALS:
                yield from self._totals(draft, number)
                continue
            for turn in range(number):
                yield self._act(draft, kind, first=turn == 0)

    def _number(self, edges: list[float], appeal: float) -> int:
        """A Poisson count whose mean is scaled by the post's appeal."""
        number = 0
        while appeal > 0:
            if appeal >= 1 or self._rng.random() < appeal:
                number += bisect_right(edges, self._rng.random())
            appeal -= 1
        return number

    def _moment(self, draft: Draft) -> float:
        return round(draft.at + 1.0 + self._rng.expovariate(1.0 / DELAY_S[draft.creator.platform]), 3)

    def _about(self, draft: Draft, at: float, kind: str) -> Record:
        return {
            "event_id": pseudonym(self._rng, "e"),
            "at": rfc3339(at),
            "platform": draft.creator.platform,
            "kind": kind,
            "creator_id": draft.creator.creator_id,
            "post_id": draft.record["post_id"],
        }

    def _act(self, draft: Draft, kind: str, *, first: bool) -> tuple[float, Record]:
        rng = self._rng
        at = self._moment(draft)
        record = self._about(draft, at, kind)
        if kind in GROUPED:
            record["count"] = 1 + int(rng.expovariate(1.0 / ACTS_PER_RECORD[draft.creator.tier]))
        elif (
            kind in VOCAL and first and rng.random() < 0.5
        ):  # a named actor is a voice: a post must not make a trend alone
            record["actor_id"] = pseudonym(rng, "a")
        return at, record

    def _totals(self, draft: Draft, number: int) -> Iterator[tuple[float, Record]]:
        """`number` readings of one growing total."""
        rng, creator = self._rng, draft.creator
        final = 60.0 * (0.2 + creator.followers / 1_000.0) ** 0.55 * rng.lognormvariate(0.0, 0.5) * draft.appeal
        for at in sorted(self._moment(draft) for _ in range(number)):
            views = round(final * (1.0 - exp(-(at - draft.at) / DELAY_S[creator.platform])))
            record = self._about(draft, at, "counters")
            record["counters"] = {"views": views}
            if creator.platform == "instagram":
                record["counters"]["reach"] = round(views * 0.8)
            if rng.random() < 0.2:
                record["counters"]["followers"] = creator.followers
            record["metric_definition"] = f"{creator.platform}.views/1"
            yield at, record


def _poisson_edges(mean: float) -> list[float]:
    """Cumulative probabilities of a Poisson count; the place of a uniform number among them is a draw.

    >>> [round(edge, 3) for edge in _poisson_edges(0.1)[:2]]
    [0.905, 0.995]
    """
    terms = [exp(-mean)]
    while len(terms) < 6 + 4 * mean:
        terms.append(terms[-1] * mean / len(terms))
    return list(accumulate(terms))
