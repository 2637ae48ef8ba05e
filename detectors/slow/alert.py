"""From a slow trend to the alert of the contract: its figures are voice-hours, and it says so."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from detectors.alerting.explain import UNSAID, explained
from detectors.alerting.severity import Impact, communities_in, severity_of
from detectors.alerting.view import MayName, Rule, expected_range, view_of
from detectors.counts.ticks import Candidate
from detectors.model.alerts import Alert, Integrity, Unit, Window
from detectors.model.stamps import instant
from detectors.subjects.columns import hash64
from detectors.trends.coherence import apart
from detectors.trends.lifecycle import Moment
from detectors.trends.said import said_in
from detectors.trends.trend import OpenTrend, Texts
from detectors.trends.words import Rates

HOUR_S = 3600.0
UNIT: Unit = "voice-hours"


class Over(NamedTuple):
    """A subject over a window of so many hours: voice-hours, those expected; people of the hours added up."""

    hours: int
    observed: float
    expected: float
    exposure: float


class Writer:
    """Writes alerts about slow trends; it remembers nothing.

    Args:
        rule: its windows are of no matter here. rates: how common words are.
        may_name: whether a segment has people enough to be named. min_voices: people that must be shown.
    """

    def __init__(self, rule: Rule, rates: Rates, may_name: MayName, min_voices: int) -> None:
        self._rule, self._rates, self._may_name, self._min_voices = rule, rates, may_name, min_voices

    def fired(self, bucket: int, group: Sequence[Candidate], over: Over, texts: Texts) -> tuple[int, Alert] | None:
        """The subject that leads a group, and the alert; None: too few people can be read who say it in their words.

        Args:
            over: the window of the hour that ends with the bucket, for its hours and exposure.
        """
        trend = OpenTrend(f"{hash64(f'slow|{over.hours}|{group[0].key}|{bucket}'):016x}", bucket, list(group))
        trend.take(bucket, group, texts)
        trend.choose_leader()
        leader = trend.subjects[trend.leader]
        if len(apart(said_in(leader.posts, texts))) < self._min_voices:
            return None
        trend.history.append(Moment(bucket, float(leader.observed), leader.expected, leader.surprise))
        impact = Impact(
            people=(leader.observed - leader.expected) / over.hours,
            exposure=over.exposure / over.hours,
            voices=leader.observed / over.hours,
            growth_per_hour=None,
            communities=communities_in(trend.seen.values()),
        )
        trend.severity = severity_of(impact).severity
        rule = self._rule._replace(window_s=over.hours * HOUR_S)
        view = view_of(trend, self._rates, rule, Integrity(), self._may_name)
        view = view._replace(onset_at=view.window.start, origin=None)  # its first posts are long gone
        alert = Alert(
            alert_id=_alert_id(trend.trend_id, 0),
            trend_id=trend.trend_id,
            dedup_key=f"default|all|{trend.trend_id}",
            revision=0,
            kind="trend",
            action="fired",
            detected_at=view.window.end,
            state="rising",
            unit=UNIT,
            explanation=UNSAID,
            config_digest=rule.config_digest,
            **view._asdict() | {"novelty": None},
        )
        return trend.leader, explained(alert)

    def resolved(self, bucket: int, told: Alert, over: Over | None) -> Alert:
        """The end of what was told.

        Args:
            over: what its leader counts now; None: it is not followed any more, and stands as it was told.
        """
        end_at = (bucket + 1) * self._rule.bucket_s
        figures = {}
        if over is not None:
            window = Window(instant(end_at - over.hours * HOUR_S), instant(end_at))
            interval = expected_range(over.expected, self._rule.r_max)
            figures = {"window": window, "observed": over.observed, "interval": interval}
            figures |= {"expected": round(over.expected, 3), "surprise": None}
        alert = msgspec.structs.replace(
            told,
            alert_id=_alert_id(told.trend_id, 1),
            revision=1,
            action="resolved",
            state="ended",
            detected_at=instant(end_at),
            **figures,
        )
        return explained(alert)


def _alert_id(trend_id: str, revision: int) -> str:
    return f"{hash64(f'default|{trend_id}|{revision}'):016x}"
