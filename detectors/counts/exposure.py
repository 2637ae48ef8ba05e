"""How many people there were: in both windows, and in the decayed past before each."""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from detectors.trends.gamma_poisson import Prior


class Span(NamedTuple):
    """One of the windows: people in it, people in the decayed past before it, what is believed without a past."""

    exposure: float
    past_exposure: float
    prior: Prior


class Exposures:
    """People of each bucket of the long window, and the decayed sum of those before it.

    Args:
        short, long: the windows, in buckets.
        prior: its exposure is in short windows.

    Attributes:
        buckets: (bucket, people), oldest first.
        past: people of the buckets before, decayed.
    """

    def __init__(self, short: int, long: int, prior: Prior) -> None:
        self._short, self._prior = short, prior
        self._long_prior = prior._replace(exposure=prior.exposure * short / long)  # the same hours, in longer windows
        self.buckets: deque[tuple[int, int]] = deque()
        self.past = 0.0

    def add(self, bucket: int, people: int) -> None:
        """Take a bucket."""
        self.buckets.append((bucket, people))

    def restore(self, buckets: Iterable[tuple[int, int]], past: float) -> None:
        """Go on from a snapshot."""
        self.buckets.extend(buckets)
        self.past = past

    def decay(self, factor: float) -> None:
        """Let time pass."""
        self.past *= factor

    def leave(self, first: int) -> None:
        """Buckets before the first one of the long window become past."""
        while self.buckets and self.buckets[0][0] < first:
            self.past += self.buckets.popleft()[1]

    def since(self, bucket: int) -> float:
        """People of a bucket and of later ones added up."""
        return float(sum(n for b, n in self.buckets if b >= bucket))

    def recent(self, bucket: int) -> int:
        """People of the short window's buckets added up."""
        return sum(n for b, n in self.buckets if b > bucket - self._short)

    def spans(self, bucket: int, people: float) -> tuple[Span, Span]:
        """The short window, of so many people, and the long one: the people of its buckets added up, as its past is.

        Source: ours; both a subject's voices and the people are counted once a bucket in the past.
        """
        before = sum(n for b, n in self.buckets if b <= bucket - self._short)
        several = float(max(people, sum(n for _, n in self.buckets)))
        return Span(people, self.past + before, self._prior), Span(several, self.past, self._long_prior)
