"""The last posts of every creator and what they have drawn."""

import numpy as np
import numpy.typing as npt

from detectors.performance.history import PostHistory
from detectors.performance.usual import NONE

BUCKET_S = 600.0
HOUR = 6
"""Buckets."""

ZERO = np.zeros(1, np.int64)


def known(drawn: npt.NDArray[np.int64]) -> list[int]:
    """The counts of the only post that was asked about, the latest first."""
    found: list[int] = drawn[0][drawn[0] != NONE].tolist()
    return found


def history(creators: list[int], made: list[int], *, paid: bool = False, capacity: int = 1000) -> PostHistory:
    """Posts 100, 101, ... of these creators, made in these buckets; their numbers are 0, 1, ..."""
    found, n = PostHistory(bucket_s=BUCKET_S, capacity=capacity), len(creators)
    for i in range(n):  # as buckets close
        found.append(
            np.array([creators[i]], np.uint32),
            np.array([100 + i], np.uint64),
            np.array([made[i]]),
            np.full(1, 0x123, np.uint32),
            np.array([paid]),
        )
    return found


def engage(found: PostHistory, number: int, bucket: int, amount: int) -> None:
    """So many likes of one post, as single acts."""
    found.engage(np.array([number]), np.array([bucket]), np.array([amount]))
    found.note_acts(np.array([number]))


def count_total(found: PostHistory, number: int, bucket: int, growth: int) -> None:
    """A running total of one post that has grown by so much."""
    found.engage(np.array([number]), np.array([bucket]), np.array([growth]))
    found.note_told(np.array([number]))
    found.note_totals(np.array([number]), np.array([bucket]))


def test_a_count_is_up_to_an_age() -> None:
    """What came later, and before the post itself was made by a clock that is wrong, counts where it belongs."""
    found = history([1], [10])
    for bucket, likes in ((9, 1), (10, 2), (15, 4), (16, 8), (45, 16), (46, 32), (153, 64), (154, 128)):
        engage(found, 0, bucket, likes)
    rows = found.posts.since(0)
    assert [int(found.counts(rows, np.array([age]))[0]) for age in range(3)] == [7, 31, 127]


def test_a_post_is_compared_once_an_age() -> None:
    """When its last bucket is closed, and not again."""
    found = history([1], [10])
    engage(found, 0, 10, 1)
    rows = found.posts.since(0)
    assert len(found.due(rows, 14)[0]) == 0
    assert found.due(rows, 15)[1].tolist() == [0]
    assert len(found.due(rows, 44)[0]) == 0
    assert found.due(rows, 200)[1].tolist() == [1, 2]


def test_a_total_counts_from_the_second_half_of_an_age() -> None:
    """One of the first minutes says little about an hour, and the total of tomorrow nothing."""
    for bucket, ages in ((10, []), (12, []), (13, [0]), (15, [0]), (16, []), (28, [1]), (82, [2]), (200, [])):
        found = history([1], [10])
        count_total(found, 0, bucket, 5)
        assert found.due(found.posts.since(0), 300)[1].tolist() == ages


def test_missing_is_not_zero() -> None:
    """Where a platform tells totals, a post without any is not known; elsewhere it has drawn nothing."""
    silent = history([1, 2], [10, 10])
    engage(silent, 0, 10, 3)
    assert len(silent.due(silent.posts.since(0)[1:], 15)[0]) == 1
    telling = history([1, 2], [10, 10])
    count_total(telling, 0, 14, 3)
    assert len(telling.due(telling.posts.since(0)[1:], 15)[0]) == 0


def test_a_first_total_that_says_nothing_is_no_zero() -> None:
    """Of a post that was found with its total nothing is known, nor of the others of a platform that tells them."""
    found = history([1, 2], [10, 10])
    found.note_told(ZERO)
    assert len(found.due(found.posts.since(0), 15)[0]) == 0


def test_totals_below_what_they_were_at_first_are_not_known() -> None:
    """A figure that falls as it rises is no total: its posts have no zeros that others could stand out from."""
    for growth, ages in ((5, [0]), (0, [0]), (-5, [])):
        found = history([1], [10])
        count_total(found, 0, 14, growth)
        assert found.due(found.posts.since(0), 15)[1].tolist() == ages


def test_what_comes_late_corrects_what_is_expected() -> None:
    """The count of an earlier post is that of its age, whenever it is told; a fall takes back, and never below 0."""
    found = history([1, 1, 1], [0, 100, 300])
    for number, bucket, likes in ((0, 0, 10), (1, 100, 20), (0, 2, 5), (1, 101, -30)):
        engage(found, number, bucket, likes)
    last = found.posts.since(0)[2:]
    assert known(found.own(last, ZERO, 100, 400)) == [0, 15]


def test_only_posts_that_are_old_enough_are_expected_by() -> None:
    """Of an hour ago one knows the first hour, not the first day; never more than so many."""
    found = history([1] * 5, [0, 200, 400, 600, 610])
    for number in range(5):
        engage(found, number, [0, 200, 400, 600, 610][number], number + 1)
    last = found.posts.since(0)[4:]
    assert known(found.own(last, ZERO, 3, 620)) == [4, 3, 2]
    assert known(found.own(last, ZERO + 2, 3, 620)) == [3, 2]


def test_a_pool_is_of_all_creators_and_paid_posts_have_their_own() -> None:
    """Others of the same platform, format and tier; what is paid for is compared with what is paid for."""
    found = history([1, 2, 3], [0, 0, 100])
    for number in range(2):
        engage(found, number, 0, number + 1)
    assert sorted(known(found.pools(found.posts.since(0)[2:], ZERO, 5, 200))) == [1, 2]
    found.append(
        np.array([1], np.uint32), np.array([9], np.uint64), np.array([150]), np.full(1, 0x123, np.uint32), ZERO == 0
    )
    paid = found.posts.since(3)
    for drawn in (found.pools(paid, ZERO, 5, 200), found.own(paid, ZERO, 5, 200)):
        assert known(drawn) == []


def test_a_deleted_post_leaves() -> None:
    """It is neither compared nor expected by; who was told of it hears so, once."""
    found = history([1, 1], [0, 100])
    engage(found, 0, 0, 10)
    found.sent(found.posts.since(0)[:1])
    assert found.drop(ZERO).tolist() == [100]
    assert found.drop(ZERO).tolist() == []
    assert found.drop(ZERO + 1).tolist() == []
    assert known(found.own(found.posts.since(0)[1:], ZERO, 5, 200)) == []
    assert len(found.due(found.posts.since(0), 300)[0]) == 0


def test_the_oldest_leave() -> None:
    """Never more posts than there is room for; who was not seen for longest is forgotten."""
    found = history([1, 2, 2, 2], [0, 1, 2, 3], capacity=2)
    for number in range(4):
        engage(found, number, number, 1)
    found.expire(3)
    assert len(found.posts) == 2
    last = found.posts.since(0)[1:]
    assert known(found.own(last, ZERO, 100, 100)) == [1]
    assert known(found.pools(last, ZERO, 3, 100)) == [1]


def test_posts_of_one_creator_in_one_bucket_follow_one_another() -> None:
    """Each is expected by those before it."""
    found = PostHistory(bucket_s=BUCKET_S, capacity=100)
    numbers = found.append(
        np.array([7, 8, 7, 7], np.uint32),
        np.arange(4, dtype=np.uint64),
        ZERO.repeat(4),
        np.full(4, 0x123, np.uint32),
        np.zeros(4, np.bool_),
    )
    for i, number in enumerate(numbers.tolist()):
        engage(found, number, 0, 10 * (i + 1))
    third = found.posts.numbered(numbers[3:])
    assert known(found.own(third, ZERO, 5, 50)) == [30, 10]


def test_it_goes_on_from_a_snapshot() -> None:
    """The same posts, the same expectations."""
    found, other = history([1, 2, 1], [0, 1, 2]), PostHistory(bucket_s=BUCKET_S, capacity=1000)
    count_total(found, 1, 4, 3)
    other.restore(found.snapshot())
    assert other.snapshot() == found.snapshot()
    for each in (found, other):
        engage(each, 2, 3, 6)
    rows = found.posts.since(0)
    args = rows, np.zeros(len(rows), np.int64), 5, 50
    assert np.array_equal(other.pools(other.posts.since(0), *args[1:]), found.pools(*args))
