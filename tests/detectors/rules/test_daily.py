"""Times of day where people live."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from detectors.rules.daily import next_at, within

PARIS = ZoneInfo("Europe/Paris")
"""One hour ahead of UTC in winter, two in summer."""


def utc(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("instant", "quiet"),
    [
        ("2026-01-05 20:59", False),
        ("2026-01-05 21:00", True),
        ("2026-01-06 05:59", True),
        ("2026-01-06 06:00", False),
        ("2026-07-05 20:00", True),
        ("2026-07-06 05:00", False),
    ],
)
def test_a_night_goes_over_midnight(instant: str, quiet: bool) -> None:
    """From 22:00 on and before 07:00, as the clocks there show, summer and winter."""
    assert within(utc(instant), time(22), time(7), PARIS) is quiet


def test_a_pause_within_a_day() -> None:
    """Where the end is the later."""
    assert within(utc("2026-01-05 11:30"), time(12), time(14), PARIS)
    assert not within(utc("2026-01-05 13:00"), time(12), time(14), PARIS)


@pytest.mark.parametrize(
    ("after", "comes"),
    [
        ("2026-01-05 06:59", "2026-01-05 07:00"),
        ("2026-01-05 07:00", "2026-01-06 07:00"),
        ("2026-03-28 12:00", "2026-03-29 06:00"),
        ("2026-10-24 12:00", "2026-10-25 07:00"),
    ],
)
def test_a_time_of_day_comes_once_a_day(after: str, comes: str) -> None:
    """Strictly later; over a change of the clocks it is the time people see."""
    assert next_at(utc(after), time(8), PARIS) == utc(comes)


def test_a_time_that_the_clocks_leave_out() -> None:
    """02:30 does not exist on the day summer begins: it is an hour later that day."""
    assert next_at(utc("2026-03-28 12:00"), time(2, 30), PARIS) == utc("2026-03-29 01:30")
