"""COUNT and DECIDE in the shell: runs in and ticks out, ticks in and alerts out."""

from collections.abc import Iterator

import msgspec

from config.sections import Topics
from detectors import pipeline
from detectors.counts import runs, ticks
from detectors.model.alerts import Alert
from detectors.stages.count import CountStage
from detectors.stages.decide import DecideStage, Decision
from streams import clock, codec
from streams.archive import Archive
from streams.chunks import Chunk
from streams.metrics import Metrics
from streams.sending import Message, Sender


class Counting:
    """The COUNT partitions that this worker has."""

    def __init__(self, topics: Topics, settings: pipeline.Settings, sender: Sender) -> None:
        self._topics = topics
        self._settings = settings
        self._sender = sender
        self._stages: dict[int, tuple[int, CountStage]] = {}

    async def runs(self, chunk: Chunk) -> None:
        """Count a chunk of runs; send a tick for each bucket that it completes."""
        stage = self._stage(chunk.tp.partition, chunk.epoch)
        told = [tick for record in chunk.records for tick in stage.step(runs.decode(record.value), record.offset)]
        if told:
            await self._sender.send(Message(self._topics.ticks, None, ticks.encode(tick), 0) for tick in told)

    def _stage(self, partition: int, epoch: int) -> CountStage:
        held = self._stages.get(partition)
        if held is None or held[0] != epoch:
            held = self._stages[partition] = (epoch, pipeline.counter(partition, self._settings))
        return held[1]


class Deciding:
    """DECIDE, on the worker that has the ticks."""

    def __init__(
        self, topics: Topics, settings: pipeline.Settings, sender: Sender, metrics: Metrics, archive: Archive
    ) -> None:
        self._topics = topics
        self._settings = settings
        self._sender = sender
        self._metrics = metrics
        self._archive = archive
        self._epoch = -1
        self._held: dict[str, int] = {}
        self.stage: DecideStage | None = None

    async def ticks(self, chunk: Chunk) -> None:
        """Decide the buckets that a chunk of ticks completes; send alerts and open trends."""
        if self.stage is None or self._epoch != chunk.epoch:
            self.stage, self._epoch = pipeline.decider(self._settings), chunk.epoch
        for record in chunk.records:
            for question in self.stage.ready(ticks.decode(record.value)):
                decision = self.stage.decide(question, await self._archive.read(question.posts))
                await self._publish(decision, question.kafka_at)
        self._show(self.stage)

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

    def _show(self, stage: DecideStage) -> None:
        m = self._metrics
        m.tracked_subjects.set(stage.tracked)
        m.candidates.set(stage.candidates)
        m.open_trends.set(sum(trend.state != "ended" for trend in stage.book))
        m.watermark_age.labels("decide").set(clock.now() - stage.reached_at)
        warm_at = stage.warm_at()
        m.warming_up.labels("decide").set(warm_at is None or stage.reached_at < warm_at)
        self._show_held(stage)
        for series, score in stage.judge.scores().items():
            m.series_anomaly_score.labels(str(series)).set(float("nan") if score is None else score)
        for series, value in stage.judge.values().items():
            m.series_value.labels(str(series)).set(value)

    def _show_held(self, stage: DecideStage) -> None:
        self._metrics.count_held("warming_up", stage.tally.pop("warming_up", 0))
        self._metrics.count_held("no_news", sum(stage.tally.values()))
        stage.tally.clear()
        held = stage.judge.held
        for reason in ("silence", "silence_suspected"):
            self._metrics.count_held(reason, max(0, held.get(reason, 0) - self._held.get(reason, 0)))
        self._held = held
