"""Did all work? What must hold after a run, each with what was found."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from rich.text import Text

from detectors.model.alerts import Alert
from streams.display import printable
from streams.generator.judge import Report, found

FOUND_SHARE = 2 / 3
"""Share of the planted trends that must be found: the smallest are at the edge of what can be told from chance."""

FALSE_TRENDS = 1
"""Trend alerts about nothing planted that are put up with in a stream with trends; none in a quiet one."""


class Check(NamedTuple):
    """One thing that was looked at; `good` is None where nothing follows from it."""

    what: str
    good: bool | None
    said: str


class Run(NamedTuple):
    """What is known of a run at its end."""

    sent: int
    read: int
    lag: int
    decided: bool
    """Whether every bucket of the stream was decided."""
    refused: int
    late: int
    ready: bool
    said: str
    """What the worker answers when asked whether it is ready."""


def work(run: Run) -> list[Check]:
    """Whether the worker did its work, whatever the stream."""
    waiting = "" if run.lag == 0 else f", {run.lag:,} still wait"
    decided = "up to the last bucket" if run.decided else "the last buckets are not: give it more --seconds"
    checks = [
        Check("worker", run.ready, run.said),
        Check("records read", run.lag == 0, f"{run.read:,} of {run.sent:,} sent{waiting}"),
        Check("buckets decided", run.decided, decided),
    ]
    if run.refused:
        checks.append(Check("dead letters", None, f"{run.refused:,}: `freshet tail dead-letters` shows such"))
    if run.late:
        checks.append(Check("too late", None, f"records not used: {run.late:,}"))
    return checks


def detection(truth: Mapping[str, Any], alerts: Sequence[Alert]) -> list[Check]:
    """Whether what was planted in a generated stream, and nothing else, was found."""
    report = found(truth, [msgspec.to_builtins(alert) for alert in alerts])
    by_id = {alert.alert_id: alert for alert in alerts}
    planted = len(report.found) + len(report.missed)
    false = ", ".join(printable(by_id[each].subject.label) for each in report.false)
    said = f"{len(report.false)}: {false}" if report.false else "none"
    if not planted:
        return [Check("false trends", not report.false, said), *_figures(report), *_posts(report)]
    return [
        Check("planted trends", len(report.found) >= FOUND_SHARE * planted, f"{len(report.found)} of {planted} found"),
        *(
            Check(
                f"  {each.label}",
                None,
                f"found {each.delay_s / 60:.0f} min after its first post{_again(each.duplicates)}",
            )
            for each in report.found
        ),
        *(Check(f"  {label}", None, "missed") for label in report.missed),
        Check("false trends", len(report.false) <= FALSE_TRENDS, said),
        *_figures(report),
        *_posts(report),
    ]


def line_of(check: Check) -> Text:
    """A check as one line."""
    mark, style = {True: ("ok", "green"), False: ("FAILED", "bold red"), None: ("", "dim")}[check.good]
    return Text.assemble((f"{mark:<8}", style), f"{check.what:<38}", check.said)


def _again(duplicates: int) -> str:
    return f", told {duplicates + 1} times" if duplicates else ""


def _posts(report: Report) -> list[Check]:
    """Posts that outperform: nothing follows, as a short stream knows little of its creators."""
    planted = len(report.hits) + len(report.missed_hits)
    if not planted and not report.other_posts:
        return []
    return [Check("posts that outperform", None, f"{len(report.hits)} of {planted}, others: {len(report.other_posts)}")]


def _figures(report: Report) -> list[Check]:
    """Disturbances of whole platforms, and what else was told."""
    seen = {True: "seen", False: "not seen"}
    checks = [
        Check(what, good, seen[good])
        for what, good in (
            ("collapse of a platform's engagement", report.collapse_seen),
            ("outage of a platform", report.outage_seen),
        )
        if good is not None
    ]
    if report.flagged or report.unflagged:
        told = len(report.flagged) + len(report.unflagged)
        checks.append(Check("bought attention", None, f"alerts: {told}, flagged as such: {len(report.flagged)}"))
    if report.unexplained:
        checks.append(Check("other alerts about figures", None, f"{len(report.unexplained)}"))
    return checks
