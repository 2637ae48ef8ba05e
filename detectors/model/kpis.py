"""Figures as they leave: one record a scope and window, told again under a higher revision when it was corrected."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from detectors.model.alerts import Scope
from detectors.model.units import Share

AsOf = Annotated[datetime, Meta(tz=True, description="event time, UTC, up to which everything is in it")]
Period = Annotated[str, Meta(description="ISO 8601 interval in event time, UTC: start/duration, PT1H or P1D")]

SCHEMA_VERSION = 1


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure; `docs/metrics.md` says what each means. Money is in minor units of its currency, never of several."""

    name: str
    unit: str
    value: Annotated[int | float | None, Meta(description="null where the denominator is 0")]
    numerator: int
    denominator: int | None = None
    interval: Annotated[tuple[float, float] | None, Meta(description="95 % Wilson interval of a proportion")] = None
    currency: Annotated[str | None, Meta(description="ISO 4217")] = None


class Kpi(msgspec.Struct, frozen=True, kw_only=True):
    """One record of `freshet.kpis.v1`, under the key `<scope>|<window>`."""

    scope: Scope
    window: Period
    as_of: AsOf
    revision: Annotated[int, Meta(ge=0, description="0 when the window closes; raised by every correction")]
    completeness: Annotated[
        Share, Meta(description="share of the window's engagements, of all scopes, that are about a known post or none")
    ]
    figures: tuple[Figure, ...]
    config_digest: str
    schema_version: int = SCHEMA_VERSION

    @property
    def key(self) -> str:
        """The record's key."""
        return f"{self.scope}|{self.window}"
