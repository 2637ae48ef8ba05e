"""What the scoreboard makes of public records: each forecast and alert once, by week, against what came."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console

from detectors.model.alerts import Point, Window
from detectors.model.forecasts import Judged
from streams import codec
from streams.cli import main
from streams.scoreboard.board import Alerts, board_of
from streams.scoreboard.gathered import Gathered
from streams.scoreboard.report import as_json, as_tables
from tests.streams.examples import ALERT, TREND

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def judged(n: int, p: float, observed: float, hours: float = 6.0) -> Judged:
    """A promise of fifty people, made n hours after Monday began."""
    return Judged(MONDAY + n * HOUR, hours, 50.0, p, (10.0, 80.0), observed)


def line(trend_id: str, at: datetime, *told: Judged, state: Any = "rising") -> Any:
    """A line of the trends topic."""
    return msgspec.structs.replace(TREND, trend_id=trend_id, detected_at=at, state=state, judged=told or msgspec.UNSET)


def alert(trend_id: str, at: datetime, **changes: Any) -> Any:
    """An alert about it, whose window is an hour."""
    known = {"action": "fired", "kind": "trend", "scope": "all", "dedup_key": f"default|all|{trend_id}"}
    return msgspec.structs.replace(
        ALERT, trend_id=trend_id, detected_at=at, window=Window(at - HOUR, at), **(known | changes)
    )


def gathered(*records: Any) -> Gathered:
    """All of them."""
    made = Gathered(300.0)
    for record in records:
        made.alert(record) if hasattr(record, "alert_id") else made.trend(record)
    return made


def test_a_forecast_is_scored_once() -> None:
    """Though every later line of its trend shows it again; two trends may promise at the same time."""
    told = [judged(0, 0.9, 60.0), judged(1, 0.1, 5.0)]
    lines = [line("a", MONDAY + 7 * HOUR, told[0]), line("a", MONDAY + 8 * HOUR, *told), line("b", MONDAY, told[0])]
    (whole, week) = board_of(gathered(*lines)).forecasts
    assert (whole.week, week.week, whole.horizon_hours) == ("all", "2026-W10", 6.0)
    assert (whole.scores.n, whole.scores.brier, whole.scores.yes) == (3, 0.01, 0.6667)
    assert whole.coverage == 0.6667


def test_horizons_and_weeks_are_apart() -> None:
    """A forecast belongs to the week in which its time came."""
    told = [judged(0, 0.9, 60.0), judged(0, 0.9, 60.0, hours=24.0), judged(7 * 24 - 3, 0.2, 9.0)]
    rows = board_of(gathered(line("a", MONDAY, *told))).forecasts
    assert [(row.week, row.horizon_hours, row.scores.n) for row in rows] == [
        ("all", 6.0, 2),
        ("all", 24.0, 1),
        ("2026-W10", 6.0, 1),
        ("2026-W10", 24.0, 1),
        ("2026-W11", 6.0, 1),
    ]


def test_forecasts_of_posts_are_apart() -> None:
    """They stand in the alerts about them, and again in the later ones; also if the hours were those of trends."""
    told, kind = (judged(0, 0.9, 60.0, hours=23.0), judged(0, 0.2, 60.0)), "post_overperforming"
    alerts = [
        alert("p", MONDAY + 24 * HOUR, kind=kind, action="updated", judged=told),
        alert("p", MONDAY + 48 * HOUR, kind=kind, action="resolved", judged=told),
    ]
    rows = board_of(gathered(line("a", MONDAY, judged(0, 0.9, 60.0)), *alerts)).forecasts
    assert [(row.kind, row.horizon_hours, row.scores.n, row.scores.brier) for row in rows if row.week == "all"] == [
        ("trend", 6.0, 1, 0.01),
        (kind, 6.0, 1, 0.64),
        (kind, 23.0, 1, 0.01),
    ]


@pytest.mark.parametrize(
    ("later", "wrong", "undecided"),
    [
        ([], 0, 1),
        ([("x", 2, "fired")], 0, 0),
        ([("a", 1, "resolved"), ("x", 2, "fired")], 1, 0),
        ([("a", 3, "resolved")], 0, 0),
        ([("a", 3, "retracted")], 1, 0),
    ],
)
def test_what_was_right(later: list[tuple[str, int, Any]], wrong: int, undecided: int) -> None:
    """A trend that ended within a window, or was retracted, was wrong; before the window is over nobody knows."""
    records = [alert("a", MONDAY), *(alert(name, MONDAY + n * HOUR, action=action) for name, n, action in later)]
    records = [r if r.trend_id == "a" else msgspec.structs.replace(r, kind="integrity") for r in records]
    row = next(row for row in board_of(gathered(*records)).alerts if row.kind == "trend")
    assert (row.n, row.wrong, row.open) == (1, wrong, undecided)


def test_an_end_may_be_told_by_the_trend_alone() -> None:
    """Its alert may have been held; a trend that is back later is judged by its first end."""
    lines = [line("a", MONDAY + 9 * HOUR, state="ended"), line("a", MONDAY + HOUR, state="ended")]
    (row, _) = board_of(gathered(alert("a", MONDAY), *lines)).alerts
    assert (row.wrong, row.precision) == (1, 0.0)


def test_by_kind_and_dimension() -> None:
    """No community is named: there may be many."""
    records = [
        alert("a", MONDAY),
        alert("b", MONDAY, scope="community:skincare", dedup_key="b"),
        alert("c", MONDAY, scope="community:makeup", dedup_key="c"),
        alert("d", MONDAY, kind="kpi_anomaly", dedup_key="d"),
        alert("e", MONDAY + 2 * HOUR, kind="kpi_anomaly", dedup_key="e"),
    ]
    rows = [row for row in board_of(gathered(*records)).alerts if row.week == "all"]
    assert rows == [
        Alerts("all", "kpi_anomaly", "all", 2, 0, 1, 1.0, None),
        Alerts("all", "trend", "all", 1, 0, 0, 1.0, None),
        Alerts("all", "trend", "community", 2, 0, 0, 1.0, None),
    ]


def greatest(trend_id: str, at: datetime, peak_at: datetime, state: Any = "ended") -> Any:
    """A line that says when a bucket of five minutes began in which it was greatest."""
    return msgspec.structs.replace(line(trend_id, at, state=state), peak=Point(peak_at, 40.0, 2.0))


def test_how_long_before_its_greatest_a_trend_was_told() -> None:
    """One 3 h 5 min before, one 1 h after, one 25 min before: the median of those that were right and have ended.

    Not of one that was wrong, nor of one that goes on: it may still grow. A later line of a trend is the better one.
    """
    lines = [
        greatest("before", MONDAY + 2 * HOUR, MONDAY + 1 * HOUR, "rising"),
        greatest("before", MONDAY + 9 * HOUR, MONDAY + 3 * HOUR),
        greatest("after", MONDAY + 9 * HOUR, MONDAY - HOUR - 5 * MINUTE),
        greatest("close", MONDAY + 9 * HOUR, MONDAY + 20 * MINUTE),
        greatest("wrong", MONDAY + HOUR, MONDAY + HOUR / 2),
        greatest("open", MONDAY + 9 * HOUR, MONDAY + 8 * HOUR, "rising"),
    ]
    alerts = [alert(name, MONDAY) for name in ("before", "after", "close", "wrong", "open", "no line")]
    for records in ([*lines, *alerts], [*alerts, *reversed(lines)]):
        leads = {v.first.trend_id: v.lead for v in gathered(*records).verdicts() if v.lead is not None}
        assert leads == {"before": 3 * HOUR + 5 * MINUTE, "after": -HOUR, "close": 25 * MINUTE}
        row = board_of(gathered(*records)).alerts[0]
        assert (row.n, row.wrong, row.lead_hours) == (6, 1, 0.4167)


def test_the_order_of_records_is_of_no_matter() -> None:
    """Topics are read side by side."""
    records = [line("a", MONDAY + HOUR, judged(0, 0.7, 60.0), state="ended"), alert("a", MONDAY), alert("b", MONDAY)]
    assert board_of(gathered(*records)) == board_of(gathered(*reversed(records)))


def test_how_it_reads() -> None:
    """Tables for people, one object for programs; where nothing is known they say so."""
    board = board_of(gathered(line("a", MONDAY, judged(0, 0.9, 60.0)), alert("a", MONDAY)))
    shown = io.StringIO()
    Console(width=140, file=shown).print(*as_tables(board))
    assert {"2026-W10", "100.0%", "trend"} <= set(shown.getvalue().split())
    told = json.loads(as_json(board))
    assert told["forecasts"][0]["brier"] == 0.01
    assert told["alerts"][0] == board.alerts[0]._asdict()
    empty = [str(part) for part in as_tables(board_of(Gathered(300.0)))]
    assert empty[1] == "No alert yet."
    assert empty[0].startswith("No forecast's time has come yet")


def test_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As `freshet replay` writes them, with the lines of trends that are forgotten."""
    lines = [codec.encode_alert(alert("a", MONDAY)), codec.encode_trend(line("a", MONDAY, judged(0, 0.9, 60.0)))]
    path = tmp_path / "told.jsonl"
    path.write_bytes(b"\n".join([*lines, b'{"key":"a","tombstone":true}']) + b"\n")
    with pytest.raises(SystemExit) as ended:
        main(["scoreboard", str(path), "--json"])
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert (len(told["forecasts"]), len(told["alerts"])) == (2, 2)


def test_what_is_neither_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """File and line, and exit 1."""
    path = tmp_path / "posts.jsonl"
    path.write_text('{"post_id": "p"}\n')
    with pytest.raises(SystemExit) as ended:
        main(["scoreboard", str(path)])
    assert ended.value.code == 1
    assert f"{path}:1: neither an alert nor a trend's line" in capsys.readouterr().err
