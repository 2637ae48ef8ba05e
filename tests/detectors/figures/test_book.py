"""COUNT's figures: told once when a window closes, once more for every correction."""

from collections.abc import Sequence

import numpy as np
import pytest

from detectors.counts.ticks import FigureSums
from detectors.figures import book as figure_book
from detectors.figures.book import FigureBook
from detectors.figures.rows import Told, VoiceCounts

HOUR = 490_000
"""A multiple of nothing in particular, in hours since 1970."""

PER_HOUR = 4
KEEP_S = 10 * 3600.0


def book() -> FigureBook:
    return FigureBook(bucket_s=3600 / PER_HOUR, keep_s=KEEP_S)


def told(hour: int, scope: str = "all", authors: Sequence[int] = (), **sums: int) -> Told:
    """What one run tells of one scope and hour."""
    names, n = list(sums), len(sums)
    voices = VoiceCounts(0, hour, 2**32, np.array(authors, "<u4").tobytes(), np.ones(len(authors), "<i4").tobytes())
    return Told(
        [scope],
        names,
        np.zeros(n, "<u4").tobytes(),
        np.arange(n, dtype="<u2").tobytes(),
        np.full(n, hour, "<i4").tobytes(),
        np.array(list(sums.values()), "<i8").tobytes(),
        [voices] if authors else [],
        [(hour, 2, 1)],
    )


def last_bucket(hour: int) -> int:
    """The bucket that ends an hour."""
    return (hour + 1) * PER_HOUR - 1


def hourly(found: Sequence[FigureSums]) -> list[tuple[int, str, int, dict[str, int]]]:
    """Hour, scope, revision and sums of what was told of hours."""
    return [(one.start // 3600, one.scope, one.revision, one.sums) for one in found if one.width_s == 3600]


def test_a_window_is_told_when_it_closes() -> None:
    """Not before, and not again without news."""
    b = book()
    b.take([told(HOUR, posts=3)])
    assert b.due(last_bucket(HOUR) - 1) == ()
    b.take([told(HOUR, posts=1, authors=[1, 2])])
    (one,) = b.due(last_bucket(HOUR))
    assert one == FigureSums("all", HOUR * 3600, 3600, 0, {"posts": 4}, 2, 4, 2)
    assert b.due(last_bucket(HOUR + 1)) == ()


def test_corrections_are_told_when_an_hour_ends() -> None:
    """All of them in one revision."""
    b = book()
    b.take([told(HOUR, posts=3)])
    b.due(last_bucket(HOUR))
    b.take([told(HOUR, posts=1), told(HOUR + 1, posts=9)])
    b.take([told(HOUR, posts=1)])
    assert hourly(b.due(last_bucket(HOUR) + 1)) == []
    assert hourly(b.due(last_bucket(HOUR + 1))) == [
        (HOUR, "all", 1, {"posts": 5}),
        (HOUR + 1, "all", 0, {"posts": 9}),
    ]


def test_a_day_is_the_sum_of_its_hours() -> None:
    """Told when the day closes; a creator of two hours is one voice of the day."""
    b = book()
    day = HOUR // 24
    b.take([told(day * 24, posts=1, authors=[7]), told(day * 24 + 5, posts=2, authors=[7, 8])])
    found = [one for bucket in range(day * 24 * PER_HOUR, (day + 1) * 24 * PER_HOUR) for one in b.due(bucket)]
    (whole,) = (one for one in found if one.width_s == 86_400)
    assert (whole.start, whole.sums, whole.voices) == (day * 86_400, {"posts": 3}, 2)


def test_a_bucket_that_is_left_out_closes_its_hour_all_the_same() -> None:
    """In a long silence not every bucket is told."""
    b = book()
    b.take([told(HOUR, posts=3)])
    assert len(hourly(b.due(last_bucket(HOUR) + 2))) == 1


def test_a_window_that_is_final_takes_nothing() -> None:
    """It would begin anew at revision 0."""
    b = book()
    b.take([told(HOUR, posts=3)])
    b.due(last_bucket(HOUR + 10))
    b.refused()
    b.due(last_bucket(HOUR + 11))
    b.take([told(HOUR, posts=1)])
    assert hourly(b.due(last_bucket(HOUR + 12))) == []
    assert b.refused() > 0


def test_scopes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a dimension that anybody can fill, the first come stay; the others are counted."""
    monkeypatch.setitem(figure_book.MOST_SCOPES, "campaign", 2)
    b = book()
    b.take([told(HOUR, f"campaign:{n}", posts=1) for n in range(5)] + [told(HOUR, "tier:nano", posts=1)])
    b.take([told(HOUR, "campaign:1", posts=1), told(HOUR, "campaign:4", posts=1)])
    assert [scope for _, scope, _, _ in hourly(b.due(last_bucket(HOUR)))] == ["campaign:0", "campaign:1", "tier:nano"]
    assert b.refused() == 2 * 4  # of the hour and of the day
    assert b.refused() == 0


def test_only_so_many_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others follow, each once."""
    monkeypatch.setattr(figure_book, "AT_ONCE", 2)
    b = book()
    b.take([told(HOUR, f"tier:{n}", posts=1) for n in range(5)])
    found = [hourly(b.due(last_bucket(HOUR) + n)) for n in range(4)]
    assert [len(one) for one in found] == [2, 2, 1, 0]
    assert len({scope for one in found for _, scope, _, _ in one}) == 5


@pytest.mark.parametrize("cut", range(12))
def test_it_goes_on_from_a_snapshot(cut: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut anywhere: the same is told, once, and what did not change has equal bytes."""
    monkeypatch.setattr(figure_book, "AT_ONCE", 1)
    whole, going = book(), book()
    for step in range(12):
        if step == cut:
            fresh = book()
            fresh.restore(going.snapshot())
            assert fresh.snapshot() == going.snapshot()
            going = fresh
        news = [told(HOUR + step // 4, "all", [step % 3], posts=step), told(HOUR, f"tier:{step % 2}", views=1)]
        for one in (whole, going):
            one.take(news)
        assert going.due(HOUR * PER_HOUR + step) == whole.due(HOUR * PER_HOUR + step)
    assert going.snapshot() == whole.snapshot()
