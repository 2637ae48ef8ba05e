"""DECIDE: the ticks of all COUNT partitions in; alerts and open trends out.

A bucket is decided in two steps, because the texts of a few posts are needed in between: `ready` says which, `decide`
takes them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from detectors.alerting.telling import Crowd
from detectors.anomalies.judge import SeriesJudge
from detectors.counts import ticks as tick_format
from detectors.counts.calm import GROUPS
from detectors.counts.segment_table import key_in
from detectors.counts.ticks import Candidate, Tick
from detectors.figures.publishing import kpi_of
from detectors.integrity.judge import IntegrityJudge
from detectors.integrity.rules import Rules
from detectors.model.alerts import Alert, Trend
from detectors.stages import decide_settings
from detectors.stages.decide_settings import DecideSettings
from detectors.stages.decide_state import DecideState, read_state
from detectors.stages.decisions import Decision, Question
from detectors.stages.saved import named, under
from detectors.stages.series import SeriesWatch
from detectors.trends.book import TrendBook
from detectors.trends.finding import looks_of
from detectors.trends.grouping import groups_of
from detectors.trends.populations import Populations
from detectors.trends.trend import Texts, seen_of
from detectors.trends.words import Rates

LEARNING = 0.5
"""Part of the warm-up after which chance groups and ordinary stories are learned from: before, no word is known to be
common."""

DAY_S = 86_400.0
"""For so long a segment counts as one of people enough, seconds."""


class DecideStage:
    """Open trends, series models, and what was told.

    Args:
        partitions: COUNT partitions whose ticks are awaited. >= 1.
        judge: judges the series.
    """

    def __init__(self, *, partitions: int, settings: DecideSettings, judge: SeriesJudge) -> None:
        self._settings = settings
        self._waiting: dict[int, list[Tick]] = {}
        self._reached = dict.fromkeys(range(partitions), -1)
        self._decided = -1
        self._first_bucket: int | None = None
        self._rates = Rates()
        self._finder = decide_settings.finder_of(settings)
        self._regulars = decide_settings.regulars_of(settings)
        self.standouts = decide_settings.standouts_of(settings)
        self.integrity = IntegrityJudge(Rules.of(settings))
        self._populations = Populations(day=round(DAY_S / settings.bucket_s))
        self.series = SeriesWatch(
            judge,
            bucket_s=settings.bucket_s,
            window_s=settings.window_s,
            config_digest=settings.config_digest,
            may_name=self._populations.may_name,
        )
        self.outlook = decide_settings.outlook_of(settings)
        self._teller = decide_settings.teller_of(
            settings, self._rates, self._regulars, self.integrity, self.outlook, self._populations.may_name
        )
        self.slow = decide_settings.slow_of(settings, self._rates, self._populations.may_name)
        window = round(settings.window_s / settings.bucket_s)
        self.book = TrendBook(memory=round(settings.trend_memory_s / settings.bucket_s), gathering=window)
        self.tally = self._teller.tally
        """Alerts held back, by reason."""
        self.candidates = 0
        self.figures_refused = 0
        self.tracked = 0

    def warm_at(self) -> float | None:
        """When trend alerts begin, epoch seconds of event time; None before the first tick."""
        if self._first_bucket is None:
            return None
        return self._first_bucket * self._settings.bucket_s + self._settings.warm_up_s

    @property
    def judge(self) -> SeriesJudge:
        """What judges the series."""
        return self.series.judge

    @property
    def reached_at(self) -> float:
        """Event time up to which everything is decided, epoch seconds."""
        return (self._decided + 1) * self._settings.bucket_s

    def ready(self, tick: Tick) -> Iterator[Question]:
        """Take a tick; ask about each bucket that it completes, in order. Decide each before asking for the next."""
        if tick.bucket > self._reached[tick.partition]:  # a tick told before changes nothing
            self._reached[tick.partition] = tick.bucket
            self._waiting.setdefault(tick.bucket, []).append(tick)
        complete = min(self._reached.values())
        for bucket in sorted(bucket for bucket in self._waiting if bucket <= complete):
            yield self._question(bucket, sorted(self._waiting.pop(bucket), key=lambda t: t.partition))

    def decide(self, question: Question, texts: Texts) -> Decision:
        """Decide a bucket, given the texts of the posts it asked for."""
        bucket = question.bucket
        self._see(question, texts)
        discovered = self._discovered(question, texts)
        self._finder.learn(question.calm, texts, self._rates)
        for group in discovered:
            placed = self.book.place(bucket, group, texts, self._rates)
            self._finder.stories.tell([key_in(c.scope, c.key) for c in group], new=placed.new)
        self.book.keep_up(bucket, question.known, texts, self._rates)
        measured: defaultdict[str, dict[int, Candidate]] = defaultdict(dict)
        for c in [*question.known, *(c for group in discovered for c in group)]:
            measured[c.scope][c.key] = c
        alerts: list[Alert] = []
        trends: dict[str, Trend | None] = {}
        for trend in self.book:
            told, record = self._teller.tell(trend, bucket, measured[trend.scope], question.crowd)
            alerts += told
            trends.update({trend.trend_id: record} if record else {})
        for gone in self.book.forget(bucket):
            self.integrity.forget(gone.trend_id)
            self.outlook.forget(gone.trend_id)
            trends[gone.trend_id] = None
        self.outlook.learn(bucket)  # after all is told: what this bucket brings was not known when it was asked
        self.integrity.learn_ordinary(((None, seen_of(c.posts, texts)) for c in question.calm), bucket)
        self._decided = bucket
        digest, as_of = self._settings.config_digest, self.reached_at
        kpis = tuple(kpi_of(told, as_of, config_digest=digest) for told in question.figures)
        alerts += self.series.tell(bucket, question.series, question.figures)
        alerts += self.standouts.tell(bucket, question.standouts, texts, self.series.untrusted)
        alerts += self.slow.tell(bucket, question.slow, texts)
        return Decision(bucket, tuple(alerts), trends, kpis)

    def snapshot(self) -> dict[str, bytes]:
        """The whole state in named parts; those that did not change have equal bytes. Take it between two buckets."""
        state = DecideState(
            tuple(self._reached.values()), self._decided, self._first_bucket, self.candidates, self.tracked
        )
        waiting = [tick for ticks in self._waiting.values() for tick in ticks]
        return {
            "stage": msgspec.msgpack.encode(state),
            "rates": self._rates.snapshot(),
            "regulars": self._regulars.snapshot(),
            **self._finder.snapshot(),
            **self.series.snapshot(),
            "integrity": self.integrity.snapshot(),
            "populations": self._populations.snapshot(),
            **named("standouts", self.standouts.snapshot()),
            **named("slow", self.slow.snapshot()),
            **named("outlook", self.outlook.snapshot()),
            **{f"tick/{tick.bucket}/{tick.partition}": tick_format.encode(tick) for tick in waiting},
            **self.book.snapshot(),
        }

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot, as a fresh stage of the same settings: the same ticks then give the same alerts."""
        state = read_state(parts["stage"])
        self._reached = dict(enumerate(state.reached))
        self._decided, self._first_bucket = state.decided, state.first_bucket
        self.candidates, self.tracked = state.candidates, state.tracked
        for tick in (tick_format.decode(part) for name, part in parts.items() if name.startswith("tick/")):
            self._waiting.setdefault(tick.bucket, []).append(tick)
        self._rates.restore(parts["rates"])
        self._regulars.restore(parts["regulars"])
        self._finder.restore(parts)
        self.series.restore(parts)
        self.integrity.restore(parts["integrity"])
        self._populations.restore(parts["populations"])
        self.standouts.restore(under(parts, "standouts"))
        self.slow.restore(under(parts, "slow"))
        self.outlook.restore(under(parts, "outlook"))
        self.book.restore(parts)

    def _question(self, bucket: int, ticks: Sequence[Tick]) -> Question:
        self._first_bucket = bucket if self._first_bucket is None else self._first_bucket
        self._rates.learn(ticks)
        candidates = [c for tick in ticks for c in (*tick.candidates, *tick.pairs)]
        self._regulars.learn(bucket, candidates)  # what it is asked is about earlier days
        known = [c for c in candidates if self.book.follows(c)]
        fresh = self._finder.fresh([c for c in candidates if self.book.may_be_new(c)])
        warmth = self._warmth(bucket)
        warm = warmth >= 1
        if not warm:
            self.tally["warming_up"] += len(groups_of(fresh))
            fresh = fresh if warmth >= LEARNING and _have_past(ticks) else []
        calm = sorted((c for tick in ticks for c in tick.calm), key=lambda c: (c.lot, c.key))[:GROUPS]
        calm = calm if warmth >= LEARNING else []
        self.tracked, self.candidates = sum(tick.tracked for tick in ticks), len(candidates)
        series: Counter[str] = Counter()
        for tick in ticks:
            series.update(tick.series)
        self._populations.learn(bucket, ticks, series)
        wanted = {ref for c in fresh for look in looks_of(c) for ref in look.posts}
        wanted.update(ref for c in calm for ref in c.posts)
        for c in known:
            owner = self.book.owner(c.key)
            wanted.update(ref for ref in c.posts if owner and ref.post_id not in owner.post_ids)
        told = [part for tick in ticks for part in tick.judged]
        standouts = self.standouts.weigh(bucket, told, warm=warm)
        wanted.update(self.standouts.refs(standouts))
        hours = [tick.hour for tick in ticks if tick.hour]
        slow = self.slow.weigh(bucket, hours, lambda key: self.book.owner(key) is not None, warm=warm)
        wanted.update(self.slow.refs(slow))
        posts = tuple(sorted(wanted, key=lambda ref: (ref.source, ref.offset)))
        kafka_at = max((tick.kafka_at for tick in ticks), default=0.0)
        exposure = max((tick.exposure for tick in ticks), default=0.0)
        crowd = Crowd(exposure, next((tick.drawn for tick in ticks if tick.drawn), None))
        self.figures_refused += sum(tick.figures_refused for tick in ticks)
        figures = tuple(told for tick in ticks for told in tick.figures)
        return Question(
            bucket, warm, known, fresh, calm, dict(series), posts, crowd, figures, standouts, slow, kafka_at
        )

    def _discovered(self, question: Question, texts: Texts) -> list[list[Candidate]]:
        """What is believed; while the models warm up it is only learned from."""
        if not question.warm:
            self._finder.learn_stories(question.bucket, question.fresh, texts, self._rates)
            return []
        return self._finder.believed(
            question.bucket, question.fresh, texts, self._rates, lambda refs: self.book.tells_of(refs, texts)
        )

    def _warmth(self, bucket: int) -> float:
        """How much of the warm-up is over when this bucket ends; 1 and more: all."""
        warm_at, end_at = self.warm_at(), (bucket + 1) * self._settings.bucket_s
        if warm_at is None or end_at >= warm_at:
            return 1.0
        return 1.0 - (warm_at - end_at) / self._settings.warm_up_s

    def _see(self, question: Question, texts: Texts) -> None:
        """Who writes in which segment, by the posts that were read."""
        for ref in question.posts:
            post = texts.get((ref.source, ref.offset))
            if post is not None:
                self._populations.see(post, ref.author, question.bucket)


def _have_past(ticks: Sequence[Tick]) -> bool:
    """Whether anything is older than the long window: before, all that is talked of bursts, and is no story."""
    return any(tick.past_exposure > 0 for tick in ticks)
