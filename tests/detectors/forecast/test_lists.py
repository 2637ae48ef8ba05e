import math
from typing import Any

import msgspec
import pytest

from detectors.forecast.lists import NAMES, ListFeatures, ListsState

T0 = 1_700_000_000 // 3600 * 3600.0


def row(hour: int, rank: int, heat: float = 1000.0, **more: Any) -> dict[str, Any]:
    """A topic that was never listed before, unless more is said."""
    x: dict[str, Any] = {
        "at": T0 + 3600 * hour,
        "rank": rank,
        "heat": heat,
        "reads": 100.0,
        "discussions": 10.0,
        "posts": 1.0,
    }
    x |= {"category": "c", "age_h": 0.0, "list_size": 50, "ranks": [None] * 5 + [rank], "heats": [None] * 5 + [heat]}
    return x | more


def named(features: ListFeatures, x: dict[str, Any]) -> dict[str, float]:
    return dict(zip(NAMES, features(x), strict=False))


def test_there_is_a_number_for_every_name() -> None:
    """All but the last two, which are the caller's."""
    assert len(ListFeatures()(row(0, 11))) == len(NAMES) - 2


def test_a_topic_is_followed_by_its_ranks() -> None:
    """Rank 20 an hour ago was this one: its reads then are known, though titles are not."""
    features = ListFeatures()
    features(row(0, 11, reads=7.0))
    features(row(0, 20, reads=100.0))
    known = named(features, row(1, 15, reads=400.0, ranks=[None] * 4 + [20, 15], heats=[None] * 4 + [500.0, 1000.0]))
    assert known["more_reads"] == pytest.approx(math.log(4.0))
    assert known["new_reads"] == pytest.approx(math.log(300.0 / 1000.0))
    assert (known["listed"], known["climb"]) == (2, 5)
    assert known["growth"] == pytest.approx(math.log(2.0))


def test_a_topic_that_was_in_the_first_ten_keeps_its_past() -> None:
    """It was not asked about in between; two hours ago it was."""
    features = ListFeatures()
    features(row(0, 12))
    features(row(1, 11))
    ranks, heats = [None] * 3 + [12, 3, 14], [None] * 3 + [1000.0, 4000.0, 2000.0]
    known = named(features, row(2, 14, heat=2000.0, ranks=ranks, heats=heats))
    assert (known["listed"], known["top_hours"], known["since_top"]) == (2, 1, 1.0)
    assert known["below_peak"] == pytest.approx(-math.log(2.0))


def test_rows_above_are_rivals() -> None:
    """New ones, fallen ones, faster ones, and how far ahead they are."""
    features = ListFeatures()
    features(row(0, 11))
    features(row(1, 11, heat=4000.0))
    features(row(1, 12, heat=3000.0, ranks=[None] * 4 + [9, 12], heats=[None] * 4 + [6000.0, 3000.0]))
    known = named(features, row(1, 13, 2000.0, ranks=[None] * 4 + [18, 13], heats=[None] * 4 + [1900.0, 2000.0]))
    assert [known[name] for name in ("above", "entries_above", "fallen_above", "faster_above")] == [2, 1, 1, 0]
    assert known["gap"] == pytest.approx(-math.log(2.0))
    assert known["step"] == pytest.approx(math.log(1.5))


def test_what_is_not_known_is_not_a_number() -> None:
    """A new topic has no growth, whether or not the list says how often it was read."""
    known = named(ListFeatures(), row(0, 11, reads=None, heat=0.0))
    assert all(math.isnan(known[name]) for name in ("growth", "climb", "more_reads", "since_top", "tide"))
    assert known["reads"] == 0.0


def test_the_future_and_the_order_below_do_not_matter() -> None:
    """What stands below a row, or comes later, cannot change it: it has not been read yet."""
    one, other = ListFeatures(), ListFeatures()
    for features in (one, other):
        features(row(0, 11))
    first = one(row(1, 11))
    one(row(1, 12))
    assert repr(first) == repr(other(row(1, 11)))


def test_a_restart_changes_nothing() -> None:
    """In the middle of a list."""
    features, again = ListFeatures(), ListFeatures()
    for hour in range(9):
        for rank in range(11, 20):
            features(row(hour, rank, reads=None if rank == 13 else 10.0 * hour))
    features(row(9, 11))
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(features.snapshot()), type=ListsState))
    assert repr(again.snapshot()) == repr(features.snapshot())
    assert repr(again(row(9, 12))) == repr(features(row(9, 12)))
    assert len(features.snapshot().lists) == 6
