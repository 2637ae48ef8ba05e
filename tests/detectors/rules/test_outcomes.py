"""A share of false alerts: learned from how alerts ended."""

import math

import pytest

from detectors.errors import DetectorError
from detectors.rules.outcomes import MOST, Outcomes
from detectors.rules.reasons import Reason
from tests.detectors.rules.alerts import alert, at


def known(outcomes: Outcomes, n: int, score: float, *, false: bool, begin: int = 0) -> None:
    """Alerts of one score, an hour apart; false ones are over half an hour later."""
    for i in range(begin, begin + n):
        key = f"{score}-{i}"
        outcomes.learn(key, alert(key, i), score)
        if false:
            outcomes.ended(key, alert(key, i + 0.5, revision=1, action="resolved"))


LATER = at(10_000).timestamp()


def test_until_enough_is_known_all_are_sent() -> None:
    """Twice as many as hold one false alert of the share."""
    outcomes = Outcomes(0.1)
    known(outcomes, 19, 5.0, false=True)

    assert outcomes.threshold(LATER) is None
    known(outcomes, 1, 4.0, false=True)
    assert outcomes.threshold(LATER) is not None


def test_low_scores_that_are_false_are_held_back() -> None:
    """The least score is that down to which few enough were false."""
    outcomes = Outcomes(0.1)
    known(outcomes, 40, 9.0, false=False)
    known(outcomes, 40, 2.0, false=True)

    assert outcomes.judge(LATER, 9.0).reason is None
    assert outcomes.judge(LATER, 2.0).reason is Reason.FALSE_SHARE
    assert outcomes.threshold(LATER) == 9.0


def test_a_stream_without_false_alerts_is_sent_whole() -> None:
    """Also its lowest score."""
    outcomes = Outcomes(0.05)
    known(outcomes, 30, 3.0, false=False)
    known(outcomes, 30, 1.0, false=False)

    assert outcomes.threshold(LATER) == 1.0


def test_where_even_the_best_are_false_nothing_is_sent() -> None:
    """Until better ones have come, which are learned from though they are held."""
    outcomes = Outcomes(0.1)
    known(outcomes, 40, 9.0, false=True)
    assert outcomes.threshold(LATER) == math.inf

    known(outcomes, 60, 10.0, false=False)
    assert outcomes.threshold(LATER) == 10.0


def test_what_has_not_lasted_yet_is_not_known() -> None:
    """An alert is true once it has lasted for its window, and not before."""
    outcomes = Outcomes(0.5)
    known(outcomes, 4, 5.0, false=False)

    assert outcomes.threshold(at(3.9).timestamp()) is None
    assert outcomes.threshold(at(4.1).timestamp()) == 5.0


def test_what_is_taken_back_is_false_whenever_that_is() -> None:
    """An end after its window is none; a retraction is."""
    outcomes = Outcomes(0.5)
    outcomes.learn("a", alert("a", 0), 1.0)
    outcomes.ended("a", alert("a", 5, revision=1, action="resolved"))
    assert [fate.false for fate in outcomes.snapshot().fates] == [False]

    outcomes.ended("a", alert("a", 9, revision=2, action="retracted"))
    assert [fate.false for fate in outcomes.snapshot().fates] == [True]


def test_what_is_remembered_is_bounded_and_survives() -> None:
    """The oldest leave; a snapshot knows the same."""
    outcomes, other = Outcomes(0.2), Outcomes(0.2)
    known(outcomes, MOST + 5, 3.0, false=False)
    other.restore(outcomes.snapshot())

    assert len(other.snapshot().fates) == MOST
    assert other.threshold(LATER) == outcomes.threshold(LATER)


@pytest.mark.parametrize("share", [0.0, 1.0, math.nan])
def test_a_share_lies_between(share: float) -> None:
    """The value is named."""
    with pytest.raises(DetectorError, match="share = "):
        Outcomes(share)
