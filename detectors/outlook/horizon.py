"""All that is asked about the same hours to come: its models, and the questions whose time has not come yet."""

import math
from collections import deque
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec
import numpy as np

from detectors.forecast.dynamic import Scales, ScalesState
from detectors.forecast.likeness import CasesState, LikeCases
from detectors.forecast.window import Values
from detectors.outlook.chance import Chance, ChanceState, Said
from detectors.outlook.course import DOUBLE, Course
from detectors.outlook.features import NAMES
from detectors.outlook.size import Expected, Size, SizeState

MOST = 10_000
"""Questions that wait at most; beyond it none is asked."""
STEPS = (10, 15, 20, 30, 50, 70, 100)
"""Targets are round numbers: these, and ten, a hundred, ... times as many; 5 at least."""
LEAST_TARGET = 5.0
WITH_TARGET = (*NAMES, "target")


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """A question.

    Attributes:
        number: of the trend's stretch after which it was asked.
        values: the features, f4[len(WITH_TARGET)].
        reaches, doubles, leaves: what was said; None: not asked, it had left already.
        interval: None: too little was learned.
        told: whether people were told.
    """

    trend_id: str
    bucket: int
    number: int
    scope: str
    voices: float
    target: float
    values: bytes
    expected: float
    interval: tuple[float, float] | None
    reaches: Said
    doubles: Said
    leaves: Said | None
    told: bool


class Came(NamedTuple):
    """A question whose time has come, what came, and how many models turned out to have become worse.

    Attributes:
        due: the last bucket of its horizon.
        reached, doubled, left: the answers; left is None where it was not asked.
    """

    asked: Asked
    due: int
    voices: float
    reached: bool
    doubled: bool
    left: bool | None
    worse: int


class HorizonState(msgspec.Struct, frozen=True, array_like=True):
    """What is learned."""

    scales: ScalesState
    cases: CasesState
    reaches: ChanceState
    doubles: ChanceState
    leaves: ChanceState
    size: SizeState


_read_models = msgspec.msgpack.Decoder(HorizonState).decode
_read_asked = msgspec.msgpack.Decoder(tuple[Asked, ...]).decode


class Horizon:
    """The next so many windows of a trend.

    Args:
        windows: how many. >= 1.
        window: buckets of one.
        bucket_s: seconds.
        multiple: the target is the least round number of people that is so many times those of the window.
        least: answers that must have been learned before anything is told.
    """

    def __init__(self, *, windows: int, window: int, bucket_s: float, multiple: float, least: int) -> None:
        self.windows, self._window, self._bucket_s = windows, window, bucket_s
        self._multiple, self._least = multiple, least
        self._scales, self._size = Scales(len(WITH_TARGET)), Size(len(WITH_TARGET))
        self._cases = LikeCases(features=len(WITH_TARGET), questions=3)
        self.reaches, self.doubles, self.leaves = (Chance(WITH_TARGET) for _ in range(3))
        self._waiting: deque[Asked] = deque()

    @property
    def hours(self) -> float:
        """How far it looks."""
        return round(self.windows * self._window * self._bucket_s / 3600.0, 2)

    @property
    def buckets(self) -> int:
        """The same in buckets."""
        return self.windows * self._window

    def ask(
        self, trend_id: str, bucket: int, number: int, *, scope: str, voices: float, confined: bool, known: Values
    ) -> Asked | None:
        """Ask about a trend as it is known now; None: too many questions wait.

        Args:
            number: of its last stretch.
            voices: in the window.
            confined: whether it may still leave its scope or community.
            known: its features.
        """
        if len(self._waiting) >= MOST:
            return None
        target = target_of(self._multiple * voices)
        values = np.empty(len(known) + 1, np.float32)
        values[:-1], values[-1] = known, math.log(target / voices)
        x = self._scales(values)
        expected, interval = self._size.say(voices, x)
        like = self._cases(values, self._scales.spreads)
        reaches, doubles = self.reaches.say(values, x, like[0]), self.doubles.say(values, x, like[1])
        leaves = self.leaves.say(values, x, like[2]) if confined else None
        told = interval is not None and self.trusts(self.reaches)
        asked = Asked(
            trend_id,
            bucket,
            number,
            scope,
            voices,
            target,
            values.astype("<f4").tobytes(),
            expected,
            interval,
            reaches,
            doubles,
            leaves,
            told,
        )
        self._waiting.append(asked)
        return asked

    def trusts(self, chance: Chance) -> bool:
        """Whether it has learned enough, and is better than the share of yes."""
        return chance.record.n >= self._least and chance.record.useful

    def due(self, bucket: int, courses: Mapping[str, Course]) -> Iterator[Came]:
        """Learn, in the order of asking, from all whose time is over when this bucket ends; never before."""
        while self._waiting and self._waiting[0].bucket + self.buckets <= bucket:
            yield self._learn(self._waiting.popleft(), courses)

    def _learn(self, asked: Asked, courses: Mapping[str, Course]) -> Came:
        came = courses[asked.trend_id].after(asked.number, self.windows, confined_to=asked.scope)
        due = asked.bucket + self.buckets
        at = (due + 1) * self._bucket_s
        values = np.frombuffer(asked.values, "<f4").astype(np.float32)
        self._scales.learn(values)
        x = self._scales(values)
        self._size.learn(asked.voices, Expected(asked.expected, asked.interval), x, came.voices)
        reached, doubled = came.voices >= asked.target, came.most >= DOUBLE * asked.voices
        self._cases.learn(values, [reached, doubled, None if asked.leaves is None else came.left])
        worse = self.reaches.learn(asked.reaches, values, x, reached, at)
        worse += self.doubles.learn(asked.doubles, values, x, doubled, at)
        if asked.leaves is None:
            return Came(asked, due, came.voices, reached, doubled, None, worse)
        worse += self.leaves.learn(asked.leaves, values, x, came.left, at)
        return Came(asked, due, came.voices, reached, doubled, came.left, worse)

    def chances(self) -> Iterator[tuple[str, Chance]]:
        """What may happen, by name."""
        yield from (("reaches", self.reaches), ("doubles", self.doubles), ("leaves", self.leaves))

    def __len__(self) -> int:
        return len(self._waiting)

    def learned(self) -> bytes:
        """What its models know, without the questions."""
        models = HorizonState(
            self._scales.snapshot(),
            self._cases.snapshot(),
            self.reaches.snapshot(),
            self.doubles.snapshot(),
            self.leaves.snapshot(),
            self._size.snapshot(),
        )
        return msgspec.msgpack.encode(models)

    def begin_with(self, learned: bytes, *, same_versions: bool) -> None:
        """Know what another one has `learned`, of as many windows.

        Args:
            same_versions: see `Chance.restore`.
        """
        models = _read_models(learned)
        self._scales.restore(models.scales)
        self._cases.restore(models.cases)
        self._size.restore(models.size)
        for name in ("reaches", "doubles", "leaves"):
            getattr(self, name).restore(getattr(models, name), same_versions=same_versions)

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers: what is learned, and what waits."""
        return {"models": self.learned(), "waiting": msgspec.msgpack.encode(tuple(self._waiting))}

    def restore(self, parts: Mapping[str, bytes], *, same_versions: bool) -> None:
        """Go on from a snapshot as if nothing had happened; see `begin_with`."""
        self.begin_with(parts["models"], same_versions=same_versions)
        self._waiting = deque(_read_asked(parts["waiting"]))


def target_of(voices: float) -> float:
    """The least round number that is no less.

    >>> [target_of(n) for n in (1.0, 7.5, 12.0, 71.0, 900.0)]
    [5.0, 10.0, 15.0, 100.0, 1000.0]
    """
    wanted = max(voices, LEAST_TARGET)
    if wanted <= LEAST_TARGET:
        return LEAST_TARGET
    scale = 10.0 ** max(0, math.floor(math.log10(wanted)) - 1)
    return next(step * scale for step in STEPS if step * scale >= wanted)
