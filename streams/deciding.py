"""COUNT and DECIDE in the shell: runs in and ticks out, ticks in and alerts out, their state saved in between."""

from collections.abc import Iterator, Mapping

import msgspec
import structlog
from faust.types import TP

from config.sections import Topics
from detectors import pipeline
from detectors.alerting.notices import Reason
from detectors.counts import ticks
from detectors.model.alerts import Alert
from detectors.stages.decide import DecideStage
from detectors.stages.decisions import Decision, Question
from streams import clock, codec
from streams.archive import Archive
from streams.chunks import Chunk
from streams.health import Moved
from streams.metrics import HeldReason, Metrics
from streams.resuming import must_reach
from streams.saving import Saver, Saving
from streams.sending import Message, Sender

OF_SERIES: tuple[HeldReason, ...] = ("silence", "silence_suspected", "jump", "late")
"""Reasons for which the judge of series holds findings back."""

log = structlog.get_logger()


class Decide:
    """DECIDE since one seek.

    Attributes:
        next: offset of the first tick that it has not taken.
        told_at: event time up to which everything is decided and published, epoch seconds.
    """

    def __init__(self, epoch: int, stage: DecideStage, saver: Saver, at: int) -> None:
        self.epoch = epoch
        self.stage = stage
        self.saver = saver
        self.next = at
        self.told_at = stage.reached_at


class Deciding:
    """DECIDE, on the worker that has the ticks.

    Args:
        saving: where its state is kept.
        moved: hears of every tick that was decided: a chunk may hold hours of them.
    """

    def __init__(
        self,
        topics: Topics,
        settings: pipeline.Settings,
        sender: Sender,
        metrics: Metrics,
        archive: Archive,
        saving: Saving,
        moved: Moved,
    ) -> None:
        self._topics = topics
        self._settings = settings
        self._sender = sender
        self._metrics = metrics
        self._archive = archive
        self._saving = saving
        self._moved = moved
        self._decide: Decide | None = None
        self._held: dict[str, int] = {}

    async def ticks(self, chunk: Chunk) -> None:
        """Decide the buckets that a chunk of ticks completes; send alerts, trends and figures; save what follows."""
        opened = await self._opened(chunk)
        for record in chunk.records:
            if record.offset >= opened.next:  # the others were taken already
                await self._tick(opened, chunk.tp.topic, record.offset, record.value)
        self._show(opened.stage)

    async def _tick(self, opened: Decide, topic: str, offset: int, value: bytes) -> None:
        with opened.saver.step():
            ready = opened.stage.ready(ticks.decode(value))
            decided = [await self._decide_bucket(opened, question) for question in ready]
            opened.next = offset + 1
        self._moved()
        if decided and opened.saver.due():
            await opened.saver.save(opened.stage.snapshot(), {topic: opened.next})

    async def _decide_bucket(self, opened: Decide, question: Question) -> int:
        decision = opened.stage.decide(question, await self._archive.read(question.posts))
        await self._publish(decision, question.kafka_at)
        opened.told_at = opened.stage.reached_at
        return decision.bucket

    def commit_limit(self, tp: TP) -> int:
        """The offset up to which a restart has no need of the ticks."""
        return self._decide.saver.positions.get(tp.topic, 0) if self._decide else 0

    def commit_note(self, tp: TP) -> str:  # noqa: ARG002 - it has one partition
        """What is kept beside a committed offset."""
        return self._decide.saver.note() if self._decide else ""

    def keep(self, partitions: set[int]) -> None:
        """Let go of the state if this worker no longer has the ticks."""
        if not partitions and self._decide:
            self._decide = None
            self._metrics.watermark_age.remove("decide")

    def show_age(self) -> None:
        """Measure how far from live it is, also while it stands still."""
        if self._decide:
            self._metrics.watermark_age.labels("decide").set(clock.now() - self._decide.told_at)

    @property
    def warming_until(self) -> float | None:
        """Event time at which trend alerts begin, epoch seconds; None: they have begun, or it is not known here."""
        warm_at = self._decide.stage.warm_at() if self._decide else None
        return warm_at if self._decide and warm_at and self._decide.stage.reached_at < warm_at else None

    async def _opened(self, chunk: Chunk) -> Decide:
        """DECIDE, opened when it is asked for the first time since a seek."""
        if self._decide is None or self._decide.epoch != chunk.epoch:
            saver, parts = await self._saving.open("decide", chunk.tp.partition, (chunk.tp.topic,))
            kept = self._decide and _kept(self._decide, chunk, saver)
            self._decide = kept or self._restored(chunk, saver, parts)
        return self._decide

    def _restored(self, chunk: Chunk, saver: Saver, parts: Mapping[str, bytes] | None) -> Decide:
        stage = pipeline.decider(self._settings, parts)
        if parts is None and self._settings.prepared:
            log.info("forecasts begin with what was prepared", answers=stage.outlook.short.reaches.record.n)
        if parts is not None:
            must_reach(chunk, saver.positions.get(chunk.tp.topic, 0))
            if stage.judge.cold:
                log.warning("the models of series start cold, and warm up again", changed=stage.judge.cold)
        self._held = stage.judge.held
        return Decide(chunk.epoch, stage, saver, saver.positions.get(chunk.tp.topic, 0))

    async def _publish(self, decision: Decision, kafka_at: float) -> None:
        await self._sender.send(self._messages(decision, kafka_at))
        now = clock.now()
        for alert in decision.alerts:
            delay_s = now - alert.detected_at.timestamp()
            self._metrics.count_alert(alert.kind, alert.action, alert.severity, delay_s, alert.alert_id)

    def _messages(self, decision: Decision, kafka_at: float) -> Iterator[Message]:
        trace = {"kafka_at": clock.rfc3339(kafka_at), "decided_at": clock.rfc3339(clock.now())}
        for alert in decision.alerts:
            traced: Alert = msgspec.structs.replace(alert, trace=trace)
            yield Message(
                self._topics.alerts,
                traced.dedup_key.encode(),
                codec.encode_alert(traced),
                None,
                codec.cloud_event_headers(traced),
            )
        for trend_id, trend in decision.trends.items():
            value = codec.encode_trend(trend) if trend else None
            yield Message(self._topics.trends, trend_id.encode(), value)
        for kpi in decision.kpis:
            yield Message(self._topics.kpis, kpi.key.encode(), codec.encode_kpi(kpi))

    def _show(self, stage: DecideStage) -> None:
        m = self._metrics
        m.tracked_subjects.set(stage.tracked)
        m.candidates.set(stage.candidates)
        m.figures_refused.inc(stage.figures_refused)
        stage.figures_refused = 0
        m.open_trends.set(sum(trend.state != "ended" for trend in stage.book))
        self.show_age()
        warm_at = stage.warm_at()
        m.warming_up.labels("decide").set(warm_at is None or stage.reached_at < warm_at)
        self._show_held(stage)
        for outlook in (stage.outlook, stage.standouts.outlook):
            for (horizon, outcome), n in outlook.tally.items():
                m.forecasts.labels(horizon, outcome).inc(n)
            outlook.tally.clear()
            for model, loss in outlook.losses():
                m.model_loss.labels(model).set(loss)
        for series, score in stage.judge.scores().items():
            m.series_anomaly_score.labels(str(series)).set(float("nan") if score is None else score)
        for series, value in stage.judge.values().items():
            m.series_value.labels(str(series)).set(value)

    def _show_held(self, stage: DecideStage) -> None:
        stage.tally.update(stage.standouts.take_tally())
        stage.tally.update(stage.slow.tally)
        stage.slow.tally.clear()
        self._metrics.count_held("warming_up", stage.tally.pop("warming_up", 0))
        self._metrics.count_held("recurring", stage.tally.pop(Reason.RECURRING, 0))
        self._metrics.count_held("integrity", stage.tally.pop("integrity", 0))
        self._metrics.count_held("data_quality", stage.tally.pop("data_quality", 0) + stage.series.hourly.take_held())
        self._metrics.count_held("no_news", sum(stage.tally.values()))
        stage.tally.clear()
        held = stage.judge.held
        for reason in OF_SERIES:
            self._metrics.count_held(reason, max(0, held.get(reason, 0) - self._held.get(reason, 0)))
        self._held = held


def _kept(decide: Decide, chunk: Chunk, saver: Saver) -> Decide | None:
    """What this worker had before the seek, if it is as good as the last snapshot: it follows from the log alone."""
    behind = max(chunk.records[0].offset, saver.positions.get(chunk.tp.topic, 0))
    good = not decide.saver.broken and behind <= decide.next
    return Decide(chunk.epoch, decide.stage, saver, decide.next) if good else None
