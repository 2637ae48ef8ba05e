"""What is known of a trend at the moment at which it is asked how it goes on: numbers, worked out once."""

import math
from collections import Counter
from collections.abc import Sequence

from detectors.alerting.severity import RANKS
from detectors.counts.segment_table import ALL
from detectors.counts.ticks import Candidate
from detectors.forecast.forest import vector
from detectors.forecast.window import Values
from detectors.model.posts import Post
from detectors.subjects.kinds import KINDS
from detectors.trends.lifecycle import Moment
from detectors.trends.trend import OpenTrend

NAMES = (
    "voices",
    "expected",
    "times_expected",
    "surprise",
    "surprise_long",
    "growth",
    "growth_before",
    "below_most",
    "since_most",
    "age",
    "hour_sin",
    "hour_cos",
    "weekend",
    "past",
    "exposure",
    "subjects",
    "posts_each",
    "once_only",
    "communities",
    "first_community",
    "platforms",
    "languages",
    "reach",
    "large",
    "span",
    "severity",
    "occurrence",
    "declining",
    "everywhere",
    "tagged",
)

HOUR_S, DAY_S, WEEK = 3600.0, 86_400.0, 7
THURSDAY = 3
"""The weekday of the epoch, Monday is 0."""
LARGE = 100_000
"""Followers from which a creator is large: the tiers mid, macro and mega."""
FEW = 5.0
"""Added before a ratio is taken: small counts must not look like growth."""


def features_of(trend: OpenTrend, leader: Candidate, exposure: float, *, bucket_s: float, window: int) -> Values:
    """f4[len(NAMES)], without nan.

    Args:
        leader: the subject that speaks for the trend, as of its last moment.
        exposure: people in the window, of all subjects.
        window: buckets of the window.
    """
    now, end_at = trend.history[-1], (trend.history[-1].bucket + 1) * bucket_s
    half = max(1, window // 2)
    then, before = _moment(trend.history, half), _moment(trend.history, 2 * half)
    most = trend.peak or now
    people = leader.people
    day = end_at / DAY_S
    angle = 2.0 * math.pi * (day % 1.0)
    posts = [seen.post for ref in leader.posts if (seen := trend.seen.get(ref.post_id)) is not None]
    return vector(
        [
            math.log1p(now.observed),
            math.log1p(now.expected),
            math.log((now.observed + 1.0) / (now.expected + 1.0)),
            math.log1p(now.surprise),
            math.log1p(leader.long.surprise) if leader.long else 0.0,
            _growth(then, now),
            _growth(before, then),
            math.log((now.observed + 1.0) / (most.observed + 1.0)),
            math.log1p((now.bucket - most.bucket) * bucket_s / HOUR_S),
            math.log1p((now.bucket - trend.first_bucket) * bucket_s / HOUR_S),
            math.sin(angle),
            math.cos(angle),
            float((int(day) + THURSDAY) % WEEK >= 5),
            math.log1p(leader.past),
            math.log1p(exposure),
            math.log(len(trend.subjects)),
            people.posts / people.authors if people and people.authors else 1.0,
            people.singles / people.authors if people and people.authors else 1.0,
            *_spread(posts),
            float(RANKS[trend.severity]),
            math.log(trend.life.occurrence),
            float(trend.state == "declining"),
            float(trend.scope == ALL),
            float(KINDS[leader.key & 7] not in ("word", "phrase")),
        ]
    )


def _moment(history: Sequence[Moment], back: int) -> Moment | None:
    """The moment so many buckets before the last, of the same subject."""
    now = history[-1]
    for moment in reversed(history):
        if moment.key != now.key:
            return None
        if now.bucket - moment.bucket >= back:
            return moment
    return None


def _growth(then: Moment | None, now: Moment | None) -> float:
    """Of the logarithm of voices; 0: not known."""
    return math.log((now.observed + FEW) / (then.observed + FEW)) if then and now else 0.0


def _spread(posts: Sequence[Post]) -> tuple[float, ...]:
    """Who writes the posts of the window that were told and read, 20 at most."""
    if not posts:
        return 0.0, 0.0, 0.0, 0.0, math.nan, 0.0, math.nan
    named = Counter(name for post in posts for name in post.communities)
    followers = [post.followers for post in posts if post.followers is not None]
    times = [post.created_at.timestamp() for post in posts if post.created_at]
    return (
        float(len(named)),
        max(named.values(), default=0) / len(posts),
        float(len({post.platform for post in posts})),
        float(len({post.language for post in posts if post.language})),
        math.log1p(sum(followers) / len(followers)) if followers else math.nan,
        sum(n >= LARGE for n in followers) / len(posts),
        (max(times) - min(times)) / HOUR_S if times else math.nan,
    )
