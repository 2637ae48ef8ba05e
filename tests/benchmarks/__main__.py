"""`make benchmark`: our worker, a plain Faust agent and the raw client over the same records on a real Kafka.

Prints a Markdown table. What it means is said in docs/benchmarks.md.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from streams.broker import EmbeddedKafka
from streams.jars import KAFKA_VERSION
from tests.benchmarks import scene as scenes
from tests.benchmarks import worker
from tests.benchmarks.measure import Sample, median
from tests.benchmarks.scene import Scene

ROOT = Path(__file__).parents[2]
PLAIN_RECORDS = 60_000
"""Posts that a plain agent is measured with at most: at its pace more would only take longer."""

PLAIN_SKIPPED = 5_000
"""Posts that the raw client and the plain agent read before measuring begins."""

PATIENCE_S = 180
Contender = Callable[[Path], Sample]


def main() -> None:
    """Measure, and print the table."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder, EmbeddedKafka(Path(folder) / "kafka", port=arguments.port) as kafka:
        print(_preamble(), flush=True)
        of_posts = scenes.of_posts(kafka.bootstrap_servers, arguments.buckets)
        of_engagements = scenes.of_engagements(kafka.bootstrap_servers, arguments.buckets)
        for line in _record_sizes(of_posts, of_engagements):
            print(line)
        contenders = _contenders(of_posts, of_engagements)
        print(f"\n| {arguments.runs} runs each | us per record (median) | least - most | records/s | peak MiB |")
        print("|---|---|---|---|---|", flush=True)
        for name, contender in contenders.items():
            if arguments.only not in name:
                continue
            samples = [contender(Path(folder) / f"{name.split(':')[0]}-{turn}") for turn in range(arguments.runs)]
            print(_row(name, samples), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make benchmark", description=__doc__)
    parser.add_argument("--buckets", type=int, default=2, help="buckets of 60,000 records that are measured")
    parser.add_argument("--runs", type=int, default=3, help="runs of each contender")
    parser.add_argument("--only", default="", help="contenders with this in their name")
    parser.add_argument("--port", type=int, default=0, help="of the broker; 0: any")
    return parser.parse_args()


def _contenders(of_posts: Scene, of_engagements: Scene) -> dict[str, Contender]:
    return {
        "raw-client: aiokafka, bytes only": lambda home: _script("raw_read", of_posts, of_posts.total["posts"], home),
        "plain-faust: hashtag counts in a dict": lambda home: _script("plain_faust", of_posts, PLAIN_RECORDS, home),
        "freshet-tags: hashtags, sounds, products": lambda home: worker.run(of_posts, "posts", home, words=False),
        "freshet-words: and words and phrases": lambda home: worker.run(of_posts, "posts", home),
        "freshet-engagements": lambda home: worker.run(of_engagements, "engagements", home),
    }


def _script(name: str, scene: Scene, at_most: int, home: Path) -> Sample:
    """Run a contender that measures itself, until it has said what it found."""
    environment = os.environ | {
        "PLAIN_TOPIC": scene.topic("posts"),
        "PLAIN_SERVERS": scene.servers,
        "PLAIN_GROUP": home.name,
        "PLAIN_SKIPPED": str(PLAIN_SKIPPED),
        "PLAIN_UNTIL": str(min(PLAIN_SKIPPED + at_most, scene.total["posts"])),
        "PYTHONPATH": str(ROOT),
    }
    home.mkdir()
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", "worker", "-l", "warn"]
    with subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            return _said(process.stdout)
        finally:
            process.terminate()


def _said(lines: Iterator[str]) -> Sample:
    for line in lines:
        with suppress(json.JSONDecodeError):  # Faust prints a banner
            return Sample(*json.loads(line))
    raise AssertionError("a contender ended without a result")


def _preamble() -> str:
    with Path("/proc/cpuinfo").open() as lines:
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    packages = ", ".join(f"{name} {version(name)}" for name in ("faust-streaming", "aiokafka", "numpy", "msgspec"))
    return (
        f"{os.cpu_count()} cores of {model}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, Apache Kafka {KAFKA_VERSION}, {packages}"
    )


def _record_sizes(*of_kinds: Scene) -> Iterator[str]:
    for scene in of_kinds:
        for kind, size in scene.size.items():
            if kind in scene.skipped:
                mean = size / scene.total[kind]
                yield f"{kind}: {scene.total[kind]} records of {mean:.0f} bytes, {scene.skipped[kind]} before measuring"


def _row(name: str, samples: list[Sample]) -> str:
    middle = median(samples)
    costs = sorted(sample.us_per_record for sample in samples)
    return (
        f"| {name} | **{middle.us_per_record:.1f}** | {costs[0]:.1f} - {costs[-1]:.1f} "
        f"| {middle.records_per_s:,.0f} | {middle.peak_mb:.0f} |"
    )


main()
