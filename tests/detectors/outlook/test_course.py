"""What came of a trend, by a picture."""

import numpy as np
import pytest

from detectors.counts.people import People
from detectors.counts.ticks import Candidate
from detectors.outlook.course import Answers, Course
from tests.detectors.making import make_candidate

WINDOW = 3


def leader(*authors: int, scope: str = "all") -> Candidate:
    """A subject that these people speak of."""
    n = len(authors)
    people = People(n, n, n, n, 0, 0, np.array(sorted(authors), "<u4").tobytes())
    return make_candidate("glass", observed=n, people=people, scope=scope)


def course_of(told: dict[int, Candidate], communities: int = 1) -> Course:
    """First asked about at bucket 100."""
    course = Course(100, 100)
    for bucket, candidate in told.items():
        course.take(bucket, candidate, communities, WINDOW)
    return course


def test_windows_that_end_after_the_question_and_do_not_overlap() -> None:
    """A picture is best.

    bucket   100 101 102 103 104 105 106
    asked      ^
    window 1     [---------]
    window 2                 [---------]
    """
    course = course_of({100: leader(1, 2), 101: leader(1, 2, 3), 103: leader(3, 4), 104: leader(8, 9), 106: leader(4)})
    assert course.after(0, 1, confined_to="all").voices == 2.0
    assert course.after(0, 2, confined_to="all").voices == 2.0  # 3 and 4, who comes again
    assert course.after(1, 1, confined_to="all").voices == 1.0
    assert course.after(2, 9, confined_to="all") == Answers(0.0, 0.0, False)


def test_the_most_is_of_any_window_that_ends_within() -> None:
    """Those between two stretches' ends count; the one at the question does not."""
    course = course_of({100: leader(*range(9)), 101: leader(1, 2, 3), 103: leader(1)})
    assert course.after(0, 1, confined_to="all").most == 3.0


@pytest.mark.parametrize(
    ("confined_to", "scope", "communities", "left"),
    [
        ("all", "all", 1, False),
        ("all", "all", 2, True),
        ("community:skincare", "community:skincare", 2, False),
        ("community:skincare", "all", 1, True),
    ],
)
def test_leaving(confined_to: str, scope: str, communities: int, left: bool) -> None:
    """A trend of a segment leaves it when it is found everywhere, one of everywhere with a second community."""
    course = course_of({101: leader(1, scope=scope)}, communities)
    assert course.after(0, 1, confined_to=confined_to).left is left


def test_a_stretch_ends_where_a_window_does() -> None:
    """Only there may be asked again; what was not told at an end had nobody."""
    course = Course(100, 100)
    ends = [course.take(bucket, leader(1, 2), 1, WINDOW) for bucket in (100, 101, 102, 103, 104, 107)]
    assert ends == [0, None, None, 1, None, None]
    assert course.after(1, 1, confined_to="all") == Answers(0.0, 2.0, False)


def test_what_is_no_longer_needed_is_forgotten() -> None:
    """Up to a stretch; what comes after is the same."""
    course = course_of({bucket: leader(bucket) for bucket in range(100, 130)})
    before = course.after(5, 3, confined_to="all")
    course.forget(5)
    assert min(course.stretches) == 6
    assert course.after(5, 3, confined_to="all") == before


def test_each_trend_has_a_course_of_its_own() -> None:
    """What is heard of one is not heard of another."""
    course_of({100: leader(1, 2)})
    assert course_of({}).current == Course(100, 100).current
    assert Course(100, 100).current[1].voices == 0.0
