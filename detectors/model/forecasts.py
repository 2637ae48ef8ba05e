"""What is said of a trend's future, and what came of it."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from detectors.model.units import Hours, Instant, Share

VoicesRange = Annotated[tuple[float, float], Meta(description="90 % range, of voices")]


class Forecast(msgspec.Struct, frozen=True):
    """A dated promise about the trend's size, with the model's record so far.

    What is counted are distinct voices of the subject that speaks for the trend, in so many hours after `as_of`, while
    it is told of. They are exact while an hour has at most 64 authors, else the voices of each hour less those who a
    sample of 64 says were heard before.

    Attributes:
        target: voices that may be reached, a round number. probability: that they are, or more.
        interval: voices in which nine of ten such counts came to lie.
        n, brier: answers that were learned since the model last got worse, and its Brier score over the last of them.
        as_of: the end of the bucket when it was made.
        expected: voices.
        doubles: probability that a window has twice the voices of the one that ends at `as_of`.
        leaves: probability that the trend is told of everywhere or, if it is so already, that two communities with
            several voices speak of it; absent where both are so.
    """

    horizon_hours: Hours
    target: float
    probability: Share
    interval: VoicesRange
    model: str
    n: int
    brier: float
    as_of: Instant | UnsetType = UNSET
    expected: float | UnsetType = UNSET
    doubles: Share | UnsetType = UNSET
    leaves: Share | UnsetType = UNSET


class Judged(msgspec.Struct, frozen=True):
    """A forecast whose time came: what was promised, and how many distinct voices were heard (`observed`)."""

    as_of: Instant
    horizon_hours: Hours
    target: float
    probability: Share
    interval: VoicesRange
    observed: float
