"""What the judge says. How it becomes an alert is in `alerts.py`."""

from typing import Literal

import msgspec

from detectors.anomalies.series import Series

Change = Literal["rise", "fall", "uneven", "even"]
"""Of sums, and of shapes: where more strays from what was expected than usual, and where less does."""
Direction = Literal[Change, "silence"]
UP: tuple[Direction, ...] = ("rise", "uneven")
SHAPES: tuple[Direction, ...] = ("uneven", "even")
Outcome = Literal["recovered", "new_level", "gap"]


class Anomaly(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of news about an episode: that it began, got much worse, or is over.

    Times are epoch seconds of the event time. `observed` and `expected` are sums over the `window_s` that ends at
    `end_at`; `interval` is what would have been ordinary in 95 of 100 cases; `surprise` is -log10 p.
    `opened_at`, the end of the bucket that fired it, with kind, scope and direction tells episodes apart.
    """

    kind: Literal["kpi_anomaly", "data_quality"]
    action: Literal["fired", "updated", "resolved"]
    series: Series
    members: tuple[Series, ...]
    direction: Direction
    opened_at: float
    revision: int
    onset_at: float
    end_at: float
    window_s: float
    observed: float
    expected: float
    interval: tuple[float, float]
    surprise: float
    outcome: Outcome | None = None
    """How it ended: the figure came back, the shift became the usual level, or the data stopped in between."""
