"""A made-up stream of creators' days, compared and told of: what the whole path does, without posts and buckets."""

from typing import NamedTuple

import numpy as np

from detectors.creators import told
from detectors.creators.comparing import Compared, Comparer
from detectors.creators.days import DRAWN, NAMED, POSTS, REPEATS, CreatorDays, Who
from detectors.creators.judge import CreatorJudge
from detectors.creators.told import CreatorsTold, OddDay
from detectors.model.alerts import Alert
from detectors.model.posts import Post
from detectors.performance import judged
from detectors.performance.judged import Judged
from detectors.performance.tails import EDGE, kind_sums
from tests.detectors.making import make_post

BUCKET_S = 3600.0
DAY = 24
"""Buckets."""

TIKTOK = 0x102
LEAST_CHANGE = 10


class Day(NamedTuple):
    """What n creators do in a day. Shapes: i8[n]; drawn i8[n, DRAWN]."""

    posts: np.ndarray[tuple[int], np.dtype[np.int64]]
    followers: np.ndarray[tuple[int], np.dtype[np.int64]]
    drawn: np.ndarray[tuple[int, int], np.dtype[np.int64]]
    named: np.ndarray[tuple[int], np.dtype[np.int64]]
    repeats: np.ndarray[tuple[int], np.dtype[np.int64]]


def ordinary(rng: np.random.Generator, *, days: int, creators: int, spread: float) -> list[Day]:
    """Creators who differ by a factor of some hundred, each day's success drawn anew; views bring followers.

    Args:
        spread: of the logarithm of a day's success.
    """
    size, talk, friends = rng.lognormal(5.0, 1.2, creators), rng.beta(4, 40, creators), rng.beta(2, 20, creators)
    followers, found = (40 * size).astype(np.int64), list[Day]()
    for _ in range(days):
        posts = np.where(rng.random(creators) < 0.8, 1 + rng.poisson(0.7, creators), 0)
        success = size * rng.lognormal(0.0, spread, creators) * (posts > 0)
        likes = rng.poisson(success)
        comments = rng.poisson(success * talk * rng.lognormal(0.0, 0.3, creators))
        views = rng.poisson(12 * success * rng.lognormal(0.0, 0.3, creators))
        drawn = np.stack([likes, comments, likes // 10, likes // 20, views], axis=1)
        followers = followers + rng.poisson(0.01 * views * rng.lognormal(0.0, 0.5, creators))
        named = comments // 2
        found.append(Day(posts, followers, drawn, named, rng.binomial(named, friends)))
    return found


def played(stream: list[Day], *, false_share: float) -> tuple[list[Alert], int]:
    """What is told of them, and how often something was compared."""
    creators = np.arange(len(stream[0].posts), dtype=np.uint32)
    days, comparer = CreatorDays(bucket_s=BUCKET_S, capacity=1_000_000), Comparer(bucket_s=BUCKET_S)
    judge = CreatorJudge(bucket_s=BUCKET_S, false_share=false_share, config_digest="digest")
    alerts, compared = list[Alert](), 0
    for bucket in range((len(stream) + 2) * DAY):
        if bucket % DAY == DAY - 1 and bucket // DAY < len(stream):
            _take(days, stream[bucket // DAY], bucket // DAY, creators, bucket)
        said = CreatorsTold()
        if len(due := days.due(bucket)):
            found = comparer.compare(days.with_past(due, bucket), bucket)
            author, day = (days.table.column(name, due)[found.place].tolist() for name in ("author", "day"))
            said = CreatorsTold(tuple(kind_sums(found.kind, found.score)), tuple(_odd(found, author, day)))
        compared += sum(kind.posts for kind in said.kinds)
        weighed = judge.weigh(bucket, [judged.encode(Judged(creators=told.encode(said)))], warm=True)
        texts: dict[tuple[int, int], Post | None] = {
            (ref.source, ref.offset): make_post("p", 0.0, creator=str(ref.author)) for ref in judge.refs(weighed)
        }
        alerts += judge.tell(bucket, weighed, texts, ())
        days.expire(bucket)
    return [alert for alert in alerts if alert.action == "fired"], compared


def _take(
    days: CreatorDays, made: Day, day: int, creators: np.ndarray[tuple[int], np.dtype[np.uint32]], bucket: int
) -> None:
    there = np.repeat(np.arange(len(creators)), made.posts)

    def who(mine: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Who:
        n = len(mine)
        return Who(creators[mine], np.full(n, TIKTOK, np.uint32), np.full(n, day))

    days.post(who(there), made.followers[there], bucket)
    active = np.flatnonzero(made.posts)
    columns = [*made.drawn.T, None, made.named, made.repeats]
    for measure, amount in enumerate(columns):
        if amount is not None and measure != POSTS:
            days.draw(who(active), np.full(len(active), measure), amount[active], bucket)
    assert (DRAWN, NAMED, REPEATS) == (5, 6, 7)


def _odd(found: Compared, author: list[int], day: list[int]) -> list[OddDay]:
    able = np.flatnonzero((found.score > EDGE) & (np.abs(found.observed - found.expected) >= LEAST_CHANGE))
    return [
        OddDay(
            source=0,
            posts=((author[i], author[i]),),
            author=author[i],
            platform="tiktok",
            tier="nano",
            look=int(found.look[i]),
            day=day[i],
            observed=int(found.observed[i]),
            expected=float(found.expected[i]),
            low=float(found.low[i]),
            high=float(found.high[i]),
            of=int(found.of[i]),
            own=int(found.own[i]),
            similar=int(found.similar[i]),
            followers=0,
            views=0,
            usual_views=0.0,
            by_views=True,
            made=1,
            kind=int(found.kind[i]),
            score=float(found.score[i]),
        )
        for i in able.tolist()
    ]
