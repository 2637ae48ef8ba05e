"""What forecasts of trends are worth: made-up streams through the whole detection, each forecast judged in its time.

What is learned on one stream is carried to the next, as it would be on one that goes on; the first answers are not
judged. Beside ours, on the same questions: the share of yes, "it goes on as now", and River's models.
"""

import json
import math
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from river import compose, forest, linear_model, optim, preprocessing

from config.settings import load
from detectors.forecast.window import MISSING
from detectors.outlook.horizon import WITH_TARGET, Came
from detectors.outlook.outlook import Outlook
from detectors.outlook.scores import Answered, scores_of
from streams import wiring
from streams.generator.stream import stream
from streams.replay import Replay

START_AT = 1_748_822_400.0
POSTS_PER_HOUR = 400.0
NOT_JUDGED = 50
"""Answers of each horizon that are only learned from."""
HORIZONS = ("6h", "24h")
QUESTIONS: dict[str, Callable[[Came], Answered | None]] = {
    "reaches the target": lambda c: Answered(c.asked.reaches.p, c.asked.reaches.base, c.reached),
    "doubles": lambda c: Answered(c.asked.doubles.p, c.asked.doubles.base, c.doubled),
    "leaves its community": lambda c: (
        Answered(c.asked.leaves.p, c.asked.leaves.base, c.left) if c.asked.leaves and c.left is not None else None
    ),
}


class Run(NamedTuple):
    """All that came due, by horizon, in order; and what it took."""

    came: dict[str, list[Came]]
    us: float
    """Microseconds of processor time a forecast, learning included."""
    mib: float


class Timed(Outlook):
    """An outlook and the processor time that it took."""

    cpu_s = 0.0

    def look(self, *args: Any, **kwargs: Any) -> Any:
        """As it is."""
        began = time.process_time()
        told = super().look(*args, **kwargs)
        self.cpu_s += time.process_time() - began
        return told

    def learn(self, bucket: int) -> None:
        """As it is."""
        began = time.process_time()
        super().learn(bucket)
        self.cpu_s += time.process_time() - began


def table(hours: float, seeds: Sequence[int], files: Sequence[Path], folder: Path) -> Iterator[str]:
    """Every question of both horizons, beside what else could be said."""
    run = played(list(files) or list(written(hours, seeds, folder)))
    cost = f"{run.us:.0f} us of CPU a forecast, learning included; the process grew by {run.mib:.0f} MiB"
    yield f"{len(files) or len(seeds)} streams; {cost}"
    for horizon in HORIZONS:
        judged = run.came[horizon][NOT_JUDGED:]
        if not judged:
            yield f"\n{horizon}: nothing to judge"
            continue
        inside = [c.asked.interval[0] <= c.voices <= c.asked.interval[1] for c in judged if c.asked.interval]
        yield f"\n{horizon}: {len(judged)} forecasts judged, 90 % range held {np.mean(inside):.1%} of {len(inside)}\n"
        yield "| | yes | Brier | skill | log-loss skill | ECE | PR-AUC |"
        yield "|---|--:|--:|--:|--:|--:|--:|"
        for name, question in QUESTIONS.items():
            if answers := [told for c in judged if (told := question(c)) is not None]:
                yield row(name, answers)
        yield from beside(run.came[horizon])


def row(name: str, answers: Sequence[Answered]) -> str:
    """A line of the table."""
    s = scores_of(answers)
    assert s is not None
    skills = " | ".join("" if skill is None else f"{skill:.3f}" for skill in (s.brier_skill, s.log_loss_skill))
    area = "" if s.pr_auc is None else f"{s.pr_auc:.3f}"
    return f"| {name} | {s.yes:.1%} | {s.brier:.4f} | {skills} | {s.calibration_error:.3f} | {area} |"


def written(hours: float, seeds: Sequence[int], folder: Path) -> Iterator[Path]:
    """The posts of a stream for each seed, one after the other in event time."""
    folder.mkdir(parents=True, exist_ok=True)
    for i, seed in enumerate(seeds):
        start_at = START_AT + i * math.ceil(hours / 24 + 2) * 86_400.0
        path = folder / f"posts-{seed}.jsonl"
        with path.open("w") as out:
            for _, topic, record in stream(hours=hours, seed=seed, start_at=start_at, posts_per_hour=POSTS_PER_HOUR):
                if topic == "post":
                    out.write(json.dumps(record) + "\n")
        yield path


def played(files: Sequence[Path]) -> Run:
    """The streams through the detection, each by one that knows nothing but how trends went on before."""
    came: dict[str, list[Came]] = {name: [] for name in HORIZONS}
    settings, parts, cpu_s, asked = wiring.detection(load()), None, 0.0, 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path in files:
        replay = Replay(settings)
        outlook = replay.forecasters.trends
        outlook.__class__ = Timed
        if parts is not None:
            outlook.restore(parts)
        for _ in replay.run([str(path)]):
            for horizon, one in outlook.came:
                came[horizon].append(one)
        asked += sum(n for (_, fate), n in outlook.tally.items() if fate == "asked")
        parts, cpu_s = outlook.snapshot(), cpu_s + outlook.cpu_s  # type: ignore[attr-defined]
    mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return Run(came, cpu_s / max(1, asked) * 1e6, mib)


CONTENDERS: dict[str, Callable[[], Any]] = {
    "River's logistic regression": lambda: compose.Pipeline(
        preprocessing.StandardScaler(), linear_model.LogisticRegression(optimizer=optim.SGD(0.01))
    ),
    "River's AMF": lambda: forest.AMFClassifier(n_estimators=10, use_aggregation=True, dirichlet=0.5, seed=1),
    "River's adaptive random forest": lambda: forest.ARFClassifier(n_models=10, seed=1),
}


def beside(came: Sequence[Came]) -> Iterator[str]:
    """Others on the first question: they see the same features, and learn when ours does."""
    judged = came[NOT_JUDGED:]
    yield row("doubles, as now: never", [Answered(0.0, c.asked.doubles.base, c.doubled) for c in judged])
    for name, make in CONTENDERS.items():
        said = answered(make(), came)[NOT_JUDGED:]
        answers = [Answered(p, c.asked.reaches.base, c.reached) for p, c in zip(said, judged, strict=True)]
        yield row(f"reaches the target, {name}", answers)


def answered(model: Any, came: Sequence[Came]) -> list[float]:
    """What a model of River says, in the order of asking; of the same horizon all questions come due in that order."""
    said, learned = list[float](), 0
    for i, c in enumerate(came):
        while learned < i and came[learned].due < c.asked.bucket:
            model.learn_one(named(WITH_TARGET, came[learned].asked.values), came[learned].reached)
            learned += 1
        said.append(float(model.predict_proba_one(named(WITH_TARGET, c.asked.values)).get(True, c.asked.reaches.base)))
    return said


def named(names: Sequence[str], values: bytes) -> dict[str, float]:
    """Features of a question as River's models take them; what is missing is 0 to them."""
    known = np.frombuffer(values, "<f4").tolist()
    return {name: 0.0 if v == float(MISSING) else v for name, v in zip(names, known, strict=True)}
