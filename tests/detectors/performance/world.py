"""A made-up partition of posts and their likes, bucket by bucket, through READ's comparison and DECIDE's judgement."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.counts.scopes import ScopeCodes
from detectors.counts.table import Table
from detectors.model.alerts import Alert
from detectors.model.posts import Post
from detectors.performance import judged
from detectors.performance.history import AGES_S
from detectors.performance.judge import PostJudge
from detectors.performance.judged import Judged
from detectors.performance.outlook import PostOutlook
from detectors.performance.share import DAY_S
from detectors.stages.acts import ACT
from detectors.stages.admission import MEMORY_FIELDS
from detectors.stages.post_watch import PostWatch
from detectors.stages.totals import Counted
from tests.detectors.making import make_post

BUCKET_S = 1800.0
DAY = round(DAY_S / BUCKET_S)
AGES = [round(age / BUCKET_S) for age in AGES_S]
NONE = np.zeros(0, np.intp)


class Made(NamedTuple):
    """A post of a made-up stream; `likes` come in the buckets after it, in all."""

    number: int
    creator: int
    bucket: int
    likes: int
    paid: bool = False


class World:
    """READ of one partition, and DECIDE."""

    def __init__(self, *, false_share: float = 0.05, capacity: int = 200_000, least: int = 100) -> None:
        self.posts = Table(MEMORY_FIELDS, horizon=2 * DAY, capacity=capacity)
        self.deleted = Table([], horizon=2 * DAY, capacity=capacity)
        self.codes = ScopeCodes()
        self.scope = int(self.codes.of(["tiktok"], ["review"], [5000])[0])
        self.watch = PostWatch(
            partition=0,
            posts=self.posts,
            deleted=self.deleted,
            codes=self.codes,
            bucket_s=BUCKET_S,
            capacity=capacity,
        )
        self.outlook = PostOutlook(bucket_s=BUCKET_S, least=least)
        self.judge = PostJudge(bucket_s=BUCKET_S, false_share=false_share, outlook=self.outlook, config_digest="digest")
        self.said: list[tuple[int, Judged]] = []

    def make(self, posts: Iterable[Made], bucket: int) -> None:
        """These are made in a bucket."""
        made = list(posts)
        self.posts.put(
            np.array([post.number for post in made], np.uint64),
            bucket,
            at=np.full(len(made), bucket * BUCKET_S),
            scopes=np.full(len(made), self.scope, np.uint32),
            author=np.array([post.creator for post in made], np.uint32),
            paid=np.array([post.paid for post in made], np.bool_),
            offset=np.array([post.number for post in made], np.int64),
        )

    def close(self, bucket: int, numbers: NDArray[np.uint64], likes: NDArray[np.int64]) -> bytes:
        """A bucket ends in which these posts drew these likes."""
        acts = np.zeros(len(numbers), ACT)
        acts["post_id"], acts["amount"], acts["at"] = numbers, likes, bucket * BUCKET_S
        self.watch.admit(bucket)
        self.watch.take(
            acts, self.posts.find(numbers, bucket), Counted(acts, np.arange(len(acts)), *(NONE for _ in range(5)))
        )
        told = self.watch.close(bucket, self.watch.newly_deleted(bucket))
        self.posts.expire(bucket)
        if told == Judged():
            return b""
        self.said.append((bucket, told))
        return judged.encode(told)

    def decide(self, bucket: int, told: bytes, *, warm: bool = True, untrusted: Iterable[str] = ()) -> list[Alert]:
        """What is told of it."""
        weighing = self.judge.weigh(bucket, [told] if told else [], warm=warm)
        texts: dict[tuple[int, int], Post | None] = {
            (ref.source, ref.offset): make_post(f"post {ref.offset}", 0.0, creator=f"creator {ref.author}")
            for ref in self.judge.refs(weighing)
        }
        return self.judge.tell(bucket, weighing, texts, set(untrusted))


def ordinary(rng: np.random.Generator, *, days: int, creators: int, spread: float, heavy: bool = False) -> list[Made]:
    """Posts of creators of very different size, each as its creator's usually are: nothing outperforms.

    Args:
        spread: standard deviation of the logarithm of a post's success.
        heavy: a post's success has a Pareto tail of index 2 instead.
    """
    size = rng.lognormal(3.0, 1.0, creators)
    n = days * creators
    creator, bucket = rng.integers(0, creators, n), np.sort(rng.integers(0, days * DAY, n))
    success = rng.pareto(2.0, n) + 0.5 if heavy else rng.lognormal(0.0, spread, n)
    likes = rng.poisson(size[creator] * success)
    columns = zip(range(1, n + 1), creator.tolist(), bucket.tolist(), likes.tolist(), strict=True)
    return [Made(*values) for values in columns]


def played(world: World, posts: Iterable[Made], *, days: int, warm_days: float = 1.0) -> list[Alert]:
    """Everything that is told of a stream; a post's likes come over a day, half of them in the first two hours."""
    by_bucket: dict[int, list[Made]] = {}
    for post in posts:
        by_bucket.setdefault(post.bucket, []).append(post)
    share = np.exp(-np.arange(2 * AGES[-1] + 1) / 6.0)
    upto = 1.0 - share / share[0]
    alerts: list[Alert] = []
    for bucket in range((days + 2) * DAY):
        world.make(by_bucket.get(bucket, []), bucket)
        alive = [p for b in range(max(0, bucket - AGES[-1]), bucket + 1) for p in by_bucket.get(b, ())]
        age = bucket - np.array([p.bucket for p in alive], np.int64)
        likes = np.array([p.likes for p in alive], np.int64)
        now = np.round(likes * upto[age + 1]).astype(np.int64) - np.round(likes * upto[age]).astype(np.int64)
        some = now > 0
        told = world.close(bucket, np.array([p.number for p in alive], np.uint64)[some], now[some])
        alerts += world.decide(bucket, told, warm=bucket >= warm_days * DAY)
    return alerts
