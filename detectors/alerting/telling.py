"""What is published about an open trend at one bucket: it is measured, graded, and told if there is news."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from detectors.alerting.notices import Notice, Reason, Told, notice_of
from detectors.alerting.severity import RANKS, Impact, communities_in, severity_of
from detectors.alerting.trend_alert import alert_of, record_of
from detectors.alerting.view import MayName, Rule, growth_of, view_of
from detectors.counts.draws import Drawn
from detectors.counts.segment_table import key_in
from detectors.counts.ticks import Candidate
from detectors.integrity.alert import integrity_alert
from detectors.integrity.judge import IntegrityJudge
from detectors.model.alerts import Alert, Novelty, Trend
from detectors.outlook.outlook import Outlook
from detectors.trends import lifecycle
from detectors.trends.leader import slow_news
from detectors.trends.lifecycle import SETTLES, Moment, Pace
from detectors.trends.regulars import Regulars, Usual
from detectors.trends.trend import OpenTrend
from detectors.trends.words import Rates

KNOWN_PAST = 1.0
"""Decayed past, in voices, from which a subject is not new."""


class Said(NamedTuple):
    """What is published: alerts if there is news, a line on the trends topic if anything changed."""

    alerts: tuple[Alert, ...] = ()
    record: Trend | None = None


class Crowd(NamedTuple):
    """Everybody, of all subjects.

    Attributes:
        exposure: people who post in the window.
        drawn: what all their posts drew; None: not known.
    """

    exposure: float
    drawn: Drawn | None = None


class Teller:
    """Decides what is said of trends. What it remembers of each is kept in the trend itself.

    Args:
        cooldown: buckets between two updates. >= 0.
        regulars: what comes back every day or week.
        integrity: looks at each trend before it is told.
        outlook: says how each may go on.
        may_name: whether a segment has people enough to be named.
    """

    def __init__(
        self,
        *,
        rule: Rule,
        pace: Pace,
        cooldown: int,
        rates: Rates,
        regulars: Regulars,
        integrity: IntegrityJudge,
        outlook: Outlook,
        may_name: MayName,
    ) -> None:
        self._rule, self._pace, self._cooldown = rule, pace, cooldown
        self._rates, self._regulars, self._integrity = rates, regulars, integrity
        self._outlook = outlook
        self._may_name = may_name
        self.tally: Counter[str] = Counter()
        """Notices held back, by reason; a regular once for each time that it is back, one of doubtful people once."""

    def tell(self, trend: OpenTrend, bucket: int, told: Mapping[int, Candidate], crowd: Crowd) -> Said:
        """Measure a trend, and decide what to publish about it.

        Args:
            told: the subjects of open trends of its scope that the bucket tells of, by key.
            crowd: everybody in the window.
        """
        if not self._may_name(trend.scope):
            return Said()
        before = (trend.state, trend.history[-1].observed) if trend.history else None
        if not self._measure(trend, bucket, told):
            return Said()
        now = trend.history[-1]
        usual = self._regulars.usual(key_in(trend.scope, trend.leader), bucket)
        impact = self._impact(trend, now, crowd)
        trend.severity = severity_of(impact, trend.severity).severity
        leader, communities = trend.subjects[trend.leader], impact.communities
        outlook = self._outlook.look(trend, leader, bucket, exposure=crowd.exposure, communities=communities)
        if usual is not None:
            trend.held_limit = usual.limit
        notice = self._notice(trend, bucket, now, usual)
        assessed = self._integrity.assess(trend, leader, bucket)
        action = None if assessed.held else notice.action
        judged = self._outlook.has_news(trend.trend_id)
        if action is None and not assessed.news and not judged and (trend.state, now.observed) == before:
            return Said()
        novelty = self._novelty(trend, usual)
        view = view_of(trend, self._rates, self._rule, assessed.integrity, self._may_name, novelty, usual=crowd.drawn)
        trend.novelty = view.novelty
        doubts = (integrity_alert(trend, view, self._rule, held=assessed.held),) if assessed.news else ()
        if assessed.held:
            self.tally["integrity"] += len(doubts)
        if action is None:
            return Said(doubts, record_of(trend, view, self._rule, outlook))
        trend.revision += 1
        trend.notified_bucket, trend.notified_action, trend.notified_scope = bucket, action, trend.scope
        trend.notified_observed = max(trend.notified_observed, view.observed)
        trend.notified_severity = max(trend.notified_severity, trend.severity, key=RANKS.__getitem__)
        if trend.life.occurrence > trend.notified_occurrence:
            trend.notified_occurrence = trend.life.occurrence
            trend.notified_observed, trend.notified_severity = now.observed, trend.severity
        alert = alert_of(trend, view, action, self._rule, outlook, bucket)
        return Said((alert, *doubts), record_of(trend, view, self._rule, outlook))

    def _measure(self, trend: OpenTrend, bucket: int, told: Mapping[int, Candidate]) -> bool:
        """Whether there is anything new about it: a moment, or that it is no longer told."""
        speaker = trend.lead([told[key] for key in trend.subjects if key in told], self._pace.surprising)
        if speaker is not None:
            trend.measure(bucket, speaker, self._pace)
            return True
        if trend.state == "ended" or not trend.history or bucket - trend.history[-1].bucket < SETTLES:
            return False
        trend.end()
        return True

    def _impact(self, trend: OpenTrend, now: Moment, crowd: Crowd) -> Impact:
        drawn, usual = trend.subjects[trend.leader].drawn, crowd.drawn
        impact = Impact(
            people=now.observed - now.expected,
            exposure=crowd.exposure,
            voices=now.observed,
            growth_per_hour=growth_of(trend, self._rule)[0],
            communities=communities_in(trend.seen.values()),
        )
        if drawn is None or usual is None:
            return impact
        return impact._replace(
            acting=drawn.acting - usual.acting / max(usual.voices, 1) * now.expected,
            all_acting=float(usual.acting),
            per_voice=drawn.per_voice,
            usual_per_voice=usual.per_voice,
        )

    def _notice(self, trend: OpenTrend, bucket: int, now: Moment, usual: Usual | None) -> Notice:
        notice = notice_of(
            Told(
                trend.revision,
                trend.notified_action,
                trend.notified_severity,
                trend.notified_observed,
                trend.notified_occurrence,
                bucket - trend.notified_bucket,
            ),
            state=trend.state,
            severity=trend.severity,
            observed=now.observed,
            occurrence=trend.life.occurrence,
            vanished=trend.reason is lifecycle.Reason.VANISHED,
            usual=_is_usual(trend, now, usual),
            quiet=now.observed <= now.calm and slow_news(trend.subjects[trend.leader], now) is None,
            wider=trend.scope != trend.notified_scope,
            cooldown=self._cooldown,
        )
        if notice.action is None:
            self._hold(trend, notice.reason)
        return notice

    def _hold(self, trend: OpenTrend, reason: Reason) -> None:
        if reason is not Reason.RECURRING:
            self.tally[reason] += 1
        elif trend.held < trend.life.occurrence:
            self.tally[reason] += 1
            trend.held = trend.life.occurrence

    def _novelty(self, trend: OpenTrend, usual: Usual | None) -> Novelty:
        """Of this occurrence, as it was when first told: later its own talk is the past."""
        if trend.novelty is not None and trend.revision and trend.life.occurrence == trend.notified_occurrence:
            return trend.novelty
        if usual is not None:
            return "recurring"
        known = trend.subjects[trend.leader].past >= KNOWN_PAST or self._regulars.known(
            key_in(trend.scope, trend.leader), trend.first_bucket
        )
        return "known" if known else "new"


def _is_usual(trend: OpenTrend, now: Moment, usual: Usual | None) -> bool:
    """Whether it is a regular, no higher than usual at this hour; or was one, lasts longer, and is no higher."""
    if usual is not None:
        return now.observed <= usual.limit
    return trend.held == trend.life.occurrence and now.observed <= max(now.calm, trend.held_limit)
