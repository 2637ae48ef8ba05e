"""A scoreboard as tables, for people, and as one JSON object, for programs."""

from collections.abc import Iterator

import msgspec
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from streams.scoreboard.board import Board

UNKNOWN = "-"
NO_FORECAST = "No forecast's time has come yet: one is told after enough answers, and judged when its hours are over."


def as_json(board: Board) -> bytes:
    """One object, on one line."""
    forecasts = [
        {"week": f.week, "kind": f.kind, "horizon_hours": f.horizon_hours, **f.scores._asdict(), "coverage": f.coverage}
        for f in board.forecasts
    ]
    return msgspec.json.encode({"forecasts": forecasts, "alerts": [a._asdict() for a in board.alerts]})


def as_tables(board: Board) -> Iterator[RenderableType]:
    """Two tables, or what is missing."""
    if board.forecasts:
        yield _forecasts(board)
    else:
        yield Text(NO_FORECAST)
    if board.alerts:
        yield _alerts(board)
    else:
        yield Text("No alert yet.")


def _forecasts(board: Board) -> Table:
    table = _table("Forecasts", "week", "kind", "hours", "judged", "yes", "Brier", "skill", "log loss")
    for name in ("skill", "calibration", "PR-AUC", "in 90 % range"):
        table.add_column(name, justify="right")
    for f in board.forecasts:
        s = f.scores
        table.add_row(
            f.week,
            f.kind,
            f"{f.horizon_hours:g}",
            f"{s.n:,}",
            f"{s.yes:.1%}",
            f"{s.brier:.3f}",
            _known(s.brier_skill),
            f"{s.log_loss:.3f}",
            _known(s.log_loss_skill),
            f"{s.calibration_error:.3f}",
            _known(s.pr_auc),
            f"{f.coverage:.1%}",
        )
    return table


def _alerts(board: Board) -> Table:
    table = _table("First alerts", "week", "kind", "scope", "told", "wrong", "open", "precision", "lead, h")
    for a in board.alerts:
        precision = UNKNOWN if a.precision is None else f"{a.precision:.1%}"
        lead = UNKNOWN if a.lead_hours is None else f"{a.lead_hours:+.1f}"
        table.add_row(a.week, a.kind, a.scope, f"{a.n:,}", f"{a.wrong:,}", f"{a.open:,}", precision, lead)
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name, justify="left" if name in ("week", "kind", "scope") else "right")
    return table


def _known(score: float | None) -> str:
    return UNKNOWN if score is None else f"{score:.3f}"
