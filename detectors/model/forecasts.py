"""What is said of the future of a trend or a post, and what came of it."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from detectors.model.units import Hours, Instant, Share

CountRange = Annotated[tuple[float, float], Meta(description="90 % range, of voices; of a post, engagements")]


class Forecast(msgspec.Struct, frozen=True):
    """A dated promise about the size of a trend or a post, with the model's record so far.

    Of a trend, what is counted are distinct voices of the subject that speaks for it, in so many hours after `as_of`,
    while it is told of. They are exact while an hour has at most 64 authors, else the voices of each hour less those
    who a sample of 64 says were heard before.

    Of a post, it is what the alert observes: likes, comments, shares and saves since it was made, up to an age of 24 h;
    `as_of` is the end of the age up to which they were known, and `horizon_hours` what is left of the 24 from there.

    Attributes:
        target: voices (or engagements) that may be reached, a round number. probability: that they are, or more.
        interval: voices in which nine of ten such counts came to lie.
        n, brier: answers that were learned since the model last got worse, and its Brier score over the last of them.
        as_of: the end of the bucket when it was made.
        resolves_at: when it is judged, `as_of` and the horizon.
        expected: voices, or engagements.
        doubles: of a trend, probability that a window has twice the voices of the one that ends at `as_of`.
        leaves: of a trend, probability that it is told of everywhere or, if it is so already, that two communities
            with several voices speak of it; absent where both are so.
    """

    horizon_hours: Hours
    target: float
    probability: Share
    interval: CountRange
    model: str
    n: int
    brier: float
    as_of: Instant | UnsetType = UNSET
    resolves_at: Instant | UnsetType = UNSET
    expected: float | UnsetType = UNSET
    doubles: Share | UnsetType = UNSET
    leaves: Share | UnsetType = UNSET


class Judged(msgspec.Struct, frozen=True):
    """A forecast whose time came: what was promised, and what was counted (`observed`)."""

    as_of: Instant
    horizon_hours: Hours
    target: float
    probability: Share
    interval: CountRange
    observed: float
