"""Posts that later records took back: those that were sent already, and those that still wait for their run."""

from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.runs import Posts

Bools = npt.NDArray[np.bool_]


class Withdrawal(NamedTuple):
    """Versions of a post before this offset are taken back; none is pending for a bucket after the last."""

    offset: int
    last_bucket: int
    deleted: bool
    """By its author; else a new version stands in its place."""


class WithdrawnState(msgspec.Struct, frozen=True):
    """All that is remembered; `told` is by number: whether it was deleted."""

    told: dict[int, bool]
    pending: dict[int, Withdrawal]


class Gone(NamedTuple):
    """Of the n posts of a run: which were taken back, and which of those were deleted. Shapes: bool[n] twice."""

    withdrawn: Bools
    deleted: Bools


class Withdrawn:
    """What the next runs must take back, and what they must not count."""

    def __init__(self) -> None:
        self._told: dict[int, bool] = {}
        self._pending: dict[int, Withdrawal] = {}

    def add(self, post_id: int, withdrawal: Withdrawal) -> None:
        """A record took a post back."""
        self._told[post_id] = withdrawal.deleted
        self._pending[post_id] = withdrawal

    def told(self) -> tuple[bytes, bytes]:
        """Numbers of what was taken back since the last run, and of those with a new version; u8[n] and u8[m]."""
        numbers = sorted(self._told)
        replaced = [number for number in numbers if not self._told[number]]
        self._told.clear()
        return np.array(numbers, np.uint64).tobytes(), np.array(replaced, np.uint64).tobytes()

    def of(self, bucket: int, posts: Posts) -> Gone:
        """Which posts of this run a later record took back. Shapes: POST[n] -> bool[n] twice."""
        gone = Gone(np.zeros(len(posts), np.bool_), np.zeros(len(posts), np.bool_))
        if self._pending:
            named = np.isin(posts["post_id"], np.fromiter(self._pending, np.uint64, len(self._pending)))
            for i in np.flatnonzero(named).tolist():
                withdrawal = self._pending[int(posts["post_id"][i])]
                gone.withdrawn[i] = posts["offset"][i] < withdrawal.offset
                gone.deleted[i] = gone.withdrawn[i] and withdrawal.deleted
            self._pending = {number: w for number, w in self._pending.items() if w.last_bucket > bucket}
        return gone

    def snapshot(self) -> WithdrawnState:
        """All it remembers."""
        return WithdrawnState(dict(sorted(self._told.items())), dict(self._pending))

    def restore(self, state: WithdrawnState) -> None:
        """Go on from a snapshot."""
        self._told, self._pending = dict(state.told), dict(state.pending)
