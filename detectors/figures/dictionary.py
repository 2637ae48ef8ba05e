"""What each figure means, in one place: it computes them, and `docs/metrics.md` is generated from it. It keeps nothing.

READ tells sums (`posts`, `views@tiktok`, `gross@EUR`, ...; see SUMS); a figure is one of them or a ratio of two.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Unit = Literal["count", "share", "minor units"]

SUMS = {
    "posts": "posts made in the window, less those deleted since",
    "followers": "followers of their creators when posting, where the post says so",
    "engagements@P": "likes, comments, shares and saves in the window on posts whose creator's followers are known",
    "engagements_else@P": "the same on all other posts, and on none",
    "views@P": "views in the window",
    "reach@P": "accounts reached in the window: growth of running totals",
    "clicks": "clicks in the window",
    "orders@C": "orders paid in the window",
    "items": "items of these orders",
    "gross@C": "their gross value; the net value where an order does not say",
    "sold@C": "their net value",
    "net@C": "their net value, less refunds and cancellations of the window",
}
"""What is summed, for each platform P or currency C. A running total counts by its growth, spread over its time."""


class Part(NamedTuple):
    """A numerator or denominator: these sums added up.

    Attributes:
        sums: names before the `@`.
        beside: only of platforms or currencies that have one of these sums in the same window; empty: of all.
    """

    sums: tuple[str, ...]
    beside: tuple[str, ...] = ()

    def of(self, sums: Mapping[str, int], currency: str | None = None) -> int:
        """Its value.

        >>> Part(("engagements",), beside=("views",)).of({"engagements@x": 3, "engagements@y": 5, "views@y": 9})
        5
        """
        total = 0
        for name, amount in sums.items():
            kind, _, value = name.partition("@")
            mine = kind in self.sums and (currency is None or value == currency)
            if mine and (not self.beside or any(sums.get(f"{other}@{value}") for other in self.beside)):
                total += amount
        return total


class Definition(NamedTuple):
    """A figure.

    Attributes:
        formula: numerator and denominator in words; `source`: what it is read from.
        denominator: None: the figure is its numerator.
        proportion: whether the denominator is a number of trials: then there is a Wilson interval.
        money: whether it is told for each currency.
    """

    name: str
    unit: Unit
    formula: str
    numerator: Part
    denominator: Part | None
    source: str
    proportion: bool = False
    money: bool = False


ENGAGEMENTS = ("engagements", "engagements_else")
ACTS = "engagements: acts, deltas and growth of counters"
ORDERS = "engagements: orders, by order_id"

DICTIONARY = (
    Definition("posts", "count", "posts made, less those deleted", Part(("posts",)), None, "posts"),
    Definition(
        "voices",
        "count",
        "distinct creators of these posts; beyond 1,024 an estimate within about 3 %",
        Part(("voices",)),
        None,
        "posts",
    ),
    Definition(
        "engagement_rate_by_followers",
        "share",
        "likes, comments, shares and saves of creators whose followers are known / followers of the creators of the"
        " posts made, added up",
        Part(("engagements",)),
        Part(("followers",)),
        f"{ACTS}; posts: followers",
        proportion=True,
    ),
    Definition(
        "engagement_rate_by_reach",
        "share",
        "likes, comments, shares and saves / reached accounts; of platforms that report reach",
        Part(ENGAGEMENTS, beside=("reach",)),
        Part(("reach",)),
        ACTS,
        proportion=True,
    ),
    Definition(
        "engagement_rate_by_views",
        "share",
        "likes, comments, shares and saves / views; of platforms that report views",
        Part(ENGAGEMENTS, beside=("views",)),
        Part(("views",)),
        ACTS,
        proportion=True,
    ),
    Definition("views", "count", "views", Part(("views",)), None, ACTS),
    Definition("orders", "count", "orders that were paid", Part(("orders",)), None, ORDERS),
    Definition("items", "count", "items of the orders that were paid", Part(("items",)), None, ORDERS),
    Definition(
        "conversion",
        "share",
        "orders that were paid / clicks: clicks, not people who clicked, as an act need not name its actor",
        Part(("orders",)),
        Part(("clicks",)),
        f"{ORDERS}; clicks",
        proportion=True,
    ),
    Definition(
        "average_basket",
        "minor units",
        "net value of the orders that were paid / their number, to the nearest minor unit, halves away from zero",
        Part(("sold",)),
        Part(("orders",)),
        ORDERS,
        money=True,
    ),
    Definition(
        "gmv_gross",
        "minor units",
        "gross value of the orders that were paid",
        Part(("gross",)),
        None,
        ORDERS,
        money=True,
    ),
    Definition(
        "gmv_net",
        "minor units",
        "net value of the orders that were paid, less refunds and cancellations, each in the window in which it came",
        Part(("net",)),
        None,
        f"{ORDERS}; refunds",
        money=True,
    ),
)
"""Every figure, in the order in which they are published."""
