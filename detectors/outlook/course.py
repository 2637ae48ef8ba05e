"""What came of a trend after it was first asked about, window by window; and the answers that follow from it."""

from typing import NamedTuple

import msgspec

from detectors.counts.segment_table import ALL
from detectors.counts.ticks import Candidate
from detectors.outlook.heard import Heard, distinct

DOUBLE = 2.0
SEVERAL = 2
"""Communities with several voices from which a trend has left its own."""


class Stretch(msgspec.Struct, array_like=True):
    """One window's length of a trend's life.

    Attributes:
        voices, least: of its leading subject in the window that ends with it; see `Heard`. 0: it was not told then.
        most: greatest voices of a window that ended within it.
        everywhere: whether it was told of as a trend of everywhere.
        communities: most communities with several voices.
    """

    voices: float = 0.0
    least: bytes = b""
    most: float = 0.0
    everywhere: bool = False
    communities: int = 0


class Answers(NamedTuple):
    """What came within the horizon of a question: distinct voices, the greatest voices of a window, whether it left."""

    voices: float
    most: float
    left: bool


class Course(msgspec.Struct, array_like=True):
    """The stretches of a trend since `first`, the bucket of the first question: number n ends n windows later.

    Attributes:
        until: the bucket up to which a question needs them.
        current: the number of the last stretch, and what is known of it.
        stretches: those before.
    """

    first: int
    until: int
    current: tuple[int, Stretch] = msgspec.field(default_factory=lambda: (0, Stretch()))
    stretches: dict[int, Stretch] = {}

    def take(self, bucket: int, leader: Candidate, communities: int, window: int) -> int | None:
        """Take in a bucket in which it was told; the number of the stretch that ends with it, if one does.

        Args:
            window: buckets of a window.
        """
        number = -(-(bucket - self.first) // window)
        if number != self.current[0]:
            self.stretches[self.current[0]] = self.current[1]
            self.current = number, Stretch()
        stretch = self.current[1]
        stretch.most = max(stretch.most, float(leader.observed))
        stretch.everywhere = stretch.everywhere or leader.scope == ALL
        stretch.communities = max(stretch.communities, communities)
        if (bucket - self.first) % window:
            return None
        stretch.voices, stretch.least = float(leader.observed), leader.people.least if leader.people else b""
        return number

    def after(self, number: int, windows: int, *, confined_to: str) -> Answers:
        """What came in so many windows after a stretch. In what was not told of then nobody spoke of it.

        Args:
            confined_to: the scope in which it was told when it was asked.
        """
        known = self.stretches | dict([self.current])
        told = [stretch for n in range(number + 1, number + windows + 1) if (stretch := known.get(n)) is not None]
        left = any(s.everywhere and (confined_to != ALL or s.communities >= SEVERAL) for s in told)
        voices = distinct([Heard(s.voices, s.least) for s in told])
        return Answers(voices, max((s.most for s in told), default=0.0), left)

    def forget(self, number: int) -> None:
        """Let go of the stretches up to this number: no question needs them."""
        self.stretches = {n: stretch for n, stretch in self.stretches.items() if n > number}
