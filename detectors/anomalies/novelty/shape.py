"""How unlike everything before the newest stretch of a series is. Does not know whether that is much."""

import math
from collections import deque

import msgspec
import numpy as np

from detectors.errors import DetectorError

BLOCKS = 8
"""Numbers that a stretch is told by: enough for a hump and a dip, few enough to be found again."""
PARTS = 3
"""A block is told at so many places, or a stretch half a block out of step would look new."""


class ShapeState(msgspec.Struct, frozen=True, array_like=True):
    """All that a shape remembers: f8 in bytes, newest last (`means` in the order of its ring)."""

    values: tuple[float, ...]
    blocks: bytes
    means: bytes
    seen: int


class Shape:
    """Distance of the newest `BLOCKS * step` points to the nearest earlier stretch, both as means of blocks.

    A season needs no model: yesterday's stretch, or last week's, is in memory and near. Stretches end on a grid, a
    third of a block apart, and are compared with the newest one as soon as they do not overlap it.

    The nearest of n stretches w_i to v is that of least |w_i|^2 - 2 w_i.v. The means of the grid are kept in as many
    rings as a block has parts, one behind the other, each with its beginning repeated at its end, so that every
    stretch is 8 numbers in a row and all w_i.v are one call of `correlate`; |w_i|^2 is infinite where no stretch
    starts. `test_shape.py` holds it to the plain loop.

    Args:
        step: points a block. 1, or a multiple of 3.
        memory: stretches that are remembered. >= 1.

    Shapes: one value in, one distance in the series' unit (root of the mean square over blocks) out; None until three
    spans have passed. State: about 2 * memory + 16 * step floats. Cost: about 15 us of CPU.
    Raises: DetectorError for an impossible argument.
    Source: Yeh et al., Matrix Profile I, ICDM 2016 (the left profile, without z-normalisation), on means of blocks as
    in Keogh et al., Dimensionality reduction for fast similarity search, KAIS 3 (2001).

    >>> shape = Shape(step=1, memory=100)
    >>> for i in range(40): shape.learn(float(i % 4))
    >>> shape.distance(0.0), shape.distance(3.0)  # as ever, and 3 too high in one block of eight
    (0.0, 1.0606601717798212)
    """

    def __init__(self, *, step: int, memory: int) -> None:
        if memory < 1 or step < 1 or (step > 1 and step % PARTS):
            raise DetectorError(f"step = {step} must be 1 or a multiple of {PARTS}, and memory = {memory} >= 1")
        self._step = step
        self._stride = max(1, step // PARTS)
        self._rings = step // self._stride
        self._span = BLOCKS * step
        self._memory = memory
        self._ring = -(-(memory + self._span // self._stride) // self._rings) + BLOCKS - 1
        self._row = self._ring + BLOCKS - 1
        self._values: deque[float] = deque(maxlen=step - 1)
        self._means = np.zeros(self._rings * self._row)
        self._norms = np.full(len(self._means) - BLOCKS + 1, math.inf)
        self._blocks = np.zeros(4 * self._span)
        self._end = self._span
        self.seen = 0

    def distance(self, value: float) -> float | None:
        """To the nearest earlier stretch if `value` came next; learns nothing."""
        if self.seen < 3 * self._span:
            return None
        end = self._end
        self._blocks[end] = self._mean(value)  # `learn` writes here what it makes of the same point
        now = self._blocks[end - self._span + self._step : end + 1 : self._step].copy()
        gaps = np.correlate(self._means, now)
        gaps *= -2.0
        gaps += self._norms
        return math.sqrt(max(0.0, float(gaps.min()) + float(now.dot(now))) / BLOCKS)

    def learn(self, value: float) -> None:
        """Take in the next point."""
        mean = self._mean(value)
        self._values.append(value)
        self._blocks[self._end] = mean
        self._end += 1
        if self._end == len(self._blocks):
            self._blocks[: self._span] = self._blocks[-self._span :]
            self._end = self._span
        if self.seen % self._stride == 0:
            self._place(self.seen // self._stride, mean)
        self.seen += 1
        if self.seen % self._stride == 0:
            self._admit((self.seen - self._span) // self._stride)

    def snapshot(self) -> ShapeState:
        """All it remembers."""
        blocks = self._blocks[self._end - self._span : self._end]
        return ShapeState(tuple(self._values), blocks.tobytes(), self._means.tobytes(), self.seen)

    def restore(self, state: ShapeState) -> None:
        """Go on from a snapshot of a shape with the same arguments."""
        means = np.frombuffer(state.means).copy()
        if len(means) != len(self._means):
            raise DetectorError(f"a shape of {len(means)} means cannot be restored into one of {len(self._means)}")
        self._values.extend(state.values)
        self._means = means
        self._end = self._span
        self._blocks[: self._span] = np.frombuffer(state.blocks)
        self.seen = state.seen
        last = (self.seen - self._span) // self._stride
        newest = (self.seen - 1) // self._stride
        for number in range(newest - self._rings * self._ring + (BLOCKS - 1) * self._rings + 1, last + 1):
            self._admit(number)

    def _mean(self, value: float) -> float:
        return (sum(self._values) + value) / self._step

    def _place(self, number: int, mean: float) -> None:
        """Write the mean of a place of the grid over the oldest one, and forget the stretch that began there."""
        ring, at = number % self._rings, (number // self._rings) % self._ring
        start = ring * self._row
        self._means[start + at] = mean
        if at < BLOCKS - 1:
            self._means[start + self._ring + at] = mean
        self._norms[start + at] = math.inf

    def _admit(self, number: int) -> None:
        """Let the stretch that ended at this place of the grid be compared with, from now on."""
        if number * self._stride < self._span - 1:
            return
        ring, at = number % self._rings, (number // self._rings - BLOCKS + 1) % self._ring
        start = ring * self._row + at
        stretch = self._means[start : start + BLOCKS]
        self._norms[start] = stretch.dot(stretch)
