"""The demo's picture of a moment: a status line, the open trends, the latest alerts. It prints nothing itself."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from detectors.model.alerts import Alert, Trend
from streams.display import STYLES, printable

MOST_TRENDS = 8
MOST_ALERTS = 6
MOST_SAID = 160
"""Rows shown, and characters of an explanation: a usual terminal holds all of it."""


class Moment(NamedTuple):
    """How far things are. None: not known yet."""

    sent: int
    """Records sent so far."""
    records_per_s: float | None
    """Records that the worker reads per second."""
    lag: int | None
    """Records that wait for the worker."""
    decided_at: float | None
    """Event time up to which everything is decided, epoch seconds."""
    warm_at: float
    """Event time at which trend alerts begin, epoch seconds."""
    seconds_left: float


def picture(moment: Moment, trends: Iterable[Trend], alerts: Sequence[Alert]) -> Group:
    """Everything, top to bottom.

    Args:
        alerts: all so far, in the order they came.
    """
    return Group(status_line(moment), Text(), _trends(trends), Text(), _alerts(alerts))


def status_line(moment: Moment) -> Text:
    """Flow, lag, event time, and whether models still warm up."""
    rate = "?" if moment.records_per_s is None else f"{moment.records_per_s:,.0f}"
    lag = "?" if moment.lag is None else f"{moment.lag:,}"
    decided = "nothing yet" if moment.decided_at is None else _when(moment.decided_at)
    line = Text(f"{moment.sent:,} records sent · {rate}/s read · {lag} waiting · decided up to {decided}")
    if moment.decided_at is None or moment.decided_at < moment.warm_at:
        line.append(f" · warming up until {_when(moment.warm_at)}", "yellow")
    return line.append(f" · {max(0.0, moment.seconds_left):.0f} s left", "dim")


def alert_line(alert: Alert) -> Text:
    """An alert as one line: when, what happened, how grave, and why."""
    return Text.assemble(
        (f"{alert.detected_at:%d/%m %H:%M}  ", "dim"),
        f"{alert.kind:<14}{alert.action:<10}",
        (f"{alert.severity:<10}", STYLES[alert.severity]),
        printable(alert.explanation.en),
    )


def _trends(trends: Iterable[Trend]) -> Table:
    opened = sorted((t for t in trends if t.state != "ended"), key=lambda t: (-t.observed, t.trend_id))
    table = _table("trend", "state", title=f"Open trends: {len(opened)}")
    for name in ("people", "expected", "per hour"):
        table.add_column(name, justify="right")
    table.add_column("carried by")
    table.add_column("since")
    for trend in opened[:MOST_TRENDS]:
        table.add_row(*_row(trend))
    return table


def _row(trend: Trend) -> tuple[Text, ...]:
    expected = "?" if trend.expected is None else f"{trend.expected:.1f}"
    growth = "?" if trend.growth_per_hour is None else f"{trend.growth_per_hour:+.0f}"
    driver = trend.drivers[0] if trend.drivers else None
    carried = f"{driver.dimension} {printable(driver.value)} ({driver.share:.0%})" if driver else "many"
    return (
        Text(printable(trend.subject.label), STYLES[trend.severity], overflow="ellipsis", no_wrap=True),
        Text(trend.state),
        Text(f"{trend.observed:g}"),
        Text(expected),
        Text(growth),
        Text(carried, overflow="ellipsis", no_wrap=True),
        Text(f"{trend.onset_at:%d/%m %H:%M}"),
    )


def _alerts(alerts: Sequence[Alert]) -> Table:
    table = _table("time", "kind", "action", "severity", "why", title=f"Alerts: {len(alerts)}, the latest first")
    for alert in reversed(alerts[-MOST_ALERTS:]):
        table.add_row(
            Text(f"{alert.detected_at:%d/%m %H:%M}", "dim"),
            Text(alert.kind),
            Text(alert.action),
            Text(alert.severity, STYLES[alert.severity]),
            Text(printable(begun(alert.explanation.en))),
        )
    return table


def begun(explanation: str) -> str:
    """As many of its first sentences as there is room for; the first one at least.

    >>> begun("One is up 0.5. Two follows. " + "Three " * 40), begun("One. Two.")
    ('One is up 0.5. Two follows.', 'One. Two.')
    """
    first, *others = explanation.split(". ")
    said = first
    for sentence in others:
        if len(said) + len(sentence) > MOST_SAID:
            return said + "."
        said = f"{said}. {sentence}"
    return said


def _table(*columns: str, title: str) -> Table:
    return Table(*columns, title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, expand=True)


def _when(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%d/%m %H:%M}"
