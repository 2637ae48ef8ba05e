"""The last values of creators alike: what is usual of a tier on a platform. It knows no single creator."""

import msgspec
import numpy as np

from detectors.counts.order import once
from detectors.performance.usual import LAST, NONE, Counts, Floats, middles


class Pools:
    """The last 100 values of each measure in each pool.

    >>> pools = Pools()
    >>> pools.learn(0, np.array([7, 7, 9]), np.array([10, 30, 5]))
    >>> pools.middles(0, np.array([7, 8]))
    (array([20.,  0.]), array([2, 0]))
    """

    def __init__(self) -> None:
        self._values: dict[tuple[int, int], Counts] = {}

    def middles(self, measure: int, pool: Counts) -> tuple[Floats, Counts]:
        """The mean of the middle half of each one's pool, and of how many it is. Shapes: i8[n] -> f8[n], i8[n]."""
        every = once(pool)
        values = np.full((len(every), LAST), NONE, np.int64)
        for place, one in enumerate(every.tolist()):
            known = self._values.get((measure, one))
            if known is not None:
                values[place, : len(known)] = known
        middle, n = middles(values)
        place_of = np.searchsorted(every, pool)
        return middle[place_of], n[place_of]

    def learn(self, measure: int, pool: Counts, values: Counts) -> None:
        """Take in values, none of them NONE. Shapes: i8[n], i8[n]."""
        for one in once(pool).tolist():
            known = self._values.get((measure, one), np.zeros(0, np.int64))
            self._values[measure, one] = np.concatenate([known, values[pool == one]])[-LAST:]

    def snapshot(self) -> bytes:
        """All it remembers."""
        state = [(measure, pool, values.tolist()) for (measure, pool), values in sorted(self._values.items())]
        return msgspec.msgpack.encode(state)

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        state = msgspec.msgpack.decode(value, type=list[tuple[int, int, list[int]]])
        self._values = {(measure, pool): np.array(values, np.int64) for measure, pool, values in state}
