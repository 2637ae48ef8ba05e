"""Engagements of a bucket when it closes: what the figures are told."""

from collections import Counter

import numpy as np
import pytest

from detectors.figures import rows
from detectors.model.engagements import Engagement, Order, Refund
from tests.detectors.making import (
    FIRST,
    engagement_chunk,
    engagement_reader,
    make_engagement,
    post_memory,
    runs_in,
)

DAY_S = 86_400.0


def order(seconds: float) -> Engagement:
    """An order of 1000 that names its campaign."""
    paid = Order(order_id="o", status="paid", items=1, net_minor=1000, currency="EUR")
    return make_engagement("o", seconds, "order", order=paid, post_id=None, creator_id=None, campaign_id="spring")


def refund(name: str, seconds: float, amount: int) -> Engagement:
    """Money given back for it; as shops tell it, without its campaign."""
    back = Refund(refund_id=name, order_id="o", amount_minor=amount, currency="EUR")
    return make_engagement(name, seconds, "refund", refund=back, post_id=None, creator_id=None)


def net(stream: list[Engagement]) -> dict[str, int]:
    """What the orders of a stream are worth in the end, by scope; others act in between."""
    acts = [make_engagement(f"{day}", day * DAY_S, "follow", post_id=None) for day in range(201)]
    reader = engagement_reader(post_memory(), lambda: FIRST + 10**6)
    told = sorted([*stream, *acts], key=lambda one: one.at)
    out = [sent for one in told for sent in reader.step(engagement_chunk([one]))]
    sums: Counter[str] = Counter()
    for run in runs_in([*out, *reader.finish()]):
        if run.figures:
            one = rows.decode(run.figures)
            scopes, names = (np.frombuffer(v, w).tolist() for v, w in ((one.scope, "<u4"), (one.name, "<u2")))
            amounts = np.frombuffer(one.amount, "<i8").tolist()
            for scope, name, amount in zip(scopes, names, amounts, strict=True):
                if one.sums[name] == "net@EUR":
                    sums[one.scopes[scope]] += amount
    return dict(sums)


@pytest.mark.parametrize("day", [1, 5, 40, 170])
def test_a_refund_months_later_is_of_the_campaign_of_its_order(day: int) -> None:
    """And takes back no more than was paid: campaigns end before money comes back."""
    stream = [order(0), refund("a", day * DAY_S, 700), refund("b", day * DAY_S + 60, 700)]
    assert net(stream) == dict.fromkeys(("all", "platform:tiktok", "campaign:spring"), 0)
