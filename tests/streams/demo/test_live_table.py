"""What a person sees while the demo runs."""

import io
from collections.abc import Sequence

import msgspec
from rich.console import Console

from detectors.model.alerts import Alert, Driver, Trend
from streams.demo.live_table import Moment, alert_line, picture, status_line
from tests.streams.examples import ALERT, EXPLANATION, SUBJECT, TREND

MOMENT = Moment(
    sent=12_345,
    records_per_s=1_500.4,
    lag=80,
    decided_at=1_767_225_600.0,
    warm_at=1_767_229_200.0,
    seconds_left=12.4,
)


def shown(trends: Sequence[Trend] = (), alerts: Sequence[Alert] = ()) -> str:
    """A picture as text, without colours."""
    console = Console(record=True, width=160, file=io.StringIO())
    console.print(picture(MOMENT, trends, alerts))
    return console.export_text()


def test_a_trend_is_a_row() -> None:
    """Who, in which state, how many people of how many expected, who carries it, since when; unknown is `?`."""
    trend = msgspec.structs.replace(TREND, drivers=(Driver("community", "skincare", 0.62),), growth_per_hour=12.4)
    row = next(line for line in shown([trend]).splitlines() if "#glassskin" in line)

    assert " ".join(row.split()) == "#glassskin rising 38 ? +12 community skincare (62%) 31/12 23:25"


def test_trends_that_ended_are_not_open() -> None:
    """They are no longer listed, nor counted."""
    ended = msgspec.structs.replace(TREND, state="ended")

    assert "Open trends: 0" in shown([ended])
    assert "#glassskin" not in shown([ended])


def test_the_largest_trends_come_first() -> None:
    """Where there are too many for the screen, the small ones are left out; the title counts all."""
    trends = [
        msgspec.structs.replace(
            TREND, trend_id=f"t{n}", observed=float(n), subject=msgspec.structs.replace(SUBJECT, label=f"#tag{n:02}")
        )
        for n in range(1, 21)
    ]
    text = shown(trends)

    assert "Open trends: 20" in text
    assert text.index("#tag20") < text.index("#tag19")
    assert "#tag01" not in text


def test_the_latest_alerts_come_first() -> None:
    """With their explanations, wrapped where they are long."""
    alerts = [
        msgspec.structs.replace(ALERT, explanation=msgspec.structs.replace(EXPLANATION, en=f"reason {n:02}"))
        for n in range(1, 21)
    ]
    text = shown(alerts=alerts)

    assert "Alerts: 20" in text
    assert text.index("reason 20") < text.index("reason 19")
    assert "reason 01" not in text


def test_what_people_wrote_is_shown_as_text() -> None:
    """Neither our own library's markup nor an escape sequence does anything."""
    hostile = "[bold red]x[/] \x1b[2J"
    subject = msgspec.structs.replace(SUBJECT, label=hostile)
    alert = msgspec.structs.replace(ALERT, explanation=msgspec.structs.replace(EXPLANATION, en=hostile))
    drivers = (Driver("community", hostile, 0.5),)
    text = shown([msgspec.structs.replace(TREND, subject=subject, drivers=drivers)], [alert])

    assert text.count("[bold red]x[/] \ufffd[2J") == 3
    assert "[bold red]x[/] \ufffd[2J" in alert_line(alert).plain


def test_the_status_line() -> None:
    """Flow, lag and event time; a warning while trends are not told yet."""
    assert status_line(MOMENT).plain == (
        "12,345 records sent · 1,500/s read · 80 waiting · decided up to 01/01 00:00 · warming up until 01/01 01:00"
        " · 12 s left"
    )
    assert "warming up" not in status_line(MOMENT._replace(decided_at=MOMENT.warm_at)).plain


def test_what_is_not_known_yet_is_not_zero() -> None:
    """Before the worker has said anything."""
    line = status_line(Moment(0, None, None, None, warm_at=0.0, seconds_left=-3.0)).plain

    assert "?/s read · ? waiting · decided up to nothing yet" in line
    assert line.endswith("0 s left")
