"""`make benchmark`: what a record costs. Each part prints Markdown tables; docs/benchmarks.md says what they mean.

path      the whole path on a real Kafka, beside a plain Faust agent and the raw client; dense, then sparse
stages    stage by stage in memory, without Kafka
memory    bytes of what is kept
workers   two workers against one
forecast  forecasts beside River's models, on --file as --scorer judges them; only if asked for
recovery  from kill -9 and restart to flow, against the size of the state
latency   from a post to its alert, beyond bucket and lateness, at 10, 50 and 80 % of the maximum rate
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
from tests.benchmarks import forecast, latency, memory, path, recovery, stages, workers

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
    return recovery.table(servers, folder, folder.parent / "kafka-recovery" / "log", arguments.subjects)


def to_the_alert(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:
    """By share of the maximum."""
    return latency.table(servers, folder, arguments.shares, arguments.minutes)


def beside_river(arguments: argparse.Namespace, servers: str, folder: Path) -> Iterator[str]:  # noqa: ARG001
    """On files that are not ours."""
    return forecast.table(arguments.scorer, arguments.file, arguments.rows, arguments.only)


ON_KAFKA: dict[str, Part] = {
    "path": whole_path,
    "workers": two_workers,
    "recovery": after_a_kill,
    "latency": to_the_alert,
}
IN_MEMORY: dict[str, Part] = {"stages": stage_by_stage, "memory": weights}
ON_FILES: dict[str, Part] = {"forecast": beside_river}
"""Need files to be named, so they are not among those that are measured if none is named."""


def main() -> None:
    """Measure what was asked for, and print it."""
    arguments = _arguments()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a new topic has no leader at first; failures raise
    print(_preamble(), flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in arguments.parts:
            print(f"\n## {part}\n", flush=True)
            if part in IN_MEMORY | ON_FILES:
                _print((IN_MEMORY | ON_FILES)[part](arguments, "", folder))
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
    every = [*IN_MEMORY, *ON_KAFKA]
    parser.add_argument("parts", nargs="*", default=every, help=f"of {', '.join(every)}; without any, all")
    parser.add_argument("--rounds", type=int, default=3, help="how often each contender is measured")
    parser.add_argument("--rate", type=float, default=path.DENSE.rate, help="records a second of event time, dense")
    parser.add_argument("--only", default="", help="path, stages, forecast: rows with this in their name")
    parser.add_argument("--subjects", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], help="recovery: sizes")
    parser.add_argument("--shares", type=float, nargs="*", default=[0.1, 0.5, 0.8], help="latency: of the maximum rate")
    parser.add_argument("--minutes", type=float, default=6.0, help="latency: how long at each share; more than 2")
    parser.add_argument("--port", type=int, default=0, help="of the broker; 0: any")
    parser.add_argument("--file", type=Path, nargs="*", default=[], help="forecast: lists, in order of time")
    parser.add_argument("--scorer", type=Path, help="forecast: the program that asks and judges")
    parser.add_argument("--rows", type=int, default=0, help="forecast: rows of the files that are read; 0: all")
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - {*every, *ON_FILES}
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: name parts out of {', '.join([*every, *ON_FILES])}")
    if set(arguments.parts) & set(ON_FILES) and not (arguments.file and arguments.scorer):
        parser.error(f"{', '.join(ON_FILES)}: needs --file and --scorer")
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
