"""A backtest in Markdown, for people, and as one JSON object, for programs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from streams.backtest.learned import Learned
from streams.backtest.outcome import Figures, Only
from streams.backtest.running import Told
from streams.display import printable

LISTED = 50
"""Alerts listed of a rule, at most; JSON has them all."""

ROWS = (
    ("first messages", "first"),
    ("a day", "a_day"),
    ("most in 24 h", "most_in_a_day"),
    ("news of them", "news"),
    ("digests", "digests"),
    ("trends in digests", "digest_trends"),
    ("precision", "precision"),
    ("recall of planted trends", "recall"),
    ("recall of planted posts", "recall_posts"),
    ("delay after the first post, minutes, median", "delay_minutes"),
    ("lead before the greatest, hours, median", "lead_hours"),
)


class Backtest(NamedTuple):
    """Everything that a report tells.

    Attributes:
        figures: of the rules, then of all alerts.
        only: alerts that only one of two rules would have sent, by rule; empty without another.
        learned: what the models of forecasts know now; empty: nobody asked.
    """

    told: Told
    records: int
    figures: tuple[Figures, ...]
    only: dict[str, list[Only]]
    learned: tuple[Learned, ...] = ()


def as_json(backtest: Backtest) -> bytes:
    """One object, on one line."""
    told: dict[str, Any] = {
        "begin": backtest.told.begin,
        "end": backtest.told.end,
        "days": round(backtest.told.days, 3),
        "records": backtest.records,
        "alerts": len(backtest.told.alerts),
        "rules": backtest.figures,
        "only": backtest.only,
        "learned": backtest.learned,
    }
    return msgspec.json.encode(told)


def as_markdown(backtest: Backtest) -> str:
    """A page."""
    return "\n".join(_page(backtest)) + "\n"


def _page(backtest: Backtest) -> Iterator[str]:
    told = backtest.told
    yield "# Backtest\n"
    if told.begin is None or told.end is None:
        yield "Nothing was decided: the files hold no bucket that closed."
        return
    span = f"{told.begin:%Y-%m-%d %H:%M} to {told.end:%Y-%m-%d %H:%M} UTC, {told.days:.1f} days"
    yield f"{backtest.records:,} records, {span}; {len(told.alerts):,} alerts, news too.\n"
    yield from _table(["", *(figures.rule for figures in backtest.figures)], _rows(backtest.figures))
    for figures in backtest.figures:
        if figures.held:
            reasons = ", ".join(f"{reason} {n:,}" for reason, n in sorted(figures.held.items(), key=lambda h: -h[1]))
            yield f"\nNot sent by {figures.rule}: {reasons}."
    for rule, alerts in backtest.only.items():
        yield f"\n## Only {rule}: {len(alerts)}\n"
        if alerts:
            yield from _table(
                ["at (UTC)", "kind", "scope", "about", "severity", "observed", "the other"], _listed(alerts)
            )
        if len(alerts) > LISTED:
            yield f"\nAnd {len(alerts) - LISTED} more: `--json` has them."
    if backtest.learned:
        yield "\n## Learned\n"
        yield from _table(["question", "over", "answers", "Brier", "share of yes", "told"], _taught(backtest.learned))


def _taught(learned: Sequence[Learned]) -> Iterator[list[str]]:
    for each in learned:
        scores = ["" if score is None else f"{score:.3f}" for score in (each.brier, each.base)]
        yield [each.question, each.horizon, f"{each.answers:,}", *scores, _when(each)]


def _when(each: Learned) -> str:
    if each.told:
        return "from the first trend on"
    return f"after {each.missing:,} more answers" if each.missing else "when it is better than the share of yes"


def _rows(all_figures: Sequence[Figures]) -> Iterator[list[str]]:
    for name, field in ROWS:
        values = [getattr(figures, field) for figures in all_figures]
        if any(value is not None for value in values):
            yield [name, *("" if value is None else f"{value:,}" for value in values)]


def _listed(alerts: Iterable[Only]) -> Iterator[list[str]]:
    for each in list(alerts)[:LISTED]:
        at = each.detected_at[:16].replace("T", " ")
        yield [at, each.kind, each.scope, each.label, each.severity, f"{each.observed:g}", each.other]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(text: str) -> str:
    """What people wrote, unable to end a cell or to format the page."""
    return "".join(f"\\{sign}" if sign in "\\|`*_[]<>" else sign for sign in printable(text))
