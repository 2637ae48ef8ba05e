"""A campaign's conversion through the whole path: clicks go on, orders fall away."""

import numpy as np

from detectors.model.alerts import Alert
from detectors.model.engagements import Order
from tests.detectors.making import make_engagement, make_post, pipeline_settings
from tests.detectors.stages.test_post_watch import Told
from tests.detectors.through import alerts_through

HOUR_S, CLICKS = 3600.0, 250
HOURS, FROM, TO = 56, 38, 44
"""Of the stream; and when something is wrong with the shop."""


def shop(seed: int, broken: float) -> list[Told]:
    """Posts of two campaigns, and what they sell: one click in ten is an order; of one campaign less for a while."""
    rng, told = np.random.default_rng(seed), list[Told]()
    for campaign in ("spring", "autumn"):
        for hour in range(HOURS):
            post = make_post(f"{campaign} {hour}", hour * HOUR_S, "", campaign, campaign_id=campaign)
            told.append((hour * HOUR_S, post))
            rate = broken if campaign == "spring" and FROM <= hour < TO else 0.1
            for n, seconds in enumerate(sorted(rng.uniform(0, HOUR_S, rng.poisson(CLICKS)))):
                at = hour * HOUR_S + 1 + seconds
                about = {"post_id": post.post_id, "creator_id": campaign, "campaign_id": campaign}
                name = f"{campaign} {hour} {n}"
                told.append((at, make_engagement(f"click {name}", at, "click", **about)))
                if rng.random() < rate:
                    order = Order(order_id=name, status="paid", items=1, net_minor=1000, currency="EUR")
                    told.append((at, make_engagement(f"order {name}", at, "order", order=order, **about)))
    return told


def conversions(told: list[Told], partitions: int) -> list[Alert]:
    """What is told of rates."""
    alerts = alerts_through(pipeline_settings(partitions), told, 500, lambda creator: len(creator) % partitions)
    return [alert for alert in alerts if alert.subject.id.startswith("conversion|")]


def test_a_campaign_whose_orders_fall_away_is_told_once() -> None:
    """Of the campaign, within hours, whichever partitions its records come by; and when it is over."""
    told = shop(seed=1, broken=0.02)
    fired, *news, resolved = conversions(told, 2)
    assert (fired.kind, fired.action, fired.scope) == ("kpi_anomaly", "fired", "campaign:spring")
    assert fired.explanation.en.startswith("Conversion in campaign spring fell: ")
    assert {alert.action for alert in news} <= {"updated"}
    assert (resolved.action, resolved.trend_id) == ("resolved", fired.trend_id)
    assert [one.alert_id for one in conversions(told, 1)] == [one.alert_id for one in (fired, *news, resolved)]


def test_one_whose_orders_go_on_is_not_told_of() -> None:
    """The same shop, in order."""
    assert conversions(shop(seed=1, broken=0.1), 1) == []
