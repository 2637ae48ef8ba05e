"""How often each pair of subject and segment was used, in fixed memory and by generations: nothing is taken out again.

A generation is as long as the window: this one and the one before hold at least the window, so they bound it.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from detectors.errors import DetectorError
from detectors.subjects.kinds import Keys
from detectors.trends.gamma_poisson import Floats

NEW, BEFORE, OLDER = range(3)

BLOCK_CELLS = 1 << 17
"""Cells of one row in a block of a snapshot: 512 KiB."""

Cells = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]


class PairCells:
    """Hashed cells of 24 bytes: two rows of three sums of voices, of which the lesser counts.

    A collision can only raise a sum, which costs a wasted look or a little sensitivity.

    Args:
        bits: log2 of the number of cells. >= 8.
        decay: what the past is worth after a generation.
    Source: count-min with two rows, as in past.py.
    """

    def __init__(self, bits: int, decay: float) -> None:
        self._bits, self._decay = bits, decay
        self._sums = np.zeros((3, 2, 1 << bits), "<f4")
        self._last = np.zeros(1 << bits, np.int32)

    def cells(self, pairs: Keys) -> Cells:
        """Where each pair is kept."""
        high = (pairs >> np.uint64(64 - self._bits)).astype(np.intp)
        low = (pairs >> np.uint64(3)).astype(np.intp) & ((1 << self._bits) - 1)
        return high, low

    def count(self, cells: Cells) -> None:
        """A voice more in each of these cells; a cell named twice gets two."""
        for row, at in zip(self._sums[NEW], cells, strict=True):
            np.add.at(row, at, np.float32(1))

    def single(self, cells: npt.NDArray[np.intp], pairs: Keys) -> npt.NDArray[np.bool_]:
        """True for one row of each pair at least, and for few more: of equal cells one, and those of other pairs.

        Args:
            cells: of the first row.
        Cost: 10 ns a row, where sorting costs 50.
        """
        number = np.arange(len(cells), dtype=np.int32)
        self._last[cells] = number
        last = self._last[cells]
        alone: npt.NDArray[np.bool_] = (last == number) | (pairs != pairs[last])
        return alone

    def bound(self, cells: Cells) -> Floats:
        """At least the voices of the window, bucket by bucket. Shapes: [n] -> f8[n]."""
        rows = [self._sums[NEW, row][at] + self._sums[BEFORE, row][at] for row, at in enumerate(cells)]
        least: Floats = np.minimum(*rows).astype(np.float64)
        return least

    def older(self, cells: Cells) -> Floats:
        """At most the decayed voices of the generations before the last one. Shapes: [n] -> f8[n]."""
        rows = [self._sums[OLDER, row][at] for row, at in enumerate(cells)]
        least: Floats = np.minimum(*rows).astype(np.float64)
        return least

    def total(self, cells: Cells) -> Floats:
        """All that was counted, decayed. Shapes: [n] -> f8[n]."""
        rows = [self._sums[:, row, at].sum(axis=0, dtype=np.float64) for row, at in enumerate(cells)]
        total: Floats = np.minimum(*rows)
        return total

    def move_on(self, generations: int) -> None:
        """Time has passed: so many generations end."""
        for _ in range(min(generations, 2)):
            self._sums[OLDER] *= np.float32(self._decay)
            self._sums[OLDER] += self._sums[BEFORE]
            self._sums[BEFORE] = self._sums[NEW]
            self._sums[NEW] = 0
        if generations > 2:
            self._sums[OLDER] *= np.float32(self._decay ** (generations - 2))

    @property
    def size(self) -> int:
        """Cells of a row."""
        return 1 << self._bits

    def snapshot(self) -> dict[str, bytes]:
        """As named blocks of cells."""
        return {name: block.tobytes() for name, block in self._blocks().items()}

    def restore(self, blocks: Mapping[str, bytes]) -> None:
        """Go on from a snapshot. Raises DetectorError if a block is missing or of another size."""
        for name, block in self._blocks().items():
            if len(blocks.get(name, b"")) != block.nbytes:
                raise DetectorError(
                    f"{name} of the snapshot has {len(blocks.get(name, b''))} bytes, not {block.nbytes}"
                )
            block[:] = np.frombuffer(blocks[name], "<f4")

    def _blocks(self) -> dict[str, npt.NDArray[np.float32]]:
        return {
            f"cells-{part}-{row}-{start // BLOCK_CELLS:04}": self._sums[part, row, start : start + BLOCK_CELLS]
            for part in range(3)
            for row in range(2)
            for start in range(0, self.size, BLOCK_CELLS)
        }
