"""`make benchmark`: our worker, a plain Faust agent and the raw client over the same records on a real Kafka.

Prints a Markdown table. What it means is said in docs/benchmarks.md.
"""

import argparse
import os
import platform
import tempfile
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from streams.broker import EmbeddedKafka
from streams.jars import KAFKA_VERSION
from tests.benchmarks import others, worker
from tests.benchmarks.measure import Sample, median
from tests.benchmarks.scene import Scene

HISTORY_S = 13 * 3600.0
"""Event time before measuring begins: the warm-up, and a window more. Without a past everything would be news."""

AHEAD_S = 270.0
"""How far into a bucket the stream reaches when a round begins and ends: beyond the lateness, in every partition."""

CONTENDERS = {
    "raw client: aiokafka, bytes only": ("posts", partial(others.run, script="raw_read")),
    "plain Faust agent: hashtag counts in a dict": ("posts", partial(others.run, script="plain_faust")),
    "freshet, hashtags, sounds, products": ("posts", partial(worker.run, words=False)),
    "freshet, and words and phrases": ("posts", partial(worker.run, words=True)),
    "freshet, engagements": ("engagements", partial(worker.run, words=True)),
}


def main() -> None:
    """Measure, and print the table."""
    arguments = _arguments()
    chosen = {name: how for name, how in CONTENDERS.items() if arguments.only in name}
    with tempfile.TemporaryDirectory() as folder, EmbeddedKafka(Path(folder) / "kafka", port=arguments.port) as kafka:
        print(_preamble())
        scenes: dict[str, Scene] = {}
        for kind, _ in chosen.values():
            if kind not in scenes:
                scenes[kind] = _scene(kafka.bootstrap_servers, kind, arguments.rate)
        print(f"\n| {arguments.rounds} rounds each | us per record (median) | least - most | records/s | peak MiB |")
        print("|---|---|---|---|---|", flush=True)
        for number, (name, (kind, run)) in enumerate(chosen.items()):
            home = Path(folder) / f"contender-{number}"
            samples = run(scenes[kind], home, rounds=arguments.rounds, round_s=arguments.hours * 3600)
            print(_row(name, samples), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make benchmark", description=__doc__)
    parser.add_argument("--rate", type=float, default=10.0, help="records a second of event time")
    parser.add_argument("--hours", type=float, default=1.0, help="event time of a round of our worker")
    parser.add_argument("--rounds", type=int, default=3, help="how often each contender is measured")
    parser.add_argument("--only", default="", help="contenders with this in their name")
    parser.add_argument("--port", type=int, default=0, help="of the broker; 0: any")
    return parser.parse_args()


def _scene(servers: str, kind: str, rate: float) -> Scene:
    scene = Scene(servers, kind, rate)
    scene.send(scene.following(HISTORY_S + AHEAD_S))
    mean = scene.size[kind] / scene.total[kind]
    print(f"{kind}: {scene.total[kind]} of {mean:.0f} bytes as history, {rate:g} a second of event time", flush=True)
    return scene


def _preamble() -> str:
    with Path("/proc/cpuinfo").open() as lines:
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    packages = ", ".join(f"{name} {version(name)}" for name in ("faust-streaming", "aiokafka", "numpy", "msgspec"))
    return (
        f"{os.cpu_count()} cores of {model}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, Apache Kafka {KAFKA_VERSION}, {packages}"
    )


def _row(name: str, samples: Sequence[Sample]) -> str:
    middle = median(samples)
    costs = sorted(sample.us_per_record for sample in samples)
    return (
        f"| {name} | **{middle.us_per_record:.1f}** | {costs[0]:.1f} - {costs[-1]:.1f} "
        f"| {middle.records_per_s:,.0f} | {middle.peak_mb:.0f} |"
    )


main()
