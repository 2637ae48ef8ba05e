"""A bounded collection that knows what changed since when, so that a browser that was away gets just that."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")

GONE_REMEMBERED = 4
"""Ids that went are remembered for so many times the size of the shelf."""


class Shelf(Generic[T]):
    """Items by id, each with the number of its last change.

    Args:
        size: items kept, at most. > 0.
        worth: what is left out first has the least; called anew for each item when the shelf is too full.

    >>> shelf = Shelf(2, worth=float)
    >>> for seq, item in enumerate([5, 3, 9], start=1): shelf.put(str(item), item, seq)
    >>> list(shelf.items()), shelf.left_out, list(shelf.changed(2)), list(shelf.gone(0))
    ([5, 9], 1, ['9'], ['3'])
    """

    def __init__(self, size: int, worth: Callable[[T], object]) -> None:
        self._size = size
        self._worth = worth
        self._items: dict[str, tuple[int, T]] = {}
        self._gone: dict[str, int] = {}
        self._left_out: dict[str, None] = {}
        self.forgotten = 0
        """What went up to this change is not known any more."""

    def __len__(self) -> int:
        return len(self._items)

    @property
    def left_out(self) -> int:
        """How many were left out for want of room, as far as it is remembered."""
        return len(self._left_out)

    def __getitem__(self, key: str) -> T:
        """The item of an id that is here."""
        return self._items[key][1]

    def get(self, key: str) -> T | None:
        """The item of this id."""
        found = self._items.get(key)
        return None if found is None else found[1]

    def items(self) -> Iterator[T]:
        """All, in the order of their last changes."""
        return (item for _, item in self._items.values())

    def put(self, key: str, item: T, seq: int) -> None:
        """Keep an item, new or changed, with change number `seq`, which never goes back."""
        self._items.pop(key, None)
        self._items[key] = seq, item
        self._gone.pop(key, None)
        self._left_out.pop(key, None)
        if len(self._items) > self._size:
            least = min(self._items, key=lambda each: self._worth(self._items[each][1]))  # type: ignore[arg-type, return-value]
            self.drop(least, seq)
            self._left_out[least] = None
            _bound(self._left_out, GONE_REMEMBERED * self._size)

    def drop(self, key: str, seq: int) -> bool:
        """Forget an item -> whether there was one."""
        self._left_out.pop(key, None)
        if self._items.pop(key, None) is None:
            return False
        self._gone[key] = seq
        for each in _bound(self._gone, GONE_REMEMBERED * self._size):
            self.forgotten = each
        return True

    def changed(self, since: int) -> Iterator[str]:
        """Ids of what is here and changed after `since`, the latest first."""
        for key in reversed(self._items):
            if self._items[key][0] <= since:
                return
            yield key

    def gone(self, since: int) -> Iterator[str]:
        """Ids of what went after `since`."""
        for key in reversed(self._gone):
            if self._gone[key] <= since:
                return
            yield key


V = TypeVar("V")


def _bound(remembered: dict[str, V], size: int) -> list[V]:
    """Forget the oldest beyond a size -> what was forgotten."""
    oldest = list(islice(remembered, max(0, len(remembered) - size)))
    return [remembered.pop(key) for key in oldest]
