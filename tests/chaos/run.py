"""One run of a chaos stream through real workers under one fault, and what came of it."""

import time
import uuid
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

from config.sections import Topics
from config.settings import Settings, load
from streams import topics
from tests.chaos.broker import FragileKafka
from tests.chaos.case import Case, poisoned
from tests.chaos.clock import BUCKET_S
from tests.chaos.faults import Fault, Scene, Stall
from tests.chaos.feed import Feed
from tests.chaos.fleet import Fleet
from tests.chaos.outcome import refused, taken, written_outcome
from tests.chaos.stream import Sent, Shape
from tests.chaos.verdict import Differences, Outcome, against, against_truth, alerts_by_id, within
from tests.chaos.watch import Watch

REST_S = 4.0
"""A run goes on for so long after everything is decided: what should not come might still come."""


@dataclass
class Run:
    """What a run was, and what came of it."""

    fault: str
    records: int = 0
    alerts: int = 0
    took_s: float = 0.0
    tally: Counter[str] = field(default_factory=Counter)
    """kills, terms, starts, restarts, rebalances, bounces of the broker."""
    flow_s: list[float] = field(default_factory=list)
    truth: Differences = field(default_factory=Differences)
    reference: Differences = field(default_factory=Differences)
    other: Differences = field(default_factory=Differences)
    """What went wrong besides: workers that ended, a run that did not finish, records put aside."""
    outcome: Outcome = field(default_factory=lambda: Outcome([], []))

    @property
    def exact(self) -> bool:
        """Whether nothing differs."""
        return not any(d.count for d in (self.truth, self.reference, self.other))


class Plan(NamedTuple):
    """How the runs go.

    Attributes:
        seed: of the moments at which faults strike.
        kills: of the fault of that name.
        pace_s: how long a stream takes, seconds.
        limit_s: a run whose stages do not move for so long after its fault has failed, seconds.
    """

    seed: int
    kills: int
    pace_s: float
    limit_s: float


class Runner:
    """Runs faults over cases on one broker.

    Args:
        folder: for the workers' logs.
    """

    def __init__(self, broker: FragileKafka, folder: Path, plan: Plan) -> None:
        self._broker = broker
        self._folder = folder
        self._plan = plan

    def run(self, fault: Fault, case: Case) -> Run:
        """Run one fault and compare."""
        began = time.monotonic()
        run = Run(fault.name)
        prefix = f"{fault.name}{uuid.uuid4().hex[:6]}"
        names = {setting: f"{prefix}.{name}" for setting, name in Topics().names().items()}
        names["partitions"] = str(case.shape.partitions)
        settings = load(kafka={"bootstrap_servers": self._broker.bootstrap_servers}, topics=names)
        topics.apply(settings)
        extra = poisoned(case.shape) if fault.poisoned else []
        sent = sorted([*case.sent, *extra], key=lambda record: record.arrives_at)
        try:
            self._play(fault, case.shape, settings, sent, run)
        except (AssertionError, OSError) as error:
            run.other.add("did not finish", " ".join(str(error).split())[:600])
        self._judge(case, settings, sent, extra, run)
        run.took_s = time.monotonic() - began
        return run

    def _play(self, fault: Fault, shape: Shape, settings: Settings, sent: Sequence[Sent], run: Run) -> None:
        more = {"CHAOS_EXPLODES": "1"} if fault.poisoned else {}
        with ExitStack() as stack:
            folder = self._folder / settings.topics.posts.partition(".")[0]
            fleet = stack.enter_context(Fleet(settings, folder, **shape.environment, **more))
            watch = stack.enter_context(Watch(settings))
            feed = stack.enter_context(Feed(settings, sent, self._plan.pace_s * fault.slow))
            scene = Scene(self._broker, fleet, feed, watch, Random(self._plan.seed), self._plan.kills)
            try:
                fault.do(scene)
                self._settle(scene, shape.ticks[-1])
            finally:
                run.flow_s = scene.flow_s
                run.tally = fleet.tally + Counter(rebalances=fleet.rebalances, bounces=scene.bounces)
                for words in [] if fault.falls else fleet.deaths:
                    run.other.add("a worker ended by itself", words[:600])

    def _settle(self, scene: Scene, last: int) -> None:
        """Wait until everything is sent, counted and decided."""
        stall = Stall(self._plan.limit_s)
        calm_since: float | None = None
        while calm_since is None or time.monotonic() < calm_since + REST_S:
            decided = round(scene.fleet.decided_at() / BUCKET_S)  # known to a minute, where a bucket ends
            over = scene.feed.done and scene.watch.all_reached(last) and decided > last
            calm_since = (calm_since or time.monotonic()) if over else None
            behind = last - min(scene.watch.reached.values())
            said = f"sent {scene.feed.share:.0%}, {behind} buckets behind; {scene.fleet.deaths[-1:]}"
            stall.check((dict(scene.watch.reached), decided), said)
            scene.fleet.wait(0.3)

    def _judge(self, case: Case, settings: Settings, sent: Sequence[Sent], extra: Sequence[Sent], run: Run) -> None:
        run.records = taken(settings, sent, run.other)
        refused(settings, extra, run.other)
        run.outcome = written_outcome(settings)
        run.alerts = len(within(alerts_by_id(run.outcome.alerts, Differences()), case.shape.ticks))
        run.truth = against_truth(run.outcome, case.truth)
        run.reference = against(run.outcome, case.reference, case.shape.ticks, offsets=not extra)
