"""Cases like this one: what came of them, and that a restart changes nothing."""

import numpy as np
import pytest

from detectors.errors import DetectorError
from detectors.forecast.likeness import SIZE, LikeCases
from detectors.forecast.window import MISSING

SPREADS = np.ones(2)


def case(a: float, b: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Two features."""
    return np.array([a, b], np.float32)


def test_the_like_of_it_decide() -> None:
    """Near a case its answer, far from all of them the share of yes; a question that was not asked says nothing."""
    cases = LikeCases(features=2, questions=2)
    for _ in range(5):
        cases.learn(case(0.0, 0.0), [True, None])
        cases.learn(case(1.0, 1.0), [False, True])
    one, other = cases(case(0.1, 0.0), SPREADS)
    assert one.probability(0.3) > 0.9
    assert other.probability(0.3) == pytest.approx(0.4, abs=0.1)
    far, _ = cases(case(9.0, -9.0), SPREADS)
    assert far.probability(0.3) == pytest.approx(0.3, abs=0.01)


def test_without_a_case_the_share_of_yes_is_all() -> None:
    """Nothing is like it."""
    assert LikeCases(features=2, questions=1)(case(0.0, 0.0), SPREADS)[0].probability(0.2) == pytest.approx(0.2)


def test_what_is_missing_is_like_what_is_missing() -> None:
    """And far from what is known, but not endlessly so."""
    cases = LikeCases(features=2, questions=1)
    cases.learn(case(0.0, float(MISSING)), [True])
    same, other = (cases(case(0.0, b), SPREADS)[0].all for b in (float(MISSING), 1.0))
    assert same == 1.0
    assert 0.0 < other < 1e-4


def test_the_oldest_are_forgotten() -> None:
    """A ring: what was said longer ago than it holds counts no more."""
    cases = LikeCases(features=2, questions=1)
    for i in range(2 * SIZE):
        cases.learn(case(0.0, 0.0), [i >= SIZE])
    assert cases(case(0.0, 0.0), SPREADS)[0] == (SIZE, SIZE)


@pytest.mark.parametrize("seen", [0, 7, SIZE + 7])
def test_a_restart_changes_nothing(seen: int) -> None:
    """Byte for byte, also when the ring has turned."""
    rng = np.random.default_rng(1)
    whole, again = (LikeCases(features=2, questions=1) for _ in range(2))
    for _ in range(seen):
        whole.learn(case(*rng.normal(size=2)), [bool(rng.random() < 0.5)])
    again.restore(whole.snapshot())
    for cases in (whole, again):
        cases.learn(case(0.5, 0.5), [True])
    assert again(case(0.4, 0.2), SPREADS) == whole(case(0.4, 0.2), SPREADS)
    assert again.snapshot() == whole.snapshot()


def test_what_makes_no_sense_is_refused() -> None:
    """With name and value."""
    with pytest.raises(DetectorError, match="features = 0"):
        LikeCases(features=0, questions=1)
