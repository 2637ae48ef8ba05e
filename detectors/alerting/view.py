"""What both records say about an open trend at one bucket: its names, figures, evidence, and who carries it."""

import math
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from msgspec import UnsetType
from scipy.stats import nbinom

from detectors.alerting.breadth import breadth_of
from detectors.alerting.engaged import drivers_of, engaged_of, per_voice_of
from detectors.counts.draws import Drawn
from detectors.counts.scopes import tier_of
from detectors.model.alerts import Breadth, Driver, Evidence, Integrity, Novelty, Origin, Severity, SubjectName, Window
from detectors.model.engaged import Engaged
from detectors.model.posts import Post
from detectors.model.stamps import instant
from detectors.trends.leader import slow_news
from detectors.trends.trend import OpenTrend, SeenPost
from detectors.trends.words import Centre, Rates

MAX_MEMBERS = 30
LEAST_DRIVER = 0.3
"""Share of the voices from which a dimension's value is said to carry a trend."""

_COMMON = ("platform", "language")
"""Dimensions in which one value carries almost every trend: named last."""


MayName = Callable[[str], bool]


class Rule(NamedTuple):
    """What the records need besides the trend.

    Attributes:
        bucket_s, window_s, long_window_s: seconds.
        r_max: cap of the predictive shape; see Prior.
        config_digest: which settings decided.
        evidence_posts: posts to show at most.
    """

    bucket_s: float
    window_s: float
    long_window_s: float
    r_max: float
    config_digest: str
    evidence_posts: int


class View(NamedTuple):
    """A trend as the records show it at one bucket."""

    window: Window
    onset_at: datetime
    subject: SubjectName
    members: tuple[SubjectName, ...]
    severity: Severity
    observed: float
    expected: float
    interval: tuple[float, float]
    surprise: float
    growth_per_hour: float | None
    doubling_time_hours: float | None
    novelty: Novelty
    engagement_per_voice: float | None
    engaged: Engaged | UnsetType
    drivers: tuple[Driver, ...]
    origin: Origin | None
    breadth: Breadth | None
    evidence: Evidence
    integrity: Integrity


def view_of(
    trend: OpenTrend,
    rates: Rates,
    rule: Rule,
    integrity: Integrity,
    may_name: MayName,
    novelty: Novelty = "new",
    usual: Drawn | None = None,
) -> View:
    """Everything that both records say about a trend now: over the window, or the long one if only that has news.

    Args:
        may_name: whether a segment has people enough to be named.
        usual: what all posts of the window drew; None: not known.
    """
    now = trend.history[-1]
    slow = slow_news(trend.subjects[trend.leader], now) if trend.state != "ended" else None
    told = slow or now
    drawn = None if slow else trend.subjects[trend.leader].drawn  # it is of the short window
    end_at = (now.bucket + 1) * rule.bucket_s
    posts = _central(trend, rates, rule)
    names = _names(trend)
    growth, doubling = growth_of(trend, rule)
    return View(
        window=Window(instant(end_at - (rule.long_window_s if slow else rule.window_s)), instant(end_at)),
        onset_at=_onset(trend, end_at),
        subject=names[0],
        members=tuple(names[1 : MAX_MEMBERS + 1]),
        severity=trend.severity,
        observed=float(told.observed),
        expected=round(told.expected, 3),
        interval=expected_range(told.expected, rule.r_max),
        surprise=told.surprise,
        growth_per_hour=growth,
        doubling_time_hours=doubling,
        novelty=novelty,
        engagement_per_voice=per_voice_of(drawn),
        engaged=engaged_of(drawn, usual),
        drivers=(*_drivers(posts, trend.scope, may_name), *drivers_of(drawn, usual)),
        origin=origin_of(trend, may_name),
        breadth=breadth_of(trend.seen.values()),
        evidence=Evidence(
            post_ids=tuple(p.post.post_id for p in posts),
            posts=len(posts),
            creators=len({p.post.creator_id for p in posts}),
            missing=trend.missing,
        ),
        integrity=integrity,
    )


def expected_range(mean: float, r_max: float) -> tuple[float, float]:
    """95 % range of the predictive distribution, in voices. Shape capped at `r_max`, as in the tail."""
    shape = min(max(mean, 0.05), r_max)
    hit = shape / (shape + mean)
    return float(nbinom.ppf(0.025, shape, hit)), float(nbinom.ppf(0.975, shape, hit))


def origin_of(trend: OpenTrend, may_name: MayName) -> Origin | None:
    """Where the first post seen was written: of its communities, that of most posts of the trend.

    None if no post can be read, or nothing of it may be named.
    """
    dated = [p for p in trend.seen.values() if p.post.created_at]
    first = min(dated, key=lambda p: (p.post.created_at, p.ref.post_id), default=None)
    if first is None:
        return None
    communities = [name for name in sorted(first.post.communities) if may_name(f"community:{name}")]
    if communities:
        named = Counter(name for p in trend.seen.values() for name in p.post.communities)
        return Origin("community", max(communities, key=lambda name: named[name]))  # of equals the first by name
    return Origin("platform", first.post.platform) if may_name(f"platform:{first.post.platform}") else None


def _onset(trend: OpenTrend, end_at: float) -> datetime:
    times = [p.post.created_at for p in trend.seen.values() if p.post.created_at]
    return min(times, default=instant(end_at))


def _central(trend: OpenTrend, rates: Rates, rule: Rule) -> list[SeenPost]:
    """The posts nearest to the trend's centre, ties by number; one post an author first, so that many people show."""
    centre = Centre(rates, {key: n for key, n in trend.words.items() if n > 1} or dict(trend.words))
    ranked = sorted(trend.seen.values(), key=lambda p: (-round(centre.near(p.words), 6), p.ref.post_id))
    first: dict[int, SeenPost] = {}
    for post in ranked:
        first.setdefault(post.ref.author, post)
    again = [p for p in ranked if first[p.ref.author] is not p]
    return [*first.values(), *again][: rule.evidence_posts]


def _names(trend: OpenTrend) -> list[SubjectName]:
    """The trend's subjects in their most used spellings: the leader, then by size."""
    told = trend.spellings()
    ranked = sorted(told, key=lambda key: (key != trend.leader, -trend.subjects[key].observed, key))
    named = [SubjectName(name.kind, name.id, name.spelling) for name in (told[key] for key in ranked)]
    return named or [SubjectName("unknown", f"{trend.leader:016x}", "(its posts can no longer be read)")]


def growth_of(trend: OpenTrend, rule: Rule) -> tuple[float | None, float | None]:
    """Voices per hour gained over the last half window, and the hours to double at that pace."""
    back = max(1, round(rule.window_s / rule.bucket_s / 2))
    if len(trend.history) <= back or trend.history[-1 - back].key != trend.history[-1].key:
        return None, None
    then, now = trend.history[-1 - back].observed, trend.history[-1].observed
    hours = (trend.history[-1].bucket - trend.history[-1 - back].bucket) * rule.bucket_s / 3600
    rate = math.log((now + 5) / (then + 5)) / hours  # 5: small counts must not look like growth
    return round((now - then) / hours, 3), round(math.log(2) / rate, 3) if rate > 1e-6 else None


def _drivers(posts: list[SeenPost], scope: str, may_name: MayName) -> tuple[Driver, ...]:
    drivers: list[Driver] = []
    for dimension in ("community", "tier", "platform", "language", "format"):
        by_value: dict[str, set[int]] = {}
        for post in posts:
            for value in _values(post.post, dimension):
                by_value.setdefault(value, set()).add(post.ref.author)
        voices = len({p.ref.author for p in posts})
        for value, authors in by_value.items():
            share = round(len(authors) / voices, 3)
            name = f"{dimension}:{value}"
            if share >= LEAST_DRIVER and name != scope and may_name(name):
                drivers.append(Driver(dimension, value, share))
    return tuple(sorted(drivers, key=lambda d: (d.dimension in _COMMON, -d.share, d.dimension, d.value)))[:5]


def _values(post: Post, dimension: str) -> tuple[str, ...]:
    if dimension == "community":
        return post.communities
    tier = tier_of(post.followers)
    value = tier if dimension == "tier" else getattr(post, dimension)
    return (value,) if value else ()
