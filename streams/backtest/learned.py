"""What a backtest taught the models of forecasts: how much, how well, and whether it is enough to be told."""

from collections.abc import Iterator

import msgspec

from detectors.outlook.horizon import Horizon
from detectors.outlook.record import Record
from detectors.stages.forecasters import Forecasters

DIGITS = 4


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """Of one question over one horizon.

    Attributes:
        question: reaches, doubles or leaves.
        horizon: 6h or 24h of trends; post-23h and post-18h: from an age of a post to the end of its day.
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


def learned_of(forecasters: Forecasters, least: int) -> tuple[Learned, ...]:
    """Every model of it.

    Args:
        least: answers that must have been learned before anything is told.
    """
    trends = (each for name, horizon in forecasters.trends.horizons() for each in _of(name, horizon, least))
    posts = (
        _said("reaches", name, horizon.reaches.record, horizon.trusted, least)
        for name, horizon in forecasters.posts.horizons()
    )
    return (*trends, *posts)


def _of(name: str, horizon: Horizon, least: int) -> Iterator[Learned]:
    for question, chance in horizon.chances():
        told = horizon.trusts(chance) and horizon.trusts(horizon.reaches)
        yield _said(question, name, chance.record, told, least)


def _said(question: str, name: str, record: Record, told: bool, least: int) -> Learned:
    return Learned(
        question=question,
        horizon=name,
        answers=record.n,
        brier=record.brier if record.n else None,
        base=round(record.base, DIGITS) if record.n else None,
        told=told,
        missing=max(0, least - record.n),
    )
