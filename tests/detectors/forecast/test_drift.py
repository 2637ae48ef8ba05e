import random

import msgspec
import pytest

from detectors.errors import DetectorError
from detectors.forecast.drift import LossDrift, LossDriftState, Shift


def told(losses: LossDrift, chances: list[float], said: float, seed: int = 1) -> list[Shift]:
    """The shifts seen while answers of these chances come to forecasts that always say the same."""
    rng = random.Random(seed)
    shifts = (losses.learn(60.0 * i, said, rng.random() < chance) for i, chance in enumerate(chances))
    return [shift for shift in shifts if shift]


def test_a_model_that_gets_worse_is_seen() -> None:
    """Within 1,000 answers, with when, and the losses before and after."""
    shifts = told(LossDrift(), [0.05] * 5_000 + [0.3] * 3_000, said=0.05)
    assert 60.0 * 5_000 < shifts[0].at < 60.0 * 6_000
    assert shifts[0].before < shifts[0].after


def test_a_model_that_stays_is_left_alone() -> None:
    """20,000 answers without a shift."""
    losses = LossDrift()
    assert told(losses, [0.05] * 20_000, said=0.05) == []
    assert (losses.shifts, losses.last) == (0, None)
    assert losses.loss == pytest.approx(0.2, abs=0.02)


def test_a_restart_changes_nothing() -> None:
    """Through bytes and back."""
    left_alone, stopped = LossDrift(), LossDrift()
    for losses in (left_alone, stopped):
        told(losses, [0.05] * 3_000, said=0.05)
    saved = msgspec.msgpack.encode(stopped.snapshot())
    stopped = LossDrift()
    stopped.restore(msgspec.msgpack.decode(saved, type=LossDriftState))
    later = [told(losses, [0.4] * 2_000, said=0.05, seed=2) for losses in (left_alone, stopped)]
    assert later[0] == later[1] != []
    assert stopped.snapshot() == left_alone.snapshot()


def test_sure_and_wrong_is_no_number_without_end() -> None:
    """A loss is cut."""
    losses = LossDrift()
    losses.learn(0.0, 0.0, True)
    assert losses.loss == 5.0


def test_impossible_arguments_are_refused() -> None:
    """By name, value and range."""
    with pytest.raises(DetectorError, match=r"delta = 0\.0"):
        LossDrift(delta=0.0)
    with pytest.raises(DetectorError, match=r"p = 1\.1"):
        LossDrift().learn(0.0, 1.1, True)
