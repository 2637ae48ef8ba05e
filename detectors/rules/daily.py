"""Times of day in a zone: whether it is quiet, and when a time of day comes next. Changes of the clocks are kept to."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def of_day(text: str) -> time:
    """A time of day, HH:MM."""
    return time.fromisoformat(text)


def within(at: float, begin: time, end: time, zone: ZoneInfo) -> bool:
    """Whether an instant lies in [begin, end) of a day in a zone; over midnight where the end is the earlier.

    Args:
        at: epoch seconds.

    >>> night = time(22), time(7), ZoneInfo("Europe/Paris")
    >>> within(datetime(2026, 1, 1, 21, 30, tzinfo=UTC).timestamp(), *night)  # 22:30 there
    True
    """
    now = datetime.fromtimestamp(at, UTC).astimezone(zone).time()
    return begin <= now < end if begin < end else now >= begin or now < end


def next_at(after: float, when: time, zone: ZoneInfo) -> float:
    """The first instant later than `after` at which it is that time in a zone; epoch seconds.

    A time that a change of the clocks leaves out comes an hour later on that day; one that comes twice, the first time.
    """
    today = datetime.fromtimestamp(after, UTC).astimezone(zone).date()
    return next(at for at in (_instant(today, days, when, zone) for days in range(-1, 4)) if at > after)


def _instant(day: date, days: int, when: time, zone: ZoneInfo) -> float:
    return datetime.combine(day + timedelta(days=days), when, zone).timestamp()
