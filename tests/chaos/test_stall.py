"""A run that takes long is no failure; one in which nothing moves is."""

import time

import pytest

from tests.chaos.faults import Stall


def test_only_standing_still_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it takes, as long as it moves now and then."""
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    stall = Stall(10.0)
    for bucket in range(5):
        now += 9.0
        stall.check(bucket, "on its way")
    now += 11.0
    with pytest.raises(AssertionError, match="nothing moved for 10 s: 4 of 5"):
        stall.check(4, "4 of 5")
