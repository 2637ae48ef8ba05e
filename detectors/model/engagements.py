"""An engagement as it arrives: an act, a delta, a running total, an order or a refund."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from detectors.model.fields import (
    EARLIEST,
    Count,
    Currency,
    Identifier,
    Instant,
    MinorUnits,
    PlatformName,
    Problem,
    out_of_time,
)

Kind = Literal["like", "comment", "share", "save", "view", "click", "follow", "order", "refund", "counters"]

PARTS = frozenset({"order", "refund", "counters"})
"""Kinds that need the field of the same name."""

SALES = frozenset({"order", "refund"})
"""Kinds that may not know whose post it was."""

REFERENCES = ("post_id", "campaign_id", "link_id", "promo_code", "creator_id")
"""What an engagement is about: at least one of them."""


class Counters(msgspec.Struct, frozen=True, gc=False):
    """Running totals of a post at an instant; what is missing is unknown, not zero."""

    views: Count | None = None
    reach: Count | None = None
    likes: Count | None = None
    comments: Count | None = None
    shares: Count | None = None
    saves: Count | None = None
    clicks: Count | None = None
    followers: Count | None = None


class Order(msgspec.Struct, frozen=True, gc=False):
    """A sale at one step of its life."""

    order_id: Identifier
    status: Literal["created", "paid", "cancelled", "settled"]
    items: Count
    net_minor: MinorUnits
    currency: Currency
    gross_minor: MinorUnits | None = None


class Refund(msgspec.Struct, frozen=True, gc=False):
    """Money given back for an order."""

    refund_id: Identifier
    order_id: Identifier
    amount_minor: MinorUnits
    currency: Currency


class Engagement(msgspec.Struct, frozen=True, gc=False):
    """One record of `social.engagements.v1`. Unknown fields are ignored."""

    event_id: Identifier
    at: Instant
    platform: PlatformName
    kind: Kind
    creator_id: Identifier | None = None
    post_id: Identifier | None = None
    campaign_id: Identifier | None = None
    link_id: Identifier | None = None
    promo_code: Identifier | None = None
    actor_id: Identifier | None = None
    count: Annotated[int, Meta(ge=-(2**53), le=2**53)] = 1
    counters: Counters | None = None
    metric_definition: Annotated[str, Meta(max_length=256)] | None = None
    order: Order | None = None
    refund: Refund | None = None


def simple(engagements: Sequence[Engagement], latest: datetime) -> bool:
    """Whether none of these engagements breaks a rule between fields or needs a change: a quick look that may say no.

    Args:
        latest: the latest event time to be believed of any of them.
    """
    times = [e.at for e in engagements if e.kind not in PARTS and e.creator_id]
    return (
        len(times) == len(engagements)
        and min(times, default=latest) >= EARLIEST
        and max(times, default=latest) <= latest
        and all(map(str.islower, {e.platform for e in engagements}))
    )


def problem(engagement: Engagement, latest: datetime) -> Problem | None:
    """Say what the types cannot: which rule between fields an engagement breaks, or None.

    Args:
        latest: the latest event time to be believed.
    """
    e = engagement
    if e.kind in PARTS and getattr(e, e.kind) is None:
        return Problem("missing_field", f"`{e.kind}` is required for kind {e.kind}")
    if e.creator_id is None:
        if e.kind not in SALES:
            return Problem("missing_field", "`creator_id` is required unless it is an order or a refund")
        if not any(getattr(e, name) for name in REFERENCES):
            return Problem("missing_field", f"one of `{'`, `'.join(REFERENCES)}` is required")
    return out_of_time("at", e.at, latest)
