"""Which figures are judged by the hour, of which scopes, and what of an hour's sums says them. Judges none."""

from collections.abc import Iterator, Mapping

from detectors.anomalies.counted import HOUR_S, Counted
from detectors.anomalies.rates import Hour, Rate
from detectors.anomalies.returned import Returned
from detectors.anomalies.series import Series
from detectors.anomalies.skewed import Skewed
from detectors.counts.ticks import FigureSums
from detectors.figures.dictionary import DICTIONARY

Model = Rate | Counted | Returned

RATES = {definition.name: definition for definition in DICTIONARY if definition.proportion}
COUNTS = tuple(definition for definition in DICTIONARY if definition.denominator is None and not definition.money)
NO_SERIES = ("campaign", "community")
"""Dimensions that have no series by the bucket: their counts are judged by the hour."""

BASKET, GROSS, GIVEN_BACK = "average_basket", "gmv_gross", "given_back"
"""What is judged of money: the net value for as many orders; the gross value, where orders are counted by the hour; and
what refunds and cancellations took, for as much that was sold: what makes the net value another than that."""
PROPORTIONS = (*RATES, BASKET, GIVEN_BACK)
"""Figures that are judged for as much as there was of something else: they say why there is less of it."""
TOTALS = frozenset({"engagements", "engagements_else", "views", "reach", "clicks"})
"""Sums that the growth of running totals adds to."""
OF_TOTALS = frozenset(
    definition.name
    for definition in DICTIONARY
    for part in (definition.numerator, definition.denominator)
    if part is not None and TOTALS & {*part.sums, *part.beside}
)
"""Figures that are not known while the totals of a platform are not."""
BASKET_WARM_UP_H = 72
"""How skewed orders are is known later than how many there are."""


def model_of(figure: str) -> Model:
    """A model for a figure of which nothing is known."""
    if figure == GIVEN_BACK:
        return Returned()
    if figure == BASKET:
        return Rate(warm_up=BASKET_WARM_UP_H, tail=Skewed)
    return Rate() if figure in RATES else Counted()


def told(one: FigureSums) -> Iterator[tuple[Series, Hour]]:
    """The figures of a scope's hour, if it is told for the first time; money in minor units."""
    dimension = one.scope.partition(":")[0]
    if one.width_s != HOUR_S or one.revision or dimension == "creator":
        return
    end_at, sums = one.start + HOUR_S, one.sums | {"voices": one.voices}
    for rate in RATES.values():
        assert rate.denominator is not None  # a proportion has one
        numerator, denominator = rate.numerator.of(sums), rate.denominator.of(sums)
        if denominator > 0 and numerator >= 0:
            yield Series(rate.name, one.scope), Hour(end_at, numerator, denominator)
    if dimension in NO_SERIES:
        for count in COUNTS:
            if (value := count.numerator.of(sums)) > 0:
                yield Series(count.name, one.scope), Hour(end_at, value)
    for currency in sorted({name.partition("@")[2] for name in sums if name.startswith(("orders@", "net@"))}):
        yield from _money(one.scope, end_at, sums, currency)


def _money(scope: str, end_at: float, sums: Mapping[str, int], currency: str) -> Iterator[tuple[Series, Hour]]:
    orders, gross, sold, net = (sums.get(f"{name}@{currency}", 0) for name in ("orders", "gross", "sold", "net"))
    if orders > 0:
        yield Series.priced(BASKET, currency, scope), Hour(end_at, sold, orders)
    if gross > 0 and scope.partition(":")[0] in NO_SERIES:
        yield Series.priced(GROSS, currency, scope), Hour(end_at, gross)
    # an order may be told after its refund: then less came back than was taken back
    yield Series.priced(GIVEN_BACK, currency, scope), Hour(end_at, max(0, sold - net), sold)
