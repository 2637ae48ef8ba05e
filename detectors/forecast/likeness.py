"""What came of cases like this one: the last answers, each weighted by how like its features are. It fits nothing."""

from typing import NamedTuple

import msgspec
import numpy as np

from detectors.errors import DetectorError
from detectors.forecast.dynamic import WIDEST, Floats
from detectors.forecast.window import Values

SIZE = 500
"""Cases kept."""
NEAR = 0.15
"""Mean distance of the features, in deviations, at which a case weighs 1 / e."""
PRIOR = 0.1
"""Weight of the share of yes: what is said where no case is like this one."""
UNKNOWN = -1


class Like(NamedTuple):
    """Of one question: the weight of all cases that it was asked of, and of those whose answer was yes."""

    all: float
    yes: float

    def probability(self, base: float) -> float:
        """Of yes, given the share of yes over everything."""
        return (self.yes + PRIOR * base) / (self.all + PRIOR)


class CasesState(msgspec.Struct, frozen=True, array_like=True):
    """f4[held, features] and i1[held, questions], in the order of the ring; the place of the next."""

    values: bytes
    answers: bytes
    place: int


class LikeCases:
    """The last cases and the answers to several questions about each.

    Weight of a case = exp(-mean(min(3, |x - x'| / deviation)) / NEAR), over the features.

    Args:
        features, questions: how many. >= 1.

    Cost: O(SIZE * features), 40 us for 500 cases of 31. State: 66 kB of these.
    Raises: DetectorError for an argument out of range.
    Source: Nadaraya, On estimating regression, 1964; Watson, Smooth regression analysis, 1964; the kernel of Mondrian
    forests is of this shape (Balog et al., The Mondrian kernel, UAI 2016).

    >>> cases = LikeCases(features=1, questions=1)
    >>> for i in range(20): cases.learn(np.array([i % 2], np.float32), [i % 2 == 1])
    >>> round(cases(np.array([1.0], np.float32), np.ones(1))[0].probability(0.5), 2)
    0.99
    """

    def __init__(self, *, features: int, questions: int) -> None:
        if features < 1 or questions < 1:
            raise DetectorError(f"features = {features} and questions = {questions} must be >= 1")
        self._held, self._place = 0, 0
        self._values = np.zeros((SIZE, features), np.float32)
        self._answers = np.full((SIZE, questions), UNKNOWN, np.int8)

    def __call__(self, values: Values, spreads: Floats) -> list[Like]:
        """What came of the like of it, question by question: f4[features], f8[features]."""
        held = slice(0, self._held)
        apart = self._values[held] - values
        apart *= (1.0 / spreads).astype(np.float32)
        np.abs(apart, out=apart)
        np.minimum(apart, np.float32(WIDEST), out=apart)
        weights = np.exp(apart.sum(1).astype(np.float64) / (-NEAR * len(values)))[:, None]
        known, yes = self._answers[held] != UNKNOWN, self._answers[held] == 1
        return list(map(Like, (weights * known).sum(0).tolist(), (weights * yes).sum(0).tolist()))

    def learn(self, values: Values, answers: list[bool | None]) -> None:
        """Take in a case; None: it was not asked."""
        self._values[self._place] = values
        self._answers[self._place] = [UNKNOWN if answer is None else answer for answer in answers]
        self._place = (self._place + 1) % SIZE
        self._held = min(self._held + 1, SIZE)

    def snapshot(self) -> CasesState:
        """All it remembers."""
        held = slice(0, self._held)
        return CasesState(self._values[held].astype("<f4").tobytes(), self._answers[held].tobytes(), self._place)

    def restore(self, state: CasesState) -> None:
        """Go on from a snapshot."""
        answers = np.frombuffer(state.answers, np.int8).reshape(-1, self._answers.shape[1])
        self._held, self._place = len(answers), state.place
        self._answers[: self._held] = answers
        self._values[: self._held] = np.frombuffer(state.values, "<f4").reshape(-1, self._values.shape[1])
