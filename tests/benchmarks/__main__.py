"""`make benchmark`: what a record costs. Each part prints Markdown tables; docs/benchmarks.md says what they mean.

path      the whole path on a real Kafka, beside a plain Faust agent and the raw client; dense, then sparse
stages    stage by stage in memory, without Kafka
memory    bytes of what is kept
workers   two workers against one
recovery  from kill -9 to flow, restarted or taken over, against the size of the state
page      the live page in Chromium (apt-get install chromium): first content, changes, 100 open pages; if asked for
latency   from a post to its alert, beyond bucket and lateness, at 10, 50 and 80 % of the maximum rate

What detection is worth, see docs/detection.md; the last six read files that are no part of the project (--file):

promises      forecasts of trends on made-up streams of some days, each judged in its time; or on --file
growth        forecasts of posts on a made-up world, beside River's models
false_alarms  a simulation: the share of false trends against what was promised, and how many planted ones are found
null_series   false alerts a day on series in which nothing changes, a month of a thousand
baselines     published detectors beside ours on streams with labelled events (--scorer)
null_stream   false alerts a day on the same streams without their events (--scorer)
forecast      forecasts of lists beside River's models (--scorer)
told          what is told of any posts in the input contract's format, as it reads
retail        invoices of a shop as orders and refunds, beside a sum by hand
counters      counters of platforms as snapshots, beside the same told in full: what is told of the first alone
"""

import argparse
import logging
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from streams.broker import EmbeddedKafka
from streams.jars import KAFKA_VERSION
from tests.benchmarks import (
    counters,
    forecast,
    growth,
    latency,
    memory,
    null_series,
    page,
    path,
    promises,
    recovery,
    retail,
    stages,
    workers,
)
from tests.benchmarks.trends import baselines, false_alarms, null_stream, told
from tests.benchmarks.trends.labelled import scorer_at
from tests.benchmarks.trends.world import SMALL, Plan

Part = Callable[[argparse.Namespace, str, Path], Iterator[str]]
"""(arguments, where Kafka listens, a folder of its own) -> lines as they come."""


def whole_path(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:
    """Dense and sparse."""
    dense = path.DENSE._replace(rate=arguments.rate)
    yield from path.table(servers, folder, "dense", dense, arguments.rounds, arguments.only)
    yield ""
    yield from path.table(servers, folder, "sparse", path.SPARSE, arguments.rounds, arguments.only)


def stage_by_stage(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:  # noqa: ARG001
    """Without Kafka."""
    return stages.table(path.DENSE._replace(rate=arguments.rate), arguments.rounds, arguments.only)


def weights(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:  # noqa: ARG001
    """Without Kafka."""
    return memory.table()


def two_workers(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:
    """Dense."""
    return workers.table(servers, folder, path.DENSE._replace(rate=arguments.rate), arguments.rounds)


def after_a_kill(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:
    """By size."""
    yield from recovery.table(servers, folder, folder.parent / "kafka-recovery" / "log", arguments.subjects)
    yield ""
    yield from recovery.taken_over(servers, folder, arguments.subjects)


def live_page(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:  # noqa: ARG001
    """With 2,000 trends."""
    return page.table(servers, folder)


def to_the_alert(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:
    """By share of the maximum."""
    return latency.table(servers, folder, arguments.shares, arguments.minutes)


def simulated(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:  # noqa: ARG001
    """Nothing is read."""
    return false_alarms.table(SMALL if arguments.small else Plan(judged_h=arguments.hours), arguments.seeds)


def in_their_time(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:  # noqa: ARG001
    """Of the files, if any."""
    return promises.table(24 * (arguments.days or 4), arguments.seeds, arguments.file, folder)


def after_a_day(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:  # noqa: ARG001
    """Nothing is read."""
    return growth.table(arguments.seeds)


def published(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:  # noqa: ARG001
    """Of the files."""
    return baselines.table(scorer_at(arguments.scorer), arguments.file, folder, arguments.only)


def without_events(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:  # noqa: ARG001
    """Of the files."""
    return null_stream.table(scorer_at(arguments.scorer), arguments.file, folder)


def as_told(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:  # noqa: ARG001
    """Of the files."""
    return told.table(arguments.file)


def unchanged(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:  # noqa: ARG001
    """Nothing is read."""
    return null_series.table(null_series.Plan(arguments.series, int(arguments.days or 30)), arguments.seeds)


def money(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:  # noqa: ARG001
    """Of the files."""
    return retail.table(arguments.file, int(arguments.days or 30))


def as_snapshots(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:  # noqa: ARG001
    """Of the files."""
    return counters.table(arguments.file, int(arguments.days or 4))


def beside_river(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:  # noqa: ARG001
    """On files that are not ours."""
    return forecast.table(arguments.scorer, arguments.file, arguments.rows, arguments.only)


ON_KAFKA: dict[str, Part] = {
    "path": whole_path,
    "workers": two_workers,
    "recovery": after_a_kill,
    "latency": to_the_alert,
    "page": live_page,
}
IN_MEMORY: dict[str, Part] = {
    "stages": stage_by_stage,
    "memory": weights,
    "promises": in_their_time,
    "growth": after_a_day,
    "false_alarms": simulated,
    "null_series": unchanged,
}
OF_FILES: dict[str, Part] = {
    "baselines": published,
    "null_stream": without_events,
    "told": as_told,
    "forecast": beside_river,
    "retail": money,
    "counters": as_snapshots,
}
SCORED = ("baselines", "null_stream", "forecast")


def main() -> None:
    """Measure what was asked for, and print it."""
    arguments = _arguments()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a new topic has no leader at first; failures raise
    print(_preamble(), flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in arguments.parts:
            print(f"\n## {part}\n", flush=True)
            if (alone := {**IN_MEMORY, **OF_FILES}.get(part)) is not None:
                _print(alone(arguments, "", folder / part))
                continue
            with EmbeddedKafka(folder / f"kafka-{part}", port=arguments.port) as kafka:
                _print(ON_KAFKA[part](arguments, kafka.bootstrap_servers, folder / part))


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        print(line, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make benchmark", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    every = [*IN_MEMORY, *ON_KAFKA, *OF_FILES]
    usual = [part for part in every if part not in (*OF_FILES, "page")]
    parser.add_argument(
        "parts",
        nargs="*",
        default=usual,
        help=f"of {', '.join(every)}; without any, all that need no --file and no browser",
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each contender is measured")
    parser.add_argument("--rate", type=float, default=path.DENSE.rate, help="records a second of event time, dense")
    parser.add_argument("--only", default="", help="path, stages, baselines, forecast: rows with this in their name")
    parser.add_argument("--subjects", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], help="recovery: sizes")
    parser.add_argument("--shares", type=float, nargs="*", default=[0.1, 0.5, 0.8], help="latency: of the maximum rate")
    parser.add_argument("--minutes", type=float, default=6.0, help="latency: how long at each share; more than 2")
    parser.add_argument(
        "--seeds", type=int, nargs="*", default=[1, 2, 3], help="promises, growth, false_alarms, null_series"
    )
    parser.add_argument("--days", type=float, default=0, help="promises (4), null_series and retail (30), counters (4)")
    parser.add_argument("--hours", type=int, default=24, help="false_alarms: judged of each; at least 6")
    parser.add_argument("--small", action="store_true", help="false_alarms: a fifth of the subjects, half a minute")
    parser.add_argument("--series", type=int, default=1000, help="null_series: how many")
    parser.add_argument("--file", type=Path, nargs="*", default=[], help="read by the last six parts, and by promises")
    parser.add_argument("--scorer", type=Path, help="Python file that judges them, and knows their format")
    parser.add_argument("--port", type=int, default=0, help="of the broker; 0: any")
    parser.add_argument("--rows", type=int, default=0, help="forecast: rows of the files that are read; 0: all")
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - set(every)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: name parts out of {', '.join(every)}")
    if set(arguments.parts) & set(OF_FILES) and not arguments.file:
        parser.error(f"--file is missing: {', '.join(OF_FILES)} read files")
    if set(arguments.parts) & set(SCORED) and not arguments.scorer:
        parser.error(f"--scorer is missing: {', '.join(SCORED)} are scored")
    return arguments


def _preamble() -> str:
    with Path("/proc/cpuinfo").open() as lines:
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    packages = ", ".join(f"{name} {version(name)}" for name in ("faust-streaming", "aiokafka", "numpy", "msgspec"))
    return (
        f"{os.cpu_count()} cores of {model}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, Apache Kafka {KAFKA_VERSION}, {packages}"
    )


if __name__ == "__main__":
    main()
