"""What a campaign post sells: clicks on its link, orders that go through their states, money given back."""

from collections.abc import Iterator
from random import Random

from streams.clock import rfc3339
from streams.generator.daily import HOUR_S
from streams.generator.posts import Draft, Record
from streams.generator.world import Campaign, pseudonym

ORDERS_PER_POST = {"user": 0.3, "nano": 0.8, "micro": 1.2, "mid": 2.0, "macro": 3.0, "mega": 5.0}
ORDER_DELAY_S = 2 * HOUR_S
CLICK_BEFORE_S = 300.0
PAID_AFTER_S = 240.0
CANCELLED_AFTER_S = 0.5 * HOUR_S
SETTLED_AFTER_S = 6 * HOUR_S
REFUND_AFTER_S = 8 * HOUR_S
CANCELLATIONS = 0.07
REFUNDS = 0.06
CURRENCY = {"fr": "EUR", "en": "GBP"}


class Shop:
    """Draws the sales that follow one post after the other."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def sales(self, draft: Draft) -> Iterator[tuple[float, Record]]:
        """Clicks, orders and refunds of a post as (epoch seconds, record); nothing if it is no campaign's."""
        campaign = draft.creator.campaign
        if campaign is None or "campaign_id" not in draft.record:
            return
        left = ORDERS_PER_POST[draft.creator.tier]
        while (left := left - self._rng.expovariate(1.0)) > 0:  # gaps of a Poisson process: a Poisson count
            yield from self._sale(draft, campaign)

    def _sale(self, draft: Draft, campaign: Campaign) -> Iterator[tuple[float, Record]]:
        rng = self._rng
        ordered_at = self._later(draft.at + 2 * CLICK_BEFORE_S, ORDER_DELAY_S)
        by_code = rng.random() < 0.6
        buyer = pseudonym(rng, "a")
        if not by_code or rng.random() < 0.3:
            clicked_at = round(ordered_at - rng.random() * CLICK_BEFORE_S, 3)
            yield (
                clicked_at,
                {
                    **self._base(draft, clicked_at, "click"),
                    "creator_id": draft.creator.creator_id,
                    "post_id": draft.record["post_id"],
                    "link_id": campaign.link_id,
                    "actor_id": buyer,
                },
            )
        touch = {"promo_code": campaign.code} if by_code else {"link_id": campaign.link_id}
        yield from self._life(draft, campaign, ordered_at, {**touch, "actor_id": buyer})

    def _life(
        self, draft: Draft, campaign: Campaign, ordered_at: float, touch: Record
    ) -> Iterator[tuple[float, Record]]:
        """created, then paid and settled and perhaps refunded, or cancelled."""
        rng = self._rng
        about = {"campaign_id": campaign.campaign_id, **touch}
        items = rng.choice((1, 1, 1, 2, 2, 3))
        gross = items * rng.randrange(900, 6_900, 50)
        net = gross * (100 - campaign.percent) // 100
        currency = CURRENCY[draft.creator.language]
        order = {
            "order_id": pseudonym(rng, "o"),
            "items": items,
            "net_minor": net,
            "gross_minor": gross,
            "currency": currency,
        }

        def step(at: float, status: str) -> tuple[float, Record]:
            return at, {**self._base(draft, at, "order"), **about, "order": {**order, "status": status}}

        yield step(ordered_at, "created")
        if rng.random() < CANCELLATIONS:
            yield step(self._later(ordered_at, CANCELLED_AFTER_S), "cancelled")
            return
        paid_at = self._later(ordered_at, PAID_AFTER_S)
        yield step(paid_at, "paid")
        yield step(self._later(paid_at + SETTLED_AFTER_S, HOUR_S), "settled")
        if rng.random() < REFUNDS:
            at = self._later(paid_at, REFUND_AFTER_S)
            refund = {"refund_id": pseudonym(rng, "r"), "order_id": order["order_id"]}
            money = {"amount_minor": net // items, "currency": currency}  # one item comes back
            yield at, {**self._base(draft, at, "refund"), **about, "refund": refund | money}

    def _base(self, draft: Draft, at: float, kind: str) -> Record:
        return {
            "event_id": pseudonym(self._rng, "e"),
            "at": rfc3339(at),
            "platform": draft.creator.platform,
            "kind": kind,
        }

    def _later(self, at: float, mean_s: float) -> float:
        return round(at + 1.0 + self._rng.expovariate(1.0 / mean_s), 3)
