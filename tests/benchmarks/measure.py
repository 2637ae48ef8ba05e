"""Processor time a record, as the kernel counts it for a process. Nothing is subtracted."""

import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Sample(NamedTuple):
    """What one run took."""

    us_per_record: float
    """User and system time of all threads."""
    records_per_s: float
    """By the wall clock, with the broker on the same machine."""
    peak_mb: float
    """Most resident memory of the process, MiB."""


def median(samples: Sequence[Sample]) -> Sample:
    """The median of each figure."""
    return Sample(*(statistics.median(figures) for figures in zip(*samples, strict=True)))


class Moment(NamedTuple):
    """How much processor and wall time has passed, in seconds."""

    cpu_s: float
    wall_s: float


class Process:
    """A process of this machine, which must be Linux.

    Args:
        pid: its number.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._clock = (~pid << 3) | 2  # how clock_getcpuclockid(3) makes the number of a process's clock

    def now(self) -> Moment:
        """Its processor time so far; the wall clock from any beginning."""
        return Moment(time.clock_gettime(self._clock), time.monotonic())

    def sample(self, since: Moment, until: Moment, records: int) -> Sample:
        """What it took for so many records between two moments."""
        cpu_s, wall_s = until.cpu_s - since.cpu_s, until.wall_s - since.wall_s
        return Sample(cpu_s / records * 1e6, records / wall_s, self._peak_kb() / 1024)

    def _peak_kb(self) -> float:
        lines = Path(f"/proc/{self._pid}/status").read_text().splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith("VmHWM:")))
