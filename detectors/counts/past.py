"""The decayed past of millions of subjects in fixed memory: no keys, no eviction.

A collision can only raise a past or a bound: it costs a wasted exact count or a little sensitivity, no false trend.
Read `trends/gamma_poisson.py` for one subject.
"""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from detectors.counts.order import Counts
from detectors.errors import DetectorError
from detectors.subjects.kinds import Keys

Floats = npt.NDArray[np.float64]

LEAST_PAST = 0.05
"""A subject whose decayed past is below this many voices is forgotten."""

SHORT, LONG = 0, 1
"""The windows whose counts are bounded."""

_LEAST_SCALE = 2.0**-20

BLOCK_CELLS = 1 << 17
"""Cells of one row in a block of a snapshot: 512 KiB."""


class Past:
    """Hashed cells, 16 bytes each: upper bounds of the two windows' counts, and the decayed past, the lesser of two.

    Args:
        bits: log2 of the number of cells. 8 to 28.
    Source: count-min with two rows (Cormode and Muthukrishnan 2005) over decayed sums; the bound is ours.
    """

    def __init__(self, bits: int) -> None:
        if not 8 <= bits <= 28:
            raise DetectorError(f"bits={bits}: must be 8 to 28")
        self._bits = bits
        self._bounds = np.zeros((2, 1 << bits), np.int32)
        self._sums = np.zeros((2, 1 << bits), "<f4")
        self._scale = 1.0

    def _cells(self, keys: Keys) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        high = (keys >> np.uint64(64 - self._bits)).astype(np.intp)
        low = (keys >> np.uint64(3)).astype(np.intp) & ((1 << self._bits) - 1)
        return high, low

    def bound(self, keys: Keys, window: int = SHORT) -> Counts:
        """At least the authors that each key has in a window, SHORT or LONG. Shapes: u8[n] -> i8[n]."""
        bound: Counts = self._bounds[window][self._cells(keys)[0]].astype(np.int64)
        return bound

    def count(self, keys: Keys, change: Counts | npt.NDArray[np.int32], *windows: int) -> None:
        """Authors that enter (or, negative, leave) these windows; without any named: both."""
        cells, change = self._cells(keys)[0], change.astype(np.int32)
        for window in windows or (SHORT, LONG):
            np.add.at(self._bounds[window], cells, change)

    def learn(self, keys: Keys, voices: Counts | npt.NDArray[np.int32]) -> None:
        """Voices that have left the window become past."""
        for row, cells in zip(self._sums, self._cells(keys), strict=True):
            np.add.at(row, cells, (voices / self._scale).astype(np.float32))

    def decay(self, factor: float) -> None:
        """Let time pass: every past is worth `factor` of what it was. 0 to 1."""
        self._scale *= factor  # one number instead of every cell
        if self._scale < _LEAST_SCALE:
            self._sums *= np.float32(self._scale)
            self._scale = 1.0

    def of(self, keys: Keys) -> Floats:
        """The decayed past S of each key, in voices. Shapes: u8[n] -> f8[n]."""
        high, low = self._cells(keys)
        past: Floats = np.minimum(self._sums[0][high], self._sums[1][low]).astype(np.float64) * self._scale
        return past

    def tracked(self) -> int:
        """How many subjects are remembered, estimated from the cells in use (linear counting, Whang et al. 1990)."""
        cells = 1 << self._bits
        used = int(np.count_nonzero((self._sums[0] > LEAST_PAST / self._scale) | (self._bounds[LONG] > 0)))
        return round(-cells * math.log(max(1 - used / cells, 1 / cells)))

    @property
    def scale(self) -> float:
        """What a unit in a cell is worth now."""
        return self._scale

    def snapshot(self) -> dict[str, bytes]:
        """The decayed past as named blocks of cells; the scale and the bound, which follows from the window, apart."""
        return {name: block.tobytes() for name, block in self._blocks().items()}

    def restore(self, blocks: Mapping[str, bytes], scale: float) -> None:
        """Go on from a snapshot. Raises DetectorError if a block is missing or of another size."""
        for name, block in self._blocks().items():
            if len(blocks.get(name, b"")) != block.nbytes:
                raise DetectorError(
                    f"{name} of the snapshot has {len(blocks.get(name, b''))} bytes: {block.nbytes} are needed for"
                    f" bits={self._bits}"
                )
            block[:] = np.frombuffer(blocks[name], "<f4")
        self._scale = scale

    def _blocks(self) -> dict[str, npt.NDArray[np.float32]]:
        starts = range(0, 1 << self._bits, BLOCK_CELLS)
        return {
            f"past-{row}-{start // BLOCK_CELLS:04}": self._sums[row][start : start + BLOCK_CELLS]
            for row in range(len(self._sums))
            for start in starts
        }
