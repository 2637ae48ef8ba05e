"""How good a forecaster's probabilities were, beside the share of yes. It forecasts nothing."""

import msgspec

MEMORY = 500.0
"""Answers that the means look back on, about."""
DIGITS = 4


class Record(msgspec.Struct, array_like=True):
    """Running means of the Brier score over the last `MEMORY` answers.

    Attributes:
        n: answers since it began.
        loss, base: Brier score of the forecaster, and of the share of yes as it was known then.

    >>> record = Record()
    >>> for answer in [True, False] * 10: record.learn(0.9 if answer else 0.2, 0.5, answer)
    >>> record.n, record.brier, record.useful
    (20, 0.025, True)
    """

    n: int = 0
    loss: float = 0.0
    base: float = 0.0

    def learn(self, p: float, base: float, answer: bool) -> None:
        """Take in the answer to a forecast of probability p, where the share of yes was `base`."""
        self.n += 1
        step = max(1.0 / self.n, 1.0 / MEMORY)
        self.loss += step * ((p - answer) ** 2 - self.loss)
        self.base += step * ((base - answer) ** 2 - self.base)

    @property
    def brier(self) -> float:
        """Brier score, 0 to 1; lower is better."""
        return round(self.loss, DIGITS)

    @property
    def useful(self) -> bool:
        """Whether it was at least as good as the share of yes."""
        return self.brier <= round(self.base, DIGITS)
