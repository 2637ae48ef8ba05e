"""All that is asked of posts at one age: will they have drawn so much after a day? Models, and questions that wait."""

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec
import numpy as np

from detectors.forecast.dynamic import Scales, ScalesState
from detectors.forecast.likeness import CasesState, LikeCases
from detectors.forecast.rates import Rates, RatesState
from detectors.forecast.waiting import Waiting, WaitingState
from detectors.outlook.chance import Chance, ChanceState, Said
from detectors.outlook.horizon import target_of
from detectors.outlook.size import Expected, Size, SizeState
from detectors.performance.features import NAMES, features_of, kinds_of, projected
from detectors.performance.history import AGES_S, HOUR_S
from detectors.performance.judged import Standout

DAY = len(AGES_S) - 1
"""The age that is asked about."""
KEEP_S = 2 * AGES_S[DAY]
"""Age at which a post that READ never told the day of is no longer waited for, seconds."""
SPREAD = 0.5
"""Of a weight of the logistic regression before any answer: posts bring hundreds of answers a day."""
MULTIPLE = 1.0
"""Targets, in what a post will have drawn if it goes on as it is now."""
PERCENT = 100.0
"""What was projected, in the unit that the range is learned in: posts of all sizes are alike in it."""


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """A question.

    Attributes:
        as_of, due: end of the post's age when it was asked, and of its day; epoch seconds.
        values: the features, f4[len(NAMES)]. kinds: see `kinds_of`.
        projected, target, expected, interval: engagements after a day; the range is None while too little is learned.
        reaches: what was said.
        told: whether people were told.
    """

    post_id: int
    as_of: float
    due: float
    values: bytes
    kinds: tuple[str, ...]
    projected: float
    target: float
    expected: float
    interval: tuple[float, float] | None
    reaches: Said
    told: bool


class Came(NamedTuple):
    """A question whose time has come, what its post had drawn, and whether the model turned out to have got worse."""

    asked: Asked
    engaged: int
    reached: bool
    worse: int


class _Models(msgspec.Struct, frozen=True, array_like=True):
    """What is learned."""

    scales: ScalesState
    cases: CasesState
    rates: RatesState
    reaches: ChanceState
    size: SizeState


_read_models = msgspec.msgpack.Decoder(_Models).decode
_read_waiting = msgspec.msgpack.Decoder(WaitingState[Asked, int]).decode


class PostHorizon:
    """From one age of a post to the end of its day.

    Args:
        age: index into `history.AGES_S`, not the last.
        bucket_s: seconds.
        least: answers that must have been learned before anything is told.

    State: at most `waiting.MOST` questions of about 250 bytes, and the models.
    """

    def __init__(self, *, age: int, bucket_s: float, least: int) -> None:
        self.age, self._bucket_s, self._least = age, bucket_s, least
        self.hours = (AGES_S[DAY] - AGES_S[age]) / HOUR_S
        self._scales, self._size, self._rates = Scales(len(NAMES)), Size(len(NAMES)), Rates()
        self._cases = LikeCases(features=len(NAMES), questions=1)
        self.reaches = Chance(NAMES, spread=SPREAD)
        self._waiting = Waiting[Asked, int](horizon_s=AGES_S[DAY] - AGES_S[age], keep_s=KEEP_S - AGES_S[age])

    @property
    def trusted(self) -> bool:
        """Whether it has learned enough, and is better than the share of yes."""
        return self.reaches.record.n >= self._least and self.reaches.record.useful

    def ask(self, post: Standout, *, to_tell: bool) -> Asked | None:
        """Ask about a post that has just reached the age; None: nobody knows what is usual after a day.

        Args:
            to_tell: whether people are told what is said, if it is worth it.
        """
        if post.day is None:
            return None
        would = projected(post, post.day)
        target = target_of(max(MULTIPLE * would, post.observed + 1.0))
        values = features_of(post, post.day, target, self._rates, bucket_s=self._bucket_s)
        x = self._scales(values)
        size = self._size.say(PERCENT, x)
        (like,) = self._cases(values, self._scales.spreads)
        made_at = post.made * self._bucket_s
        interval = size.interval and whole(size.interval, would)
        asked = Asked(
            post.post_id,
            made_at + AGES_S[self.age],
            made_at + AGES_S[DAY],
            values.astype("<f4").tobytes(),
            kinds_of(post),
            would,
            target,
            float(round(size.voices * would / PERCENT)),
            interval,
            self.reaches.say(values, x, like),
            to_tell and self.trusted and interval is not None,
        )
        self._waiting.ask((asked.as_of, asked.post_id), asked)
        return asked

    def answer(self, post_id: int, made_at: float, engaged: int) -> None:
        """Take what a post had drawn after its day, early or not; nothing is learned yet."""
        self._waiting.answer((made_at + AGES_S[self.age], post_id), engaged)

    def due(self, now: float) -> Iterator[Came]:
        """Learn, in the order of asking, from all that is answered and whose day is over; never before."""
        for asked, engaged in self._waiting.due(now):
            yield self._learn(asked, engaged, now)

    def _learn(self, asked: Asked, engaged: int, now: float) -> Came:
        values = np.frombuffer(asked.values, "<f4").astype(np.float32)
        self._scales.learn(values)
        x = self._scales(values)
        unit = asked.projected / PERCENT
        promised = asked.interval and (asked.interval[0] / unit, asked.interval[1] / unit)
        self._size.learn(PERCENT, Expected(asked.expected / unit, promised), x, engaged / unit)
        reached = engaged >= asked.target
        self._cases.learn(values, [reached])
        self._rates.learn(asked.kinds, reached)
        return Came(asked, engaged, reached, self.reaches.learn(asked.reaches, values, x, reached, now))

    def __len__(self) -> int:
        return len(self._waiting)

    def learned(self) -> bytes:
        """What its models know, without the questions."""
        models = _Models(
            self._scales.snapshot(),
            self._cases.snapshot(),
            self._rates.snapshot(),
            self.reaches.snapshot(),
            self._size.snapshot(),
        )
        return msgspec.msgpack.encode(models)

    def begin_with(self, learned: bytes, *, same_versions: bool) -> None:
        """Know what another one of this age has `learned`.

        Args:
            same_versions: see `Chance.restore`.
        """
        models = _read_models(learned)
        self._scales.restore(models.scales)
        self._cases.restore(models.cases)
        self._rates.restore(models.rates)
        self._size.restore(models.size)
        self.reaches.restore(models.reaches, same_versions=same_versions)

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers: what is learned, and what waits."""
        # `due` is told the time at every bucket: without it here, what did not change has equal bytes.
        waiting = msgspec.structs.replace(self._waiting.snapshot(), now=-math.inf)
        return {"models": self.learned(), "waiting": msgspec.msgpack.encode(waiting)}

    def restore(self, parts: Mapping[str, bytes], *, same_versions: bool) -> None:
        """Go on from a snapshot as if nothing had happened; see `begin_with`."""
        self.begin_with(parts["models"], same_versions=same_versions)
        self._waiting.restore(_read_waiting(parts["waiting"]))


def whole(percent: tuple[float, float], of: float) -> tuple[float, float]:
    """A range in percent as counts, no narrower.

    >>> whole((50.0, 210.0), 33.0)
    (16.0, 70.0)
    """
    low, high = percent
    return float(math.floor(low * of / PERCENT)), float(math.ceil(high * of / PERCENT))
