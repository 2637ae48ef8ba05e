"""What a restart must read again of the log of runs: a snapshot names the runs of the window, it does not hold them."""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from detectors.counts.runs import Run
from detectors.errors import DetectorError


class Used(NamedTuple):
    """A tick that the window rests on: its bucket, and the offsets of the runs that it used, in its order."""

    bucket: int
    offsets: list[int]


class Recall:
    """Takes the log from the first run that a snapshot names; hands out its ticks again, each once its runs are here.

    Args:
        at: offset of the last run that the snapshot has seen.
        ticks: ticks of the window, oldest first.
        waiting: offsets of the runs that no tick has used yet.
    Raises: DetectorError if the log goes past `at` while a run is still missing.
    """

    def __init__(self, at: int, ticks: Iterable[Used], waiting: Iterable[int]) -> None:
        self._at = at
        self._ticks = deque(ticks)
        self.runs: dict[int, Run] = {}
        """Runs that are read and not yet handed out, by offset; at the end the waiting ones."""
        self._missing = {*waiting, *(offset for tick in self._ticks for offset in tick.offsets)}

    @property
    def done(self) -> bool:
        """Has everything been handed out?"""
        return not self._missing and not self._ticks

    def take(self, run: Run, offset: int) -> list[tuple[int, list[Run]]]:
        """The next run of the log -> the ticks that are whole now: bucket and runs."""
        if offset > self._at:
            raise DetectorError(
                f"run at offset {min(self._missing)} of {len(self._missing)} that the snapshot needs is gone from the"
                f" log, which is at {offset}: keep runs longer than the window, or start without the snapshot"
            )
        if offset in self._missing:
            self._missing.remove(offset)
            self.runs[offset] = run
        return self.whole()

    def whole(self) -> list[tuple[int, list[Run]]]:
        """Ticks whose runs are all here, oldest first."""
        found = []
        while self._ticks and self._missing.isdisjoint(self._ticks[0].offsets):
            tick = self._ticks.popleft()
            found.append((tick.bucket, [self.runs.pop(offset) for offset in tick.offsets]))
        return found
