"""Questions between being asked and being learned from: an answer is handed on when its time has come, never before."""

from collections.abc import Iterator
from typing import Generic, TypeVar

import msgspec

from detectors.errors import DetectorError

Key = tuple[float, int]
"""(when it was asked, epoch seconds; which of those asked then)."""
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
MOST = 20_000
"""Questions kept; beyond it the oldest goes unanswered."""


class WaitingState(msgspec.Struct, Generic[Asked, Answer], frozen=True, array_like=True):
    """All that is remembered, in order of asking; the answer is None while it is not known."""

    now: float
    questions: tuple[tuple[Key, Asked, Answer | None], ...]


class Waiting(Generic[Asked, Answer]):
    """What was asked, until it may be learned: answered, and at least `horizon_s` after it was asked.

    The clock is that of the data: it is where the caller says, and never goes back.

    Args:
        horizon_s: seconds from a question to its answer. > 0.
        keep_s: seconds after which a question that got no answer is forgotten. > horizon_s.

    Raises: DetectorError for an argument out of range.
    State: at most `MOST` questions.

    >>> waiting = Waiting[str, bool](horizon_s=60.0, keep_s=600.0)
    >>> waiting.ask((0.0, 1), "rain?")
    >>> waiting.answer((0.0, 1), True)  # too early to be true: it is kept
    True
    >>> list(waiting.due(59.0)), list(waiting.due(60.0))
    ([], [('rain?', True)])
    """

    def __init__(self, *, horizon_s: float, keep_s: float) -> None:
        if not 0.0 < horizon_s < keep_s:
            raise DetectorError(f"horizon_s = {horizon_s} must be > 0 and keep_s = {keep_s} > horizon_s")
        self.horizon_s, self.keep_s = horizon_s, keep_s
        self.now = float("-inf")
        self._asked: dict[Key, Asked] = {}
        self._answers: dict[Key, Answer] = {}

    def __len__(self) -> int:
        return len(self._asked)

    def ask(self, key: Key, asked: Asked) -> None:
        """Remember a question. Questions come in order of time."""
        self._asked[key] = asked
        if len(self._asked) > MOST:
            self._forget(next(iter(self._asked)))

    def answer(self, key: Key, answer: Answer) -> bool:
        """Take an answer, early or not; False if nobody asked, or it was forgotten."""
        known = key in self._asked
        if known:
            self._answers[key] = answer
        return known

    def due(self, now: float) -> Iterator[tuple[Asked, Answer]]:
        """Moves the clock to `now` and hands over, in order of asking, what may be learned."""
        self.now = max(self.now, now)
        ripe = [key for key in self._answers if key[0] <= self.now - self.horizon_s]
        for key in sorted(ripe):
            yield self._asked.pop(key), self._answers.pop(key)
        while self._asked and next(iter(self._asked))[0] < self.now - self.keep_s:
            self._forget(next(iter(self._asked)))

    def _forget(self, key: Key) -> None:
        del self._asked[key]
        self._answers.pop(key, None)

    def snapshot(self) -> WaitingState[Asked, Answer]:
        """All it remembers."""
        questions = tuple((key, asked, self._answers.get(key)) for key, asked in self._asked.items())
        return WaitingState(self.now, questions)

    def restore(self, state: WaitingState[Asked, Answer]) -> None:
        """Go on from a snapshot."""
        self.now = state.now
        self._asked = {key: asked for key, asked, _ in state.questions}
        self._answers = {key: answer for key, _, answer in state.questions if answer is not None}
