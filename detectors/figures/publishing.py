"""From sums to the record that is published. It keeps nothing and sends nothing."""

from collections.abc import Iterator, Mapping

from detectors.counts.ticks import FigureSums
from detectors.figures.dictionary import DICTIONARY, Definition
from detectors.figures.wilson import wilson
from detectors.model.kpis import Figure, Kpi
from detectors.model.stamps import instant

DURATIONS = {3600: "PT1H", 86_400: "P1D"}
"""Widths of the windows, seconds, as ISO 8601 says them."""


def kpi_of(told: FigureSums, as_of: float, *, config_digest: str) -> Kpi:
    """The record of a scope and window.

    Args:
        as_of: end of the bucket up to which everything is in it, epoch seconds.
    """
    start = instant(told.start)
    sums = told.sums | {"voices": told.voices}
    return Kpi(
        scope=told.scope,
        window=f"{start:%Y-%m-%dT%H:%M:%SZ}/{DURATIONS[told.width_s]}",
        as_of=instant(as_of),
        revision=told.revision,
        completeness=round(told.known / told.acts, 6) if told.acts > 0 else 1.0,
        figures=tuple(_figures(sums)),
        config_digest=config_digest,
    )


def _figures(sums: Mapping[str, int]) -> Iterator[Figure]:
    currencies = sorted({name.partition("@")[2] for name in sums if name.startswith(("net@", "orders@"))})
    for definition in DICTIONARY:
        for currency in currencies if definition.money else (None,):
            yield _figure(definition, sums, currency)


def _figure(definition: Definition, sums: Mapping[str, int], currency: str | None) -> Figure:
    numerator = definition.numerator.of(sums, currency)
    denominator = None if definition.denominator is None else definition.denominator.of(sums, currency)
    return Figure(
        name=definition.name,
        unit=definition.unit,
        value=_value(definition, numerator, denominator),
        numerator=numerator,
        denominator=denominator,
        interval=wilson(numerator, denominator or 0) if definition.proportion else None,
        currency=currency,
    )


def _value(definition: Definition, numerator: int, denominator: int | None) -> int | float | None:
    if denominator is None:
        return numerator
    if denominator <= 0:
        return None
    if definition.money:
        return _nearest(numerator, denominator)
    return round(numerator / denominator, 6)


def _nearest(numerator: int, denominator: int) -> int:
    """The quotient as an integer, exact for any size; halves away from zero.

    >>> _nearest(5, 2), _nearest(-5, 2), _nearest(4, 3)
    (3, -3, 1)
    """
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size
