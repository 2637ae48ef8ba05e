"""What every creator did on its last days."""

import numpy as np

from detectors.creators.days import (
    DAY_S,
    DRAWN,
    LAST_DAYS,
    NAMED,
    POSTS,
    REPEATS,
    SETTLE_S,
    SPREAD_S,
    UNTOLD,
    CreatorDays,
    Who,
)

BUCKET_S = 3600.0
DAY = 24
"""Buckets."""

TIKTOK, INSTAGRAM = 0x102, 0x202
"""Scopes: platform and tier."""


def who(*days: int, author: int = 7, scopes: int = TIKTOK) -> Who:
    n = len(days)
    return Who(np.full(n, author, np.uint32), np.full(n, scopes, np.uint32), np.array(days))


def made(capacity: int = 1000) -> CreatorDays:
    return CreatorDays(bucket_s=BUCKET_S, capacity=capacity)


def sums_of(days: CreatorDays) -> list[list[int]]:
    found: list[list[int]] = days.table.column("sums", days.table.since(0)).tolist()
    return found


def followers_of(days: CreatorDays) -> list[int]:
    found: list[int] = days.table.column("followers", days.table.since(0)).tolist()
    return found


def test_a_day_is_of_a_creator_and_a_platform() -> None:
    """Whatever a post's format: days are apart, and so are creators and platforms."""
    days = made()
    for one in (who(3), who(3, scopes=TIKTOK | 0x50), who(4), who(3, author=8), who(3, scopes=INSTAGRAM)):
        days.post(one, np.array([UNTOLD]), 72)
    assert sorted(sums[POSTS] for sums in sums_of(days)) == [1, 1, 1, 2]


def test_followers_are_the_most_that_was_told() -> None:
    """In whatever order posts come; without a word they are not known."""
    days = made()
    days.post(who(3, 3, 4), np.array([500, UNTOLD, UNTOLD]), 72)
    days.post(who(3), np.array([480]), 73)
    assert sorted(followers_of(days)) == [UNTOLD, 500]


def test_a_deleted_post_was_not_made() -> None:
    """A day that is not known any more is left alone."""
    days = made()
    days.post(who(3, 3), np.array([UNTOLD, UNTOLD]), 72)
    days.withdraw(who(3, 2), 73)
    assert [sums[POSTS] for sums in sums_of(days)] == [1]


def test_what_is_drawn_adds_up() -> None:
    """Of each measure; a correction takes back."""
    days = made()
    days.draw(who(3, 3, 3), np.array([0, 1, 0]), np.array([10, 5, -3]), 72)
    assert [sums[:DRAWN] for sums in sums_of(days)] == [[7, 5, 0, 0, 0]]


def test_who_comments_twice_in_a_day_repeats() -> None:
    """On another day, or with another creator, they do not; nor does a creator who answers."""
    days = made()
    actors = np.array([1, 2, 1, 7 << 32], np.uint64)
    days.comment(who(3, 3, 3, 3), actors, np.ones(4, np.int64), 72)
    days.comment(who(3, 4), actors[:2], np.array([2, 1]), 73)
    days.comment(who(3, author=8), actors[:1], np.array([1]), 73)
    assert sorted((sums[NAMED], sums[REPEATS]) for sums in sums_of(days)) == [(1, 0), (1, 0), (5, 3)]


def test_a_day_is_compared_once() -> None:
    """When it has been over for a while: how long depends on the creator, not on the day."""
    days = made()
    author = 4
    days.post(who(3, author=author), np.array([UNTOLD]), 72)
    due = round((4 * DAY_S + SETTLE_S) / BUCKET_S) + author % round(SPREAD_S / BUCKET_S)
    assert [len(days.due(bucket)) for bucket in (due - 2, due - 1, due, due + 1)] == [0, 1, 0, 0]
    days.post(who(3, author=9), np.array([UNTOLD]), due + 5)
    assert len(days.due(due + 5)) == 1  # heard of too late: at once


def test_the_past_is_by_day() -> None:
    """The latest first; days of which nothing is known are left empty."""
    days = made()
    for day, followers in ((1, 100), (2, 120), (5, 150)):
        days.post(who(day), np.array([followers]), day * DAY)
    rows = days.table.find(days.table.column("key", days.table.since(0))[-1:], 5 * DAY)
    past = days.with_past(rows, 5 * DAY)
    assert past.followers.shape == (1, LAST_DAYS + 1)
    assert past.followers[0, :6].tolist() == [150, UNTOLD, UNTOLD, 120, 100, UNTOLD]
    assert past.sums[0, :6, POSTS].tolist() == [1, 0, 0, 1, 1, 0]


def test_who_is_of_another_tier_now_is_compared_with_the_former() -> None:
    """A creator who has no day before is of the tier that the day says."""
    days = made()
    days.post(who(1), np.array([9_000]), DAY)
    days.post(who(3, scopes=TIKTOK + 1), np.array([90_000]), 3 * DAY)
    rows = days.table.since(0)
    assert days.with_past(rows, 3 * DAY).scopes.tolist() == [TIKTOK, TIKTOK]
    days.post(who(3, author=8, scopes=TIKTOK + 1), np.array([90_000]), 3 * DAY)
    assert days.with_past(days.table.since(0)[-1:], 3 * DAY).scopes.tolist() == [TIKTOK + 1]


def test_it_is_bounded() -> None:
    """The oldest days leave, by number and by age; so do commenters."""
    days = made(capacity=3)
    for n in range(10):
        days.comment(who(0, author=n), np.array([99], np.uint64), np.array([1]), n)
        days.expire(n)
    assert len(days.table) == 3
    days.expire((LAST_DAYS + 4) * DAY)
    assert len(days.table) == 0


def test_it_goes_on_from_a_snapshot() -> None:
    """The same bytes, and the same days still to be compared."""
    days = made()
    days.post(who(2, 3), np.array([100, 120]), 72)
    days.comment(who(3), np.array([5], np.uint64), np.array([1]), 73)
    days.due(80)
    again = made()
    again.restore(days.snapshot())
    assert again.snapshot() == days.snapshot()
    for each in (days, again):
        each.comment(who(3), np.array([5], np.uint64), np.array([1]), 90)
    assert sums_of(again) == sums_of(days)
    assert again.due(120).tolist() == days.due(120).tolist()
