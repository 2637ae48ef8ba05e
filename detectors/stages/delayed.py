"""Late acts on their way into the series. It knows sums only, no acts."""

from collections import Counter

DelayedState = dict[int, dict[str, int]]
"""What is to be told by bucket and series."""


class Delayed:
    """What came late, told one window after its own bucket.

    Connectors deliver in batches: half an hour of acts may come at once. Told at once they would look like a burst;
    told a window later they keep the pace at which they happened. What is older than a window is told to no series.

    Args:
        window: buckets. >= 1.

    >>> delayed = Delayed(window=12)
    >>> delayed.takes(3, now=15), delayed.takes(3, now=16)
    (True, False)
    >>> delayed.add(3, Counter({"likes|all": 2}))
    >>> [delayed.due(bucket)["likes|all"] for bucket in (14, 15, 16)]
    [0, 2, 0]
    """

    def __init__(self, *, window: int) -> None:
        self._window = window
        self._sums: dict[int, Counter[str]] = {}

    @property
    def buckets(self) -> set[int]:
        """Those that something is to be told with."""
        return set(self._sums)

    def takes(self, own: int, now: int) -> bool:
        """Whether what happened in the bucket `own` can still be told when `now` closes."""
        return own + self._window >= now

    def add(self, own: int, sums: Counter[str]) -> None:
        """Take the sums of a bucket that is over."""
        self._sums.setdefault(own + self._window, Counter()).update(sums)

    def due(self, bucket: int) -> Counter[str]:
        """What is to be told with a bucket, or was to be told before it."""
        sums: Counter[str] = Counter()
        for due in sorted(b for b in self._sums if b <= bucket):
            sums.update(self._sums.pop(due))
        return sums

    def snapshot(self) -> DelayedState:
        """All it remembers."""
        return {bucket: dict(sums) for bucket, sums in sorted(self._sums.items())}

    def restore(self, state: DelayedState) -> None:
        """Go on from a snapshot."""
        self._sums = {bucket: Counter(sums) for bucket, sums in state.items()}
