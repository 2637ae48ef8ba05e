"""A made-up world of posts that stand out, and what they draw in a day: some formats last, some platforms tire."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from detectors.model.forecasts import Forecast
from detectors.performance.horizon import Came
from detectors.performance.judged import Day, Standout
from detectors.performance.outlook import PostOutlook

BUCKET_S = 3600.0
AGES = (1, 6, 24)
FIRST = 100
"""The bucket in which the first post is made."""
GROWTH = {"tutorial": (3.0, 8.0), "challenge": (1.8, 2.5), "review": (2.5, 5.0)}
"""By format: what is usual after 6 h and after a day, in what is usual after one."""
TIRED = {"x": 0.6, "tiktok": 1.2, "instagram": 1.0}
"""By platform: how posts that stand out go on, beside what is usual."""


Said = dict[tuple[int, int], Forecast]
"""By post and age."""


class Post(NamedTuple):
    """What is said of it at the ages of 1 and 6 h, and what it had drawn after a day."""

    said: tuple[Standout, Standout]
    day: Day


def standout(post_id: int = 7, age: int = 0, **fields: Any) -> Standout:
    """A post that nobody would put down to chance."""
    known: dict[str, Any] = {
        "source": 0,
        "offset": post_id,
        "post_id": post_id,
        "author": 5,
        "platform": "tiktok",
        "format": "review",
        "tier": "nano",
        "paid": False,
        "age": age,
        "made": FIRST,
        "observed": 120,
        "expected": 10.5,
        "low": 3.0,
        "high": 24.5,
        "own": 12,
        "pool": 100,
        "kind": 3,
        "score": 9.0,
    }
    return Standout(**(known | fields))


def posts(n: int, *, seed: int, first: int = FIRST, an_hour: int = 2) -> list[Post]:
    """So many, an hour after the other."""
    rng = np.random.default_rng(seed)
    return [_post(rng, number, first + number // an_hour) for number in range(n)]


def _post(rng: np.random.Generator, number: int, made: int) -> Post:
    name = str(rng.choice(list(GROWTH)))
    platform = str(rng.choice(list(TIRED)))
    usual = float(rng.lognormal(3.5, 1.2))
    six, day = (usual * times for times in GROWTH[name])
    success = 3.0 + float(rng.pareto(1.5))
    early = int(rng.poisson(usual * success))
    lasting = TIRED[platform] * float(rng.lognormal(0.0, 0.35))
    by_six = early + int(rng.poisson((six - usual) * success * lasting))
    by_day = by_six + int(rng.poisson((day - six) * success * lasting**1.5))
    known: dict[str, Any] = {"made": made, "platform": platform, "format": name, "offset": number}
    known |= {"score": 2.0 + success, "day": round(day, 1)}
    one = standout(number, 0, observed=early, expected=round(usual, 1), **known)
    two = standout(number, 1, observed=by_six, expected=round(six, 1), before=early, **known)
    return Post((one, two), Day(number, made, by_day))


Told = tuple[list[Standout], list[Day]]


def by_bucket(made: Sequence[Post]) -> dict[int, Told]:
    """What is said when a bucket is closed: posts that reach an age, and those whose day is over."""
    told: defaultdict[int, Told] = defaultdict(lambda: ([], []))
    for post in made:
        for one, age in zip(post.said, AGES, strict=False):
            told[one.made + age - 1][0].append(one)
        told[post.day.made + AGES[-1] - 1][1].append(post.day)
    return told


class Stream:
    """Posts, bucket by bucket, each told of at both ages.

    Args:
        told: whether a post is about to be told of; else it is only asked about.
    """

    def __init__(self, made: Sequence[Post], outlook: PostOutlook | None = None, *, told: bool = True) -> None:
        self.outlook = outlook or fresh()
        self.told = told
        self.came: list[Came] = []
        self._made = by_bucket(made)
        self.end = max((post.day.made + AGES[-1] for post in made), default=0)

    def step(self, bucket: int) -> Said:
        """A bucket ends: what is said, by post and age."""
        asked, days = self._made[bucket]
        self.came += self.outlook.learn(bucket, days)
        if not self.told:
            self.outlook.ask_some(bucket, asked)
            return {}
        said = {(post.post_id, post.age): self.outlook.ask(bucket, post) for post in asked}
        return {key: forecast for key, forecast in said.items() if forecast is not None}

    def run(self, start: int, end: int) -> list[Said]:
        """What is said in buckets one after the other."""
        return [self.step(bucket) for bucket in range(start, end)]


def fresh(least: int = 30) -> PostOutlook:
    """One that knows nothing."""
    return PostOutlook(bucket_s=BUCKET_S, least=least)
