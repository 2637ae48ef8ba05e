"""Forecasts beside River's models: the same questions, the same features, each in a process of its own.

The questions come from files that are not part of the project; so does the program that asks and judges.
"""

import contextlib
import importlib.util
import io
import math
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, Protocol

from river import compose, forest, linear_model, optim, preprocessing

from detectors.forecast.list_forecaster import HORIZON_S, KEEP_S
from detectors.forecast.lists import NAMES, ListFeatures
from detectors.forecast.rates import Rates
from detectors.forecast.waiting import Waiting
from detectors.trends.forecast import for_lists

UNKNOWN = -1.0
"""What River's models are told where ours are told nothing."""


class Forecaster(Protocol):
    """What the judging program talks to."""

    def predict_proba_one(self, x: Mapping[str, Any]) -> float:
        """Probability of yes."""

    def learn_one(self, x: Mapping[str, Any], y: bool) -> None:
        """The answer, when it is known."""


class Constant:
    """The share of yes so far."""

    def __init__(self) -> None:
        self._yes, self._seen = 1, 15

    def predict_proba_one(self, x: Mapping[str, Any]) -> float:  # noqa: ARG002
        """The same for all."""
        return self._yes / self._seen

    def learn_one(self, x: Mapping[str, Any], y: bool) -> None:  # noqa: ARG002
        """Count."""
        self._yes, self._seen = self._yes + y, self._seen + 1


class OfRiver:
    """A River classifier over our features, that learns when ours learns."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._features, self._rates = ListFeatures(), Rates()
        self._waiting = Waiting[tuple[dict[str, float], tuple[str, ...]], bool](horizon_s=HORIZON_S, keep_s=KEEP_S)

    def predict_proba_one(self, x: Mapping[str, Any]) -> float:
        """As River says it, the share of yes where it says nothing."""
        for (known, keys), answer in self._waiting.due(x["at"]):
            self._rates.learn(keys, answer)
            self._model.learn_one(known, answer)
        category = x["category"].strip()
        keys = category, f"{category}/{self._features.hour(x['at']) // 3}"
        values = [*self._features(x), *(self._rates(key) for key in keys)]
        named = {name: UNKNOWN if math.isnan(v) else float(v) for name, v in zip(NAMES, values, strict=True)}
        self._waiting.ask((x["at"], x["rank"]), (named, keys))
        return float(self._model.predict_proba_one(named).get(True, self._rates.base))

    def learn_one(self, x: Mapping[str, Any], y: bool) -> None:
        """Kept until it is due."""
        self._waiting.answer((x["at"], x["rank"]), bool(y))


CONTENDERS: dict[str, Callable[[], Forecaster]] = {
    "a constant": Constant,
    "ours": for_lists,
    "logistic regression": lambda: OfRiver(
        compose.Pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression(optimizer=optim.SGD(0.01)))
    ),
    "AMF": lambda: OfRiver(forest.AMFClassifier(n_estimators=10, use_aggregation=True, dirichlet=0.5, seed=1)),
    "adaptive random forest": lambda: OfRiver(forest.ARFClassifier(n_models=10, seed=1)),
}


class Task(NamedTuple):
    """One contender, one stream."""

    name: str
    scorer: Path
    files: tuple[Path, ...]
    rows: int
    """Of the files, that are read; 0: all."""


class Timed:
    """A forecaster and the processor time it took."""

    def __init__(self, inner: Forecaster) -> None:
        self._inner = inner
        self.asked, self.cpu_s = 0, 0.0

    def predict_proba_one(self, x: Mapping[str, Any]) -> float:
        """One question."""
        self.asked += 1
        began = time.process_time()
        p = self._inner.predict_proba_one(x)
        self.cpu_s += time.process_time() - began
        return p

    def learn_one(self, x: Mapping[str, Any], y: bool) -> None:
        """One answer."""
        began = time.process_time()
        self._inner.learn_one(x, y)
        self.cpu_s += time.process_time() - began


def table(scorer: Path, files: Sequence[Path], rows: int, only: str) -> Iterator[str]:
    """Every contender on the stream; the table, line by line as it comes."""
    yield f"{', '.join(file.name for file in files)}, judged by {scorer.name}; MiB without what the constant needs\n"
    yield "| | us of CPU a forecast | MiB | as it judges |"
    yield "|---|--:|--:|---|"
    least = 0.0
    for name in CONTENDERS:
        if only in name or name == "a constant":
            task = Task(name, scorer, tuple(files), rows)
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                us, mib, said = pool.apply(measure, (task,))
            least = least or mib
            yield f"| {name} | {us:.0f} | {mib - least:.0f} | {said} |"


def measure(task: Task) -> tuple[float, float, str]:
    """Microseconds a forecast, MiB of the process at its most, and what the judge prints."""
    judge = _loaded(task.scorer)
    every: Any = judge.snapshots
    judge.snapshots = lambda paths: _first(every(paths), task.rows)  # type: ignore[attr-defined]
    timed = Timed(CONTENDERS[task.name]())
    start, out = judge.run(timed, task.files)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        judge.report(start, out)
    return timed.cpu_s / timed.asked * 1e6, _peak_mib(), said.getvalue().strip()


def _first(snapshots: Iterator[tuple[float, list[Any]]], rows: int) -> Iterator[tuple[float, list[Any]]]:
    """The first snapshots, up to about so many rows; all if 0."""
    seen = 0
    for at, listed in snapshots:
        if rows and seen >= rows:
            return
        seen += len(listed)
        yield at, listed


def _loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path}: not a Python program")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _peak_mib() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("VmHWM:"))) / 1024
