"""What a backtest taught the models of forecasts: how much, how well, and whether it is enough to be told."""

from collections.abc import Iterator

import msgspec

from detectors.outlook.horizon import Horizon
from detectors.outlook.outlook import Outlook

DIGITS = 4


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """Of one question over one horizon.

    Attributes:
        question: reaches, doubles or leaves. horizon: 6h or 24h.
        answers: learned from, since the last drift.
        brier, base: Brier score of the model and of the share of yes, over the last of them; None: no answer.
        told: whether who begins with it tells its forecasts from the first trend on.
        missing: answers that are still needed.
    """

    question: str
    horizon: str
    answers: int
    brier: float | None
    base: float | None
    told: bool
    missing: int


def learned_of(outlook: Outlook, least: int) -> tuple[Learned, ...]:
    """Every model of it.

    Args:
        least: answers that must have been learned before anything is told.
    """
    return tuple(each for name, horizon in outlook.horizons() for each in _of(name, horizon, least))


def _of(name: str, horizon: Horizon, least: int) -> Iterator[Learned]:
    for question, chance in horizon.chances():
        record = chance.record
        yield Learned(
            question=question,
            horizon=name,
            answers=record.n,
            brier=record.brier if record.n else None,
            base=round(record.base, DIGITS) if record.n else None,
            told=horizon.trusts(chance) and horizon.trusts(horizon.reaches),
            missing=max(0, least - record.n),
        )
