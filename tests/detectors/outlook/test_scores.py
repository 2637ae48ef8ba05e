"""Scores of probabilities, by hand."""

import math

import pytest

from detectors.outlook.scores import Answered, scores_of, with_share


def test_of_none_nothing_is_known() -> None:
    """Not 0."""
    assert scores_of([]) is None


def test_by_hand() -> None:
    """Two of three were right."""
    scores = scores_of([Answered(0.8, 0.5, True), Answered(0.8, 0.5, False), Answered(0.3, 0.5, False)])
    assert scores is not None
    assert scores.brier == pytest.approx((0.04 + 0.64 + 0.09) / 3, abs=1e-4)
    assert scores.log_loss == pytest.approx(-(math.log(0.8) + math.log(0.2) + math.log(0.7)) / 3, abs=1e-4)
    assert scores.calibration_error == pytest.approx((0.6 + 0.3) / 3, abs=1e-4)
    assert scores.brier_skill == pytest.approx(1 - (0.77 / 3) / 0.25, abs=1e-3)


def test_one_that_was_sure_and_wrong_costs_a_bound() -> None:
    """Else one answer would decide everything."""
    scores = scores_of([Answered(1.0, 0.5, False)])
    assert scores is not None
    assert scores.log_loss == pytest.approx(-math.log(1e-4), abs=1e-3)


def test_the_share_of_yes_is_that_of_before() -> None:
    """An answer is not known when it is asked for."""
    answers = with_share([(0.9, True), (0.8, True), (0.1, False)])
    assert [a.base for a in answers] == [0.5, 2 / 3, 0.75]


@pytest.mark.parametrize(
    ("said", "area"),
    [
        ([(0.9, True), (0.8, False), (0.7, True), (0.1, False)], (1 / 1 + 2 / 3) / 2),
        ([(0.9, False), (0.8, True)], 1 / 2),
        ([(0.9, True), (0.8, True), (0.1, False)], 1.0),
        ([(0.5, True), (0.5, False), (0.5, False), (0.5, False)], 1 / 4),
        ([(0.9, True), (0.5, False), (0.5, True)], (1 / 1 + 2 / 3) / 2),
        ([(0.2, False)], None),
    ],
)
def test_the_area_under_precision_and_recall(said: list[tuple[float, bool]], area: float | None) -> None:
    """Each yes weighs the precision down to it; equal probabilities are one bar; of no yes nothing is known."""
    for order in (said, said[::-1]):
        scores = scores_of([Answered(p, 0.5, yes) for p, yes in order])
        assert scores is not None
        assert scores.pr_auc == (None if area is None else pytest.approx(area, abs=1e-4))
