"""Scores by week: forecasts by horizon, alerts by kind and scope. Pure figures of what was gathered."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from detectors.model.alerts import AlertKind
from detectors.model.forecasts import Judged
from detectors.outlook.scores import Answered, Scores, scores_of, with_share
from streams.scoreboard.gathered import Gathered, Verdict

DIGITS = 4
WHOLE = "all"
"""Stands for every week together."""


class Forecasts(NamedTuple):
    """Forecasts of trends or posts over so many hours whose time came in a week.

    Attributes:
        kind: of the alerts about what was forecast.
        scores: of "so many, or more", beside the share of yes before.
        coverage: share of counts within their 90 % range.
    """

    week: str
    kind: AlertKind
    horizon_hours: float
    scores: Scores
    coverage: float


class Alerts(NamedTuple):
    """First alerts of a week.

    Attributes:
        scope: its dimension.
        wrong: retracted, or of a trend that ended within one window. open: too early to say.
        precision: share of right ones among those decided; None of none.
        lead_hours: from the alert to the greatest of its trend, median of the right ones that have ended; None of none.
    """

    week: str
    kind: str
    scope: str
    n: int
    wrong: int
    open: int
    precision: float | None
    lead_hours: float | None


class Board(NamedTuple):
    """Everything that is told, all weeks together first, then week by week."""

    forecasts: tuple[Forecasts, ...]
    alerts: tuple[Alerts, ...]


def board_of(gathered: Gathered) -> Board:
    """The scores."""
    return Board(tuple(_forecasts(gathered.judged())), tuple(_alerts(gathered)))


def week_of(at: datetime) -> str:
    """ISO 8601 year and week, which begins on a Monday.

    >>> week_of(datetime(2027, 1, 3))
    '2026-W53'
    """
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02}"


def _forecasts(judged: Sequence[tuple[AlertKind, Judged]]) -> list[Forecasts]:
    by_horizon: defaultdict[tuple[AlertKind, float], list[Judged]] = defaultdict(list)
    for kind, one in judged:
        by_horizon[kind, one.horizon_hours].append(one)
    rows = []
    for (kind, hours), some in sorted(by_horizon.items()):
        answers = with_share((one.probability, one.observed >= one.target) for one in some)
        inside = [one.interval[0] <= one.observed <= one.interval[1] for one in some]
        weeks: defaultdict[str, list[tuple[Answered, bool]]] = defaultdict(list)
        for one, answer, held in zip(some, answers, inside, strict=True):
            for week in (WHOLE, week_of(one.as_of + timedelta(hours=hours))):
                weeks[week].append((answer, held))
        for week, told in weeks.items():
            scores = scores_of([answer for answer, _ in told])
            assert scores is not None
            rows.append(Forecasts(week, kind, hours, scores, round(sum(held for _, held in told) / len(told), DIGITS)))
    return sorted(rows, key=lambda row: (row.week != WHOLE, row.week, row.kind != "trend", row.horizon_hours))


def _alerts(gathered: Gathered) -> list[Alerts]:
    verdicts: defaultdict[tuple[str, str, str], list[Verdict]] = defaultdict(list)
    for verdict in gathered.verdicts():
        first = verdict.first
        for week in (WHOLE, week_of(first.at)):
            verdicts[week, first.kind, first.scope.partition(":")[0]].append(verdict)
    rows = []
    for (week, kind, scope), told in verdicts.items():
        rights = [verdict.right for verdict in told]
        wrong, decided = rights.count(False), len(told) - rights.count(None)
        precision = round(1.0 - wrong / decided, DIGITS) if decided else None
        leads = [verdict.lead.total_seconds() / 3600 for verdict in told if verdict.lead is not None]
        lead = round(median(leads), DIGITS) if leads else None
        rows.append(Alerts(week, kind, scope, len(told), wrong, len(told) - decided, precision, lead))
    return sorted(rows, key=lambda row: (row.week != WHOLE, row.week, row.kind, row.scope))
