"""How good probabilities were, given what came. It knows no forecaster."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

LEAST_P = 1e-4
"""Probabilities are cut here: one that was sure and wrong must not cost everything."""
BINS = 10
DIGITS = 4


class Answered(NamedTuple):
    """A probability, what was known without any model, and what came."""

    p: float
    base: float
    yes: bool


class Scores(NamedTuple):
    """Over n answers.

    Attributes:
        yes: share of them.
        brier, log_loss: mean squared error, and mean of -ln of what came; lower is better.
        brier_skill, log_loss_skill: share of the base's loss that is saved; None: it has none.
        calibration_error: what was said against what came, over ten bins of equal width, weighted by their answers.
        pr_auc: average precision, 0 to 1, where chance is the share of yes; None: no answer was yes.
    """

    n: int
    yes: float
    brier: float
    brier_skill: float | None
    log_loss: float
    log_loss_skill: float | None
    calibration_error: float
    pr_auc: float | None


def scores_of(answers: Sequence[Answered]) -> Scores | None:
    """The scores; None of none.

    Source: Brier, Verification of forecasts expressed in terms of probability, 1950; Naeini, Cooper and Hauskrecht,
    Obtaining well calibrated probabilities using Bayesian binning, AAAI 2015 (the calibration error); Davis and
    Goadrich, The relationship between precision-recall and ROC curves, ICML 2006 (why the area is not interpolated).

    >>> scores = scores_of([Answered(0.9, 0.5, True), Answered(0.1, 0.5, False)])
    >>> scores.brier, scores.brier_skill, scores.log_loss, scores.calibration_error, scores.pr_auc
    (0.01, 0.96, 0.1054, 0.1, 1.0)
    """
    n = len(answers)
    if not n:
        return None
    brier, log_loss = _brier((a.p, a.yes) for a in answers) / n, _log_loss((a.p, a.yes) for a in answers) / n
    base_brier = _brier((a.base, a.yes) for a in answers) / n
    base_log_loss = _log_loss((a.base, a.yes) for a in answers) / n
    return Scores(
        n,
        round(sum(a.yes for a in answers) / n, DIGITS),
        round(brier, DIGITS),
        _skill(brier, base_brier),
        round(log_loss, DIGITS),
        _skill(log_loss, base_log_loss),
        round(_calibration_error(answers), DIGITS),
        _average_precision(answers),
    )


def with_share(said: Iterable[tuple[float, bool]]) -> list[Answered]:
    """Probabilities and answers, in order of time, each beside the share of yes before it."""
    answers, yes = list[Answered](), 0
    for n, (p, answer) in enumerate(said):
        answers.append(Answered(p, (yes + 1) / (n + 2), answer))
        yes += answer
    return answers


def _brier(said: Iterable[tuple[float, bool]]) -> float:
    return sum((p - yes) ** 2 for p, yes in said)


def _log_loss(said: Iterable[tuple[float, bool]]) -> float:
    return -sum(math.log(max(LEAST_P, p if yes else 1.0 - p)) for p, yes in said)


def _skill(loss: float, base: float) -> float | None:
    return round(1.0 - loss / base, DIGITS) if base > 0 else None


def _calibration_error(answers: Sequence[Answered]) -> float:
    off = [0.0] * BINS
    for a in answers:
        off[min(BINS - 1, int(a.p * BINS))] += a.p - a.yes
    return sum(map(abs, off)) / len(answers)


def _average_precision(answers: Sequence[Answered]) -> float | None:
    """Precision where each next probability is the bar, weighted by the yes that it adds; equals come together."""
    yes_of, all_of = Counter[float](), Counter[float]()
    for a in answers:
        yes_of[a.p] += a.yes
        all_of[a.p] += 1
    found = asked = 0
    area = 0.0
    for p in sorted(all_of, reverse=True):
        found, asked = found + yes_of[p], asked + all_of[p]
        area += yes_of[p] * found / asked
    return round(area / found, DIGITS) if found else None
