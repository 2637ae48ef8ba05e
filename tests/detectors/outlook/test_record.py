"""Brier scores, beside those of the share of yes."""

import pytest

from detectors.outlook.record import MEMORY, Record


def test_the_first_answers_count_alike() -> None:
    """A plain mean while there are few."""
    record = Record()
    for p, answer in ((0.5, True), (0.0, False), (0.0, True)):
        record.learn(p, 0.5, answer)
    assert record.n == 3
    assert record.brier == pytest.approx(1.25 / 3, abs=1e-4)
    assert not record.useful


def test_what_was_long_ago_is_forgotten() -> None:
    """A model that was bad and is good now."""
    record = Record()
    for i in range(int(MEMORY) * 8):
        record.learn(0.0 if i < MEMORY else 1.0, 0.5, True)
    assert record.brier < 0.01
    assert record.useful
