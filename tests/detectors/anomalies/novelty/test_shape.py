"""The rings and the one call of correlate are the plain loop over all earlier stretches."""

import math
import random

import pytest

from detectors.anomalies.novelty.shape import BLOCKS, Shape
from detectors.errors import DetectorError


class Plain:
    """The same in a loop: every stretch on the grid, as long as its first block was among the last `alive`."""

    def __init__(self, step: int, alive: int) -> None:
        self.step, self.alive = step, alive
        self.stride = max(1, step // 3)
        self.values: list[float] = []

    def blocks(self, values: list[float], end: int) -> list[float]:
        """Means of the 8 blocks of which the last ends with the value numbered `end`."""
        starts = [end + 1 - (BLOCKS - b) * self.step for b in range(BLOCKS)]
        return [sum(values[start : start + self.step]) / self.step for start in starts]

    def distance(self, value: float) -> float | None:
        """To the nearest."""
        at, span = len(self.values), BLOCKS * self.step
        if at < 3 * span:
            return None
        values = [*self.values, value]
        now = self.blocks(values, at)
        first = (at - 1) // self.stride - self.alive + 1 + (BLOCKS - 1) * (self.step // self.stride)
        ends = range(max(first * self.stride, self.stride * math.ceil((span - 1) / self.stride)), at - span + 1)
        gaps = [math.dist(now, self.blocks(values, end)) for end in ends if end % self.stride == 0]
        return min(gaps) / math.sqrt(BLOCKS)


@pytest.mark.parametrize(("step", "memory"), [(1, 30), (3, 50), (12, 60), (3, 1000)])
@pytest.mark.parametrize("seed", range(2))
def test_it_is_the_plain_loop(step: int, memory: int, seed: int) -> None:
    """Through warming up, forgetting, and a restart in the middle; at least `memory` stretches are compared with."""
    numbers = random.Random(seed)
    shape = Shape(step=step, memory=memory)
    plain = Plain(step, shape._rings * shape._ring)
    said = 0
    for i in range(max(300, 13 * BLOCKS * step)):
        value = round(numbers.gauss(0, 1) + 3 * math.sin(i / 9), 2)
        if i >= 3 * BLOCKS * step and i % 7 == 0:
            assert shape.distance(value) == pytest.approx(plain.distance(value), abs=1e-6)
            said += 1
        shape.learn(value)
        plain.values.append(value)
        if i == 7 * BLOCKS * step:
            shape, before = Shape(step=step, memory=memory), shape
            shape.restore(before.snapshot())
    assert said > 20
    assert int((shape._norms < math.inf).sum()) >= min(memory, (i + 1) // shape._stride - 2 * BLOCKS * shape._rings)


def test_a_restart_changes_no_bit() -> None:
    """Restored at every age, it says the same to the last bit."""
    numbers = random.Random(7)
    shape = Shape(step=3, memory=40)
    for i in range(400):
        again = Shape(step=3, memory=40)
        again.restore(shape.snapshot())
        value = numbers.gauss(0, 1)
        assert again.distance(value) == shape.distance(value)
        assert (again._norms == shape._norms).all()
        (again if i % 2 else shape).learn(value)
        shape = again if i % 2 else shape


def test_asking_changes_nothing() -> None:
    """Whatever is asked in between."""
    numbers = random.Random(8)
    asked, left_alone = Shape(step=3, memory=40), Shape(step=3, memory=40)
    for _ in range(300):
        value = numbers.gauss(0, 1)
        asked.distance(1e9)
        asked.learn(value)
        left_alone.learn(value)
    assert asked.distance(0.5) == left_alone.distance(0.5)


def test_a_stretch_that_came_before_is_near() -> None:
    """A season needs no calendar: the same day again is at distance 0, a missing peak is not."""
    day = [max(0.0, math.sin(2 * math.pi * i / 96)) for i in range(96)]
    shape = Shape(step=3, memory=200)
    for _ in range(4):
        for value in day:
            shape.learn(value)
    for value in day[:23]:
        shape.learn(value)
    assert shape.distance(day[23]) == pytest.approx(0.0, abs=1e-6)
    flat = Shape(step=3, memory=200)
    flat.restore(shape.snapshot())
    for _ in range(12):
        flat.learn(0.0)
    assert (flat.distance(0.0) or 0.0) > 0.1


@pytest.mark.parametrize(("step", "memory"), [(0, 10), (4, 10), (3, 0)])
def test_impossible_arguments_are_refused(step: int, memory: int) -> None:
    """The error names both."""
    with pytest.raises(DetectorError, match=f"step = {step}.* memory = {memory}"):
        Shape(step=step, memory=memory)


def test_another_memory_cannot_take_over() -> None:
    """A state of other arguments is an error, not a guess."""
    with pytest.raises(DetectorError, match="cannot be restored"):
        Shape(step=3, memory=20).restore(Shape(step=3, memory=40).snapshot())
