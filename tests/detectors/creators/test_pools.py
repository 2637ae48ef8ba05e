"""What is usual of creators alike."""

import numpy as np

from detectors.creators.pools import Pools
from detectors.performance.usual import LAST


def test_the_last_values_count() -> None:
    """A hundred of each pool; others leave."""
    pools = Pools()
    pools.learn(0, np.zeros(LAST, np.int64), np.full(LAST, 1000))
    pools.learn(0, np.zeros(LAST, np.int64), np.full(LAST, 10))
    pools.learn(1, np.zeros(1, np.int64), np.array([5]))
    middle, n = pools.middles(0, np.zeros(1, np.int64))
    assert (middle.tolist(), n.tolist()) == ([10.0], [LAST])


def test_it_goes_on_from_a_snapshot() -> None:
    """The same bytes, the same answer."""
    pools, again = Pools(), Pools()
    pools.learn(0, np.array([3, 4, 3]), np.array([1, 2, 3]))
    again.restore(pools.snapshot())
    assert again.snapshot() == pools.snapshot()
    for known, told in zip(pools.middles(0, np.array([3])), again.middles(0, np.array([3])), strict=True):
        assert known.tolist() == told.tolist()
