"""Made-up shops: orders whose worth is skewed, and some of them given back in the days after."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from detectors.anomalies.anomaly import Anomaly
from detectors.anomalies.counted import HOUR_S
from detectors.anomalies.hourly import HourlyWatch
from detectors.counts.ticks import FigureSums

START_S = 1_780_012_800
Change = Callable[[str, str, int], float]
"""Campaign, currency, hour -> a factor or share."""

SKEW = 0.8
"""Of the log of an order's worth: one in forty is worth five times the middle one."""


def told(scope: str, hour: int, sums: dict[str, int]) -> FigureSums:
    return FigureSums(scope, START_S + hour * 3600, 3600, 0, sums, 0, 0, 0)


class Tills:
    """Campaigns on one platform. Orders have a daily cycle and stray by a tenth; so does what is sold of each.

    Args:
        orders: an hour, of each campaign and currency.
        sales, baskets: factors of what is usual.
        back: share of the orders of which all is given back, `after_h` hours later on average.
    """

    def __init__(
        self,
        campaigns: Sequence[str],
        *,
        seed: int,
        currencies: Sequence[str] = ("EUR",),
        orders: float = 60.0,
        sales: Change = lambda *_: 1.0,
        baskets: Change = lambda *_: 1.0,
        back: Change = lambda *_: 0.05,
        after_h: float = 48.0,
    ) -> None:
        self._rng = np.random.default_rng(seed)
        self._lots = [(campaign, currency) for campaign in campaigns for currency in currencies]
        self._usual = {lot: 4000.0 * np.exp(self._rng.normal(0.0, 0.4)) for lot in self._lots}
        self._orders, self._sales, self._baskets, self._back = orders, sales, baskets, back
        self._after_h = after_h
        self._due = defaultdict[tuple[str, str], defaultdict[int, int]](lambda: defaultdict(int))

    def hour(self, hour: int) -> list[FigureSums]:
        """What is told of an hour, the widest scope first."""
        found = defaultdict[str, defaultdict[str, int]](lambda: defaultdict(int))
        for campaign, currency in self._lots:
            sums = self._lot(campaign, currency, hour)
            for scope in ("all", "platform:x", f"campaign:{campaign}"):
                for name, value in sums.items():
                    found[scope][f"{name}@{currency}"] += value
        return [told(scope, hour, dict(sums)) for scope, sums in found.items() if any(sums.values())]

    def _lot(self, campaign: str, currency: str, hour: int) -> dict[str, int]:
        rng, lot = self._rng, (campaign, currency)
        mean = self._orders * self._sales(*lot, hour) * (1.0 + 0.7 * np.sin(2 * np.pi * hour / 24))
        n = int(rng.poisson(mean * rng.gamma(100.0, 0.01)))
        middle = self._usual[lot] * self._baskets(*lot, hour) * rng.gamma(400.0, 1 / 400)
        worth = np.round(middle * np.exp(rng.normal(0.0, SKEW, n))).astype(int)
        due = self._due[lot]
        for amount in worth[rng.random(n) < self._back(*lot, hour)].tolist():
            due[hour + 1 + int(rng.exponential(self._after_h))] += amount
        sold = int(worth.sum())
        return {"orders": n, "gross": int(worth.sum() * 1.2), "sold": sold, "net": sold - due.pop(hour, 0)}


def played(watch: HourlyWatch, tills: Tills, hours: Iterable[int]) -> list[Anomaly]:
    """Hour by hour, each told with its last bucket."""
    return [one for hour in hours for one in watch.step(START_S + (hour + 1) * HOUR_S, tills.hour(hour), ())]
