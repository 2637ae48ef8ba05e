"""From what was asked, and what came, to what the records of a trend say. It decides nothing."""

from typing import NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from detectors.counts.segment_table import ALL
from detectors.model.forecasts import Forecast, Judged
from detectors.model.stamps import instant
from detectors.outlook.horizon import Asked, Came, Horizon

MODEL = "outlook-1"
"""Changes with what is asked, known or learned."""
KEPT = 48
"""Judged forecasts that a trend shows."""


class Told(NamedTuple):
    """What the records of a trend say: forecasts over 6 and 24 hours, and those whose time came."""

    forecast: Forecast | UnsetType = UNSET
    forecast_day: Forecast | UnsetType = UNSET
    judged: tuple[Judged, ...] = ()


NOTHING = Told()


class Held(msgspec.Struct):
    """What is kept of a trend besides its course: what is told, in which scope, and whether something was judged."""

    scope: str = ALL
    forecast: Forecast | UnsetType = UNSET
    forecast_day: Forecast | UnsetType = UNSET
    judged: tuple[Judged, ...] = ()
    news: bool = False


def forecast_of(horizon: Horizon, asked: Asked, bucket_s: float) -> Forecast | UnsetType:
    """What may be told of a question; UNSET while too little is known."""
    if not asked.told or asked.interval is None:
        return UNSET
    return Forecast(
        horizon_hours=horizon.hours,
        target=asked.target,
        probability=asked.reaches.p,
        interval=asked.interval,
        model=MODEL,
        n=horizon.reaches.record.n,
        brier=horizon.reaches.record.brier,
        as_of=instant((asked.bucket + 1) * bucket_s),
        resolves_at=instant((asked.bucket + 1 + horizon.buckets) * bucket_s),
        expected=asked.expected,
        doubles=asked.doubles.p if horizon.trusts(horizon.doubles) else UNSET,
        leaves=asked.leaves.p if asked.leaves and horizon.trusts(horizon.leaves) else UNSET,
    )


def judged_of(horizon: Horizon, came: Came, bucket_s: float) -> Judged:
    """A promise that was told, and what came."""
    asked = came.asked
    assert asked.interval is not None  # it was told
    return Judged(
        as_of=instant((asked.bucket + 1) * bucket_s),
        horizon_hours=horizon.hours,
        target=asked.target,
        probability=asked.reaches.p,
        interval=asked.interval,
        observed=came.voices,
    )
