"""How output records and dead letters look as one line on a terminal. It prints nothing itself."""

from typing import Literal

import msgspec
from rich.text import Text

from detectors.anomalies.alerts import of_shape, series_of
from detectors.anomalies.wording import value
from detectors.model.alerts import Alert, Severity, Trend
from detectors.model.kpis import Figure, Kpi
from detectors.rules.digest import Digest
from streams.clock import rfc3339
from streams.dead_letters import said_of
from streams.follow import Received

Language = Literal["en", "fr"]

STYLES: dict[Severity, str] = {"info": "cyan", "warning": "yellow", "critical": "bold red"}

_read_alert = msgspec.json.Decoder(Alert).decode
_read_kpi = msgspec.json.Decoder(Kpi).decode
_read_trend = msgspec.json.Decoder(Trend).decode


def alert_line(record: Received, language: Language) -> Text:
    """Time, kind, action, severity, label, observed and expected, explanation.

    Raises: what decoding raises, if it is no alert.
    """
    alert = _read_alert(record.value or b"")
    return _line(alert, f"{alert.kind:<19}{alert.action:<11}", language)


def trend_line(record: Received, language: Language) -> Text:
    """Time, state, severity, label, observed and expected, explanation; or that the trend is forgotten.

    Raises: what decoding raises, if it is no trend.
    """
    if record.value is None:
        key = (record.key or b"").decode(errors="replace")
        return Text(f"{rfc3339(record.at)[:16]}  trend {printable(key)} is forgotten", "dim")
    trend = _read_trend(record.value)
    return _line(trend, f"{trend.state:<11}", language)


def kpi_line(record: Received) -> Text:
    """Window, scope, revision, and the figures that are not 0 or unknown.

    Raises: what decoding raises, if it is no record of figures.
    """
    kpi = _read_kpi(record.value or b"")
    told = "  ".join(_figure(figure) for figure in kpi.figures if figure.value)
    corrected = f"  revision {kpi.revision}" if kpi.revision else ""
    return Text.assemble((f"{kpi.window}  ", "dim"), (printable(kpi.scope), "bold"), corrected, "  ", printable(told))


def _figure(figure: Figure) -> str:
    if figure.unit == "share":
        return f"{figure.name} {figure.value:.2%}"
    return f"{figure.name} {figure.value:,}" + (f" {figure.currency} (minor units)" if figure.currency else "")


def digest_line(digest: Digest) -> Text:
    """When it was due, how many trends were held back, and their names, the best first."""
    names = ", ".join(printable(held.subject.label) for held in digest.held)
    more = f" and {digest.left_out} more" if digest.left_out else ""
    return Text.assemble(
        (f"{rfc3339(digest.at)[:16]}  ", "dim"), f"digest of rule {digest.rule_id}: held back ", (names, "bold"), more
    )


def dead_letter_line(record: Received, *, show_value: bool) -> Text:
    """Time, reason, where the record was, what was wrong; what it holds only if asked for."""
    said = {name: printable(text) for name, text in said_of(record.headers).items()}
    line = Text.assemble(
        (rfc3339(record.at), "dim"),
        (f"  {said['reason']:<14}", "yellow"),
        f"{said['topic']} partition {said['partition']} offset {said['offset']}: {said['message']}",
    )
    if show_value:
        line.append("  " + printable((record.value or b"").decode(errors="replace")), "dim")
    return line


def printable(text: str) -> str:
    """What people wrote, unable to move the cursor or to change colours.

    >>> printable("#glow" + chr(27) + "[2J")
    '#glow\ufffd[2J'
    """
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _line(about: Alert | Trend, what: str, language: Language) -> Text:
    return Text.assemble(
        (f"{about.detected_at:%Y-%m-%dT%H:%M}  ", "dim"),
        what,
        (f"{about.severity:<10}", STYLES[about.severity]),
        (f"{printable(about.subject.label):<24}  ", "bold"),
        f"{_counted(about)}  ",
        printable(getattr(about.explanation, language)),
    )


def _counted(about: Alert | Trend) -> str:
    """Observed and expected; money as people write it."""
    series = series_of(about)
    if about.subject.kind == "series" and series.currency and about.expected is not None:
        return printable(f"{value(series, about.observed)} observed, {value(series, about.expected)} expected")
    expected = "?" if about.expected is None else f"{about.expected:.1f}"
    if isinstance(about, Alert) and of_shape(about):
        return f"{about.observed:g} too many or too few, {expected} usual"
    return f"{about.observed:g} observed, {expected} expected"
