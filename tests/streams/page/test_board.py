"""What the page keeps, and what it tells a browser that was away."""

import json
from typing import Any

import msgspec
import pytest

from config.sections import Page
from streams.page.board import DAY_S, Board
from streams.page.health import StreamHealth
from streams.page.position import Position
from streams.page.shelf import Shelf
from tests.streams.page.told import alert, trend, value


def board(**settings: int) -> Board:
    return Board(Page(**settings), 20.0)  # type: ignore[arg-type]


def put(on: Board, trend_id: str, **changes: Any) -> None:
    on.take_trend(trend_id, value(trend(trend_id, **changes)))


def changes(on: Board, since: Position) -> dict[str, Any]:
    news = on.since(since, "en")
    assert news is not None
    found: dict[str, Any] = json.loads(news)
    return found


def ids(found: list[dict[str, Any]]) -> set[str]:
    return {each["id"] for each in found}


def test_a_browser_gets_all_then_what_changed() -> None:
    """Changed, gone, and nothing else."""
    on = board()
    put(on, "t1")
    put(on, "t2")
    put(on, "t3")
    known = on.position
    put(on, "t2", observed=99.0)
    on.take_trend("t3", None)

    assert ids(json.loads(on.whole("en"))["trends"]) == {"t1", "t2"}
    news = changes(on, known)
    assert ids(news["trends"]) == {"t2"}
    assert news["gone"] == ["t3"]
    assert news["position"] == str(on.position)


def test_nothing_new_is_nothing() -> None:
    """Who knows all gets no trend."""
    on = board()
    put(on, "t1")

    news = changes(on, on.position)

    assert (news["trends"], news["gone"], news["alerts"]) == ([], [], [])


@pytest.mark.parametrize("position", [None, Position("another board", 1), Position("", 0)])
def test_a_position_of_another_board_is_no_position(position: Position | None) -> None:
    """After a restart of the page, or behind a balancer, all of it is asked for."""
    assert board().since(position, "en") is None


def test_a_position_ahead_of_the_board_is_none() -> None:
    """Nobody can know what did not happen."""
    on = board()

    assert on.since(Position(on.epoch, on.seq + 1), "en") is None


def test_the_least_are_left_out_and_counted() -> None:
    """Memory is bounded; what stays is what ranks first."""
    on = board(max_trends=10)
    for i in range(14):
        put(on, f"t{i}", observed=100.0 + i)

    whole = json.loads(on.whole("en"))
    assert ids(whole["trends"]) == {f"t{i}" for i in range(4, 14)}
    assert (whole["left_out"], whole["max_trends"]) == (4, 10)


def test_a_trend_left_out_that_is_forgotten_counts_no_more() -> None:
    """Its tombstone comes all the same."""
    on = board(max_trends=10)
    for i in range(11):
        put(on, f"t{i}", observed=100.0 + i)

    on.take_trend("t0", None)

    assert json.loads(on.whole("en"))["left_out"] == 0


def test_too_many_gone_is_forgotten_and_known_as_such() -> None:
    """A browser that was away for so long asks for everything."""
    on = board(max_trends=10)
    put(on, "t1")
    known = on.position
    for i in range(100):
        put(on, f"x{i}")
        on.take_trend(f"x{i}", None)

    assert on.since(known, "en") is None
    assert changes(on, Position(on.epoch, on.seq - 2))["gone"] == ["x99"]


def test_alerts_come_once_and_go_after_a_day() -> None:
    """Published again after a restart, the first stands; the page says which went."""
    on = board()
    on.take_alert(value(alert("a1")), at=1000.0)
    on.take_alert(value(alert("a1")), at=2000.0)
    on.take_alert(value(alert("a2")), at=3000.0)
    known = on.position

    on.expire(1500.0 + DAY_S)

    assert changes(on, known)["alerts_gone"] == ["a1.0.fired"]
    assert ids(json.loads(on.whole("en"))["alerts"]) == {"a2.0.fired"}


def test_each_language_has_its_own_words() -> None:
    """The same board, asked twice."""
    on = board()
    put(on, "t1")

    assert json.loads(on.whole("en"))["trends"][0]["state_said"] == "Rising"
    assert json.loads(on.whole("fr"))["trends"][0]["state_said"] == "En hausse"


def test_health_is_told_when_it_changes() -> None:
    """And not with every change of a trend."""
    on = board()
    known = on.position
    on.take_health(StreamHealth(loading=False))
    told = on.position
    on.take_health(StreamHealth(loading=False, now=5.0))
    put(on, "t1")

    assert changes(on, known)["health"]["loading"] is False
    assert on.seq == told.seq + 1
    assert "health" not in changes(on, told)


def test_a_trends_own_view_holds_its_alerts() -> None:
    """And none about another; a trend that is not here has no view."""
    on = board()
    put(on, "t1")
    on.take_alert(value(alert("a1", trend_id="t1")), at=0.0)
    on.take_alert(value(alert("a2", trend_id="t2")), at=0.0)

    view = on.history("t1", "en")

    assert view is not None
    assert ids(json.loads(view)["timeline"]) == {"a1.0.fired"}
    assert on.history("t9", "en") is None


def test_what_is_no_trend_is_refused() -> None:
    """The reader counts it and goes on; the board is as before."""
    on = board()
    with pytest.raises(msgspec.DecodeError):
        on.take_trend("t1", b'{"trend_id": 5}')

    assert on.seq == 0


def test_a_shelf_that_is_not_full_leaves_nothing_out() -> None:
    """Changing an item again and again takes no room."""
    shelf = Shelf[int](2, worth=lambda item: item)
    for seq in range(1, 50):
        shelf.put("a", seq, seq)

    assert (len(shelf), shelf.left_out, list(shelf.gone(0))) == (1, 0, [])
