"""What refunds and cancellations take, for as much that was sold of late. Who gave it back, and why, is not known."""

from typing import Self

import msgspec

from detectors.anomalies.rates import Hour, Rate, RateState
from detectors.anomalies.verdict import Verdict

DAY = (24,)
"""Hours whose sum is looked at: money is given back in office hours and in runs, which a whole day holds."""
WARM_UP_H = 7 * 24
"""Hours that are learned first, after a day of which only sales are: what is sold comes back in the days after."""
MEMORIES_H = (1, 8, 48, 14 * 24)
"""Half-lives of what was sold: orders are cancelled within the hour, goods come back within weeks."""
FADES = tuple(0.5 ** (1.0 / half_life) for half_life in MEMORIES_H)


class ReturnedState(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered: the rate, what was sold an hour of late, by memory, and for how many hours."""

    rate: RateState
    sold: tuple[float, ...]
    hours: int


class Returned:
    """What was given back in a day, for what was sold of late; as `Rate`. An hour that is not told had none.

    A refund is of an order of hours or weeks ago. For as much as is sold in its own hour, it would fall with every rush
    and rise whenever sales end. How long it takes nobody knows: what was sold is the most that a short or a long memory
    says, so that a rise is told only where none explains it. That less comes back than this says is no news.

    Source: ours.
    """

    def __init__(self) -> None:
        self._rate = Rate(spans=DAY, warm_up=WARM_UP_H)
        self._sold = (0.0,) * len(FADES)
        self._hours = 0

    @property
    def warm(self) -> bool:
        """Whether it has been learned for long enough to be judged."""
        return self._rate.warm

    def look(self, hour: Hour) -> Verdict:
        """What is to be said of the day that ends with an hour, before it is learned: given back, of sold."""
        verdict = self._rate.look(self._of(hour, self._after(hour)))
        return verdict if verdict.observed > verdict.expected else verdict._replace(surprise=0.0)

    def learn(self, hour: Hour) -> bool:
        """Take in an hour; True if a change that has lasted is what is usual from now on."""
        self._sold = self._after(hour)
        self._hours += 1
        late = self._of(hour, self._sold)
        return self._hours > DAY[0] and late.denominator > 0 and self._rate.learn(late)

    def snapshot(self) -> ReturnedState:
        """All it remembers."""
        return ReturnedState(self._rate.snapshot(), self._sold, self._hours)

    @classmethod
    def restored(cls, state: ReturnedState) -> Self:
        """One that goes on from a snapshot."""
        made = cls()
        made._rate.restore(state.rate)
        made._sold, made._hours = state.sold, state.hours
        return made

    def _after(self, hour: Hour) -> tuple[float, ...]:
        """What was sold an hour, by memory; the mean of all while there are fewer hours than it remembers."""
        keep = self._hours / (self._hours + 1)
        fades = [min(fade, keep) for fade in FADES]
        return tuple(f * sold + (1.0 - f) * hour.denominator for f, sold in zip(fades, self._sold, strict=True))

    @staticmethod
    def _of(hour: Hour, sold: tuple[float, ...]) -> Hour:
        return hour._replace(denominator=max(sold))
