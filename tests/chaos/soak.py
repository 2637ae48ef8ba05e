"""`make soak`: a stream of now through a real worker, for half an hour: memory, lag, state and latency stay flat.

Buckets are of a minute and the window of ten, so that all that is kept for a while is full when judging begins.
Writes docs/soak.md; exit code 1 if a figure grows.
"""

import argparse
import math
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from config.sections import Topics
from config.settings import load
from streams.broker import EmbeddedKafka
from streams.jars import KAFKA_VERSION
from tests.benchmarks.measure import Process
from tests.chaos.delays import Delays
from tests.chaos.flat import Trail, is_flat, verdict
from tests.chaos.live import Live
from tests.e2e.worker import Worker, worker

REPORT = Path(__file__).parents[2] / "docs" / "soak.md"
SAMPLE_S = 10.0
SLICE_S = 300.0
WARM_UP = 0.5
"""Share of the time after which figures are judged."""

KNOBS = {
    "bucket_s": 60,
    "window_s": 600,
    "long_window_s": 600,
    "warm_up_s": 600,
    "memory_size": 50_000,
    "history_posts": 25_000,
    "trend_memory_s": 600,
}
STATE = "freshet_snapshot_bytes"


def main() -> int:
    """Let it run, report, and say whether all was flat."""
    options = _options()
    names = {setting: f"soak.{name}" for setting, name in Topics().names().items()}
    knobs = {f"FRESHET_DETECTION__{name.upper()}": str(value) for name, value in KNOBS.items()}
    with tempfile.TemporaryDirectory(prefix="freshet-soak-") as folder, EmbeddedKafka(Path(folder) / "kafka") as kafka:
        settings = load(kafka={"bootstrap_servers": kafka.bootstrap_servers}, topics=names, detection=KNOBS)
        with (
            worker(settings, Path(folder) / "worker", **knobs) as running,
            Delays(settings) as delays,
            Live(settings, options.rate, options.seed) as live,
        ):
            soak = Soak(running, delays, live)
            soak.run(options.minutes * 60)
    judged = [trail.since(WARM_UP * options.minutes * 60) for trail in soak.trails() if trail.leeway]
    text = _page(soak, judged, options)
    print(text)
    if options.minutes >= 30:
        REPORT.write_text(text)
    return 0 if all(map(is_flat, judged)) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="from 30 on the report is written")
    parser.add_argument("--rate", type=float, default=3000.0, help="posts a second; a fifth as many engagements")
    parser.add_argument("--seed", type=int, default=1, help="of the stream")
    return parser.parse_args()


class Soak:
    """Samples a running worker."""

    def __init__(self, running: Worker, delays: Delays, live: Live) -> None:
        self._running = running
        self._delays = delays
        self._live = live
        self._process = Process(running.process.pid)
        self._began_at = 0.0
        self._rate = 0.0
        self._samples: dict[str, list[tuple[float, float]]] = {}

    def run(self, seconds: float) -> None:
        """Sample until time is up. Raises AssertionError if anything ends that should not."""
        began, self._began_at = time.monotonic(), time.time()  # noqa: TID251 - beside Kafka's own times
        was, sent = self._process.now(), 0
        while (passed_s := time.monotonic() - began) < seconds:
            time.sleep(SAMPLE_S)
            assert self._running.process.poll() is None, "the worker ended: see its log"
            for failure in filter(None, (self._live.failure, self._delays.failure)):
                raise failure
            now = self._process.now()
            self._note("load, % of a core", passed_s, 100 * (now.cpu_s - was.cpu_s) / (now.wall_s - was.wall_s))
            self._note("posts/s", passed_s, (self._live.sent - sent) / (now.wall_s - was.wall_s))
            self._note("RSS, MiB", passed_s, self._rss_mib())
            self._note("lag, records", passed_s, sum(self._running.metrics("freshet_consumer_lag_records").values()))
            self._note("subjects", passed_s, sum(self._running.metrics("freshet_tracked_subjects").values()))
            state = [value for value in self._running.metrics(STATE).values() if not math.isnan(value)]
            if state:
                self._note("state, MiB", passed_s, sum(state) / 2**20)
            was, sent = now, self._live.sent

    def _note(self, name: str, at_s: float, value: float) -> None:
        self._samples.setdefault(name, []).append((at_s, value))

    def _rss_mib(self) -> float:
        lines = Path(f"/proc/{self._running.process.pid}/status").read_text().splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith("VmRSS:"))) / 1024

    def trails(self) -> list[Trail]:
        """Every figure over time; those with a leeway are judged."""
        rate = mean(value for _, value in self._samples["posts/s"])
        leeways = {"RSS, MiB": 16.0, "lag, records": 2 * rate, "state, MiB": 8.0}
        self._samples.setdefault("state, MiB", [])
        found = [Trail(name, leeways.get(name, 0.0), points) for name, points in self._samples.items()]
        for topic, delays in self._delays.of.items():
            points = [(at - self._began_at, delay) for at, delay in delays]
            found.append(Trail(f"{topic} after, s", 0.5, points))
        return found


def _page(soak: Soak, judged: Sequence[Trail], options: argparse.Namespace) -> str:
    trails = soak.trails()
    slices = range(math.ceil(options.minutes * 60 / SLICE_S))
    rows = [
        f"| {n * SLICE_S / 60:.0f}-{(n + 1) * SLICE_S / 60:.0f} | " + " | ".join(_cell(t, n) for t in trails) + " |"
        for n in slices
    ]
    knobs = ", ".join(f"{name} {value}" for name, value in KNOBS.items())
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, Apache Kafka {KAFKA_VERSION}"
    command = " ".join(["python -m tests.chaos.soak", *sys.argv[1:]])
    said = "everything stayed flat" if all(map(is_flat, judged)) else "not everything stayed flat"
    about = f"A stream of now with a planted trend every minute, one worker, detection with {knobs}; mean of"
    return "\n".join(
        [
            "# Soak\n",
            f"Written by `{command}` on {machine}: {said}.\n",
            about,
            "each five minutes. *after*: from the end of the bucket, lateness aside, until it was readable in Kafka.\n",
            "| minutes | " + " | ".join(trail.name for trail in trails) + " |",
            "|---" * (len(trails) + 1) + "|",
            *rows,
            "",
            f"Judged over the last {(1 - WARM_UP) * options.minutes:.0f} minutes, by the slope of Theil and Sen:\n",
            *(f"- {verdict(trail)}" for trail in judged),
            "",
        ]
    )


def _cell(trail: Trail, number: int) -> str:
    values = [value for at, value in trail.points if number * SLICE_S <= at < (number + 1) * SLICE_S]
    return f"{mean(values):,.2f}" if values else "-"


if __name__ == "__main__":
    sys.exit(main())
