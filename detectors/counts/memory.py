"""What READ remembers, with a horizon and a size: posts, ids seen, last totals. What was put first goes first."""

from typing import Generic, NamedTuple, TypeVar

from detectors.counts.scopes import Scopes

Value = TypeVar("Value")


class Remembered(NamedTuple):
    """A post that READ has read: when it counted, when it was created (epoch seconds), and where."""

    bucket: int
    at: float
    scopes: Scopes


class Memory(Generic[Value]):
    """A mapping that forgets what was put first once it is too old or too much.

    Args:
        horizon: buckets after which an entry is forgotten. >= 1.
        capacity: entries kept at most. >= 1.

    >>> memory: Memory[str] = Memory(horizon=2, capacity=2)
    >>> for bucket, key in enumerate([7, 8, 9]):
    ...     memory.put(key, "x", bucket)
    >>> memory.get(7), memory.get(9), len(memory)
    (None, 'x', 2)
    """

    def __init__(self, *, horizon: int, capacity: int) -> None:
        self._horizon = horizon
        self._capacity = capacity
        self._values: dict[int, tuple[int, Value]] = {}

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: int) -> bool:
        return key in self._values

    def get(self, key: int) -> Value | None:
        """The value, or None if it was never put or is forgotten."""
        found = self._values.get(key)
        return found[1] if found else None

    def put(self, key: int, value: Value, bucket: int) -> None:
        """Remember a value from this bucket on; put again, it counts as new."""
        self._values.pop(key, None)  # an old entry that is used for ever must not keep those behind it
        self._values[key] = (bucket, value)
        while self._values:
            oldest = next(iter(self._values))
            if len(self._values) <= self._capacity and self._values[oldest][0] > bucket - self._horizon:
                return
            del self._values[oldest]
