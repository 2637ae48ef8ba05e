"""What an order is usually worth, by scope and currency: money is judged in orders, and told in money."""

from collections.abc import Mapping

from detectors.anomalies.measures import BASKET, GIVEN_BACK
from detectors.anomalies.rates import Hour
from detectors.anomalies.series import Series
from detectors.anomalies.verdict import Verdict

FIRST = 50
"""Orders whose mean is what an order is worth, from then on."""

Worth = tuple[int, int, float]
"""Minor units and orders that were added up, and the end of the last hour in which any money was told."""


class Purse:
    """Changes amounts to orders and back.

    The models of counts believe in single acts before they have seen any, and a change must be of ten acts. A cent is
    no act: an order is. Its worth is the mean of the first `FIRST` of a scope and currency, and fixed then: what the
    models know is in this unit. It need not be right, for they learn how large the acts are. Before, it is unknown.
    """

    def __init__(self) -> None:
        self._known: dict[Series, Worth] = {}

    def learn(self, told: Mapping[Series, Hour], room: int) -> None:
        """Take in the amounts of an hour; no more than `room` scopes and currencies are remembered."""
        for series, hour in told.items():
            key = _key(series)
            if series.figure == BASKET and (key in self._known or len(self._known) < room):
                sold, orders, told_at = self._known.get(key, (0, 0, 0.0))
                if orders < FIRST:
                    sold, orders = sold + int(hour.numerator), orders + int(hour.denominator)
                self._known[key] = sold, orders, max(told_at, hour.end_at)
            elif series.figure == GIVEN_BACK and key in self._known:  # orders may have ended: it is needed for refunds
                sold, orders, told_at = self._known[key]
                self._known[key] = sold, orders, max(told_at, hour.end_at)

    def forget(self, before: float) -> None:
        """Those of which nothing was told since."""
        self._known = {series: worth for series, worth in self._known.items() if worth[2] >= before}

    def in_orders(self, told: Mapping[Series, Hour]) -> dict[Series, Hour]:
        """The same hours, amounts in orders; those whose worth is not known are left out."""
        changed = {series: hour for series, hour in told.items() if series.currency is None}
        for series in [series for series in told if series.currency is not None]:
            worth, hour = self._worth(series), told[series]
            if worth is not None:
                below = hour.denominator / worth if series.figure == GIVEN_BACK else hour.denominator
                changed[series] = Hour(hour.end_at, hour.numerator / worth, below)
        return changed

    def in_money(self, verdicts: Mapping[Series, Verdict]) -> dict[Series, Verdict]:
        """The same verdicts, amounts in minor units again, whole ones; those whose worth is forgotten are left out."""
        said = {series: verdict for series, verdict in verdicts.items() if series.currency is None}
        for series in [series for series in verdicts if series.currency is not None]:
            if (worth := self._worth(series)) is not None:
                said[series] = _times(verdicts[series], worth)
        return said

    def snapshot(self) -> dict[str, Worth]:
        """All it remembers."""
        return {str(series): worth for series, worth in self._known.items()}

    def restore(self, state: Mapping[str, Worth]) -> None:
        """Go on from a snapshot."""
        self._known = {Series.named(name): worth for name, worth in state.items()}

    def _worth(self, series: Series) -> float | None:
        """Minor units of an order."""
        sold, orders, _ = self._known.get(_key(series), (0, 0, 0.0))
        return sold / orders if orders >= FIRST and sold > 0 else None


def _key(series: Series) -> Series:
    return Series.priced(BASKET, series.currency or "", series.scope)


def _times(verdict: Verdict, worth: float) -> Verdict:
    def amount(orders: float) -> float:
        return float(round(orders * worth))

    interval = verdict.interval and (amount(verdict.interval[0]), amount(verdict.interval[1]))
    return verdict._replace(observed=amount(verdict.observed), expected=amount(verdict.expected), interval=interval)
