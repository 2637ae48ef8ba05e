"""From a creator's odd day to the alert of the contract. Decides how severe it is, nothing else."""

import msgspec

from detectors.creators.days import DAY_S, UNTOLD
from detectors.creators.looks import ENGAGEMENT, LOOKS, POSTING, SIDES
from detectors.creators.told import OddDay
from detectors.creators.wording import explanation
from detectors.model.alerts import Action, Alert, Evidence, Integrity, IntegritySign, SubjectName, Window
from detectors.model.conduct import Conduct
from detectors.model.stamps import hashed, instant
from detectors.performance.alert import severity

RULE = "default"

FLAGS = frozenset(LOOKS) - {LOOKS[POSTING], LOOKS[ENGAGEMENT]}
"""Looks that are signs of bought attention; the others are only unusual."""


class Told(msgspec.Struct, array_like=True):
    """A creator who was told of: the day it began with, and the last day that was so.

    Attributes:
        post_ids: those that could be read; missing: how many could not.
    """

    day: OddDay
    surprise: float
    creator_id: str
    post_ids: tuple[str, ...]
    missing: int
    last: int
    revision: int = 0


def alert_of(told: Told, bucket: int, *, bucket_s: float, config_digest: str) -> Alert:
    """The alert about a creator: the first one fires it, the second says that it is over.

    Args:
        bucket: whose closing raised it.
    """
    day = told.day
    action: Action = "resolved" if told.revision else "fired"
    over = action == "resolved"
    look, scope = LOOKS[day.look], f"creator:{told.creator_id}"
    trend_id = hashed(RULE, "creator_anomaly", look, day.platform, told.creator_id, str(day.day))
    conduct = conduct_of(told)
    less = SIDES[day.look][1] < 0
    return Alert(
        alert_id=hashed(trend_id, action, str(told.revision)),
        trend_id=trend_id,
        dedup_key=f"{RULE}|{scope}|{trend_id}",
        revision=told.revision,
        kind="creator_anomaly",
        action=action,
        detected_at=instant((bucket + 1) * bucket_s),
        onset_at=instant(day.day * DAY_S),
        window=Window(start=instant(day.day * DAY_S), end=instant((told.last + 1) * DAY_S)),
        subject=SubjectName(kind="creator", id=told.creator_id, label=told.creator_id),
        scope=scope,
        state="ended" if over else "declining" if less else "rising",
        severity="info" if over else severity(day.observed, day.expected),
        observed=float(day.observed),
        expected=day.expected,
        interval=(day.low, day.high),
        surprise=told.surprise,
        conduct=conduct,
        evidence=Evidence(post_ids=told.post_ids, posts=len(told.post_ids), creators=1, missing=told.missing),
        integrity=_integrity(told) if look in FLAGS else Integrity(),
        explanation=explanation(action, day, conduct),
        rule_id=RULE,
        config_digest=config_digest,
    )


def conduct_of(told: Told) -> Conduct:
    """What was compared, and with what."""
    day = told.day
    views = day.views if day.by_views else None
    usual = day.usual_views if day.usual_views >= 0 else None
    return Conduct(
        look=LOOKS[day.look],
        days=told.last + 1 - day.day,
        of=day.of or None,
        creator_days=day.own,
        similar_days=day.similar,
        followers=day.followers if day.followers != UNTOLD else None,
        posts=day.made,
        views=views,
        engagement=None if day.by_views else day.views,
        usual=usual,
        platform=day.platform or None,
        tier=day.tier or None,
    )


def _integrity(told: Told) -> Integrity:
    """The flag and its evidence: new followers of all followers, comments of likes and comments or of all comments."""
    day, look = told.day, LOOKS[told.day.look]
    if look == "follower_jump":
        of, usual = max(day.followers, 1), day.expected / max(day.followers, 1)
    else:
        of, usual = day.observed + day.of, day.expected / max(day.expected + day.of, 1.0)
    share = min(day.observed / max(of, 1), 1.0)
    sign = IntegritySign(look, round(share, 4), round(min(usual, 1.0), 4), day.observed, of, told.surprise)
    return Integrity(flags=(look,), signs=(sign,))
