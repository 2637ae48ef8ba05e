"""`make chaos`: faults of every kind against real workers; nothing may be lost, double, missing or extra.

Writes docs/chaos.md when all faults were run. Exit code 1 on any difference.
"""

import argparse
import gc
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.chaos.broker import FragileKafka
from tests.chaos.case import Case, prepared
from tests.chaos.faults import FAULTS, Fault, nothing
from tests.chaos.report import HEAD, examples, page, row
from tests.chaos.run import Plan, Run, Runner
from tests.chaos.selftest import sees_spoiled
from tests.chaos.stream import Shape
from tests.chaos.verdict import Outcome

REPORT = Path(__file__).parents[2] / "docs" / "chaos.md"

BIG = Shape(seed=7, hours=15, rate=2.0, trends=25, novel=0.9)
"""Some million subjects are remembered."""


def main() -> int:
    """Run, report, and say whether all was exact."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that workers and broker are ended too
    chosen = [fault for fault in FAULTS if not options.only or fault.name in options.only]
    shape = Shape(seed=options.seed, hours=options.hours, rate=options.rate, trends=options.trends)
    folder = Path(options.keep or tempfile.mkdtemp(prefix="freshet-chaos-"))
    began = time.monotonic()
    cases = {big: _prepared(s, folder, big=big) for big, s in _shapes(shape, chosen).items()}
    gc.freeze()  # streams and truth are millions of objects: looking through them would hold the feed up for seconds
    few = [case for big, case in cases.items() if not big and len(case.reference.alerts) < options.least_alerts]
    runs: list[Run] = []
    with FragileKafka(folder / "kafka", heap_mb=700) as broker:
        runner = Runner(broker, folder, Plan(options.seed, options.kills, options.pace, options.limit))
        print(HEAD, end="", flush=True)
        for fault in chosen:
            for run in runs:
                run.outcome = Outcome([], [])  # they are large, and compared
            runs += [_run(runner, fault, cases[fault.big])]
    seen = sees_spoiled(cases[chosen[-1].big], runs[-1].outcome)
    print(f"{time.monotonic() - began:.0f} s; a spoiled tick and a spoiled alert {'are' if seen else 'are NOT'} seen")
    for case in few:
        print(f"{len(case.reference.alerts)} alerts in the reference: {options.least_alerts} were to be expected")
    if len(chosen) == len(FAULTS):
        REPORT.write_text(page(runs, " ".join(["python -m tests.chaos", *sys.argv[1:]]), map(_about, cases.values())))
    good = seen and not few and all(run.exact for run in runs)
    if good and not options.keep:
        shutil.rmtree(folder)
    else:
        print(f"logs and data: {folder}")
    return 0 if good else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=[fault.name for fault in FAULTS], help="this fault, and no other"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the stream and of the moments of the faults")
    parser.add_argument("--hours", type=float, default=24.0, help="event time of the stream, more than 12")
    parser.add_argument("--rate", type=float, default=2.5, help="posts a second of event time")
    parser.add_argument("--trends", type=int, default=90, help="planted trends")
    parser.add_argument("--kills", type=int, default=24, help="of the fault of that name")
    parser.add_argument("--pace", type=float, default=80.0, help="seconds that a stream takes")
    parser.add_argument(
        "--limit", type=float, default=120.0, help="seconds after its fault in which a stage must move on"
    )
    parser.add_argument("--least-alerts", type=int, default=200, help="alerts that the reference must have")
    parser.add_argument("--keep", help="a new folder for logs and data, instead of a temporary one")
    return parser.parse_args()


def _shapes(shape: Shape, chosen: list[Fault]) -> dict[bool, Shape]:
    return {big: BIG if big else shape for big in sorted({fault.big for fault in chosen})}


def _prepared(shape: Shape, folder: Path, *, big: bool) -> Case:
    began = time.monotonic()
    case = prepared(shape, folder / ("big" if big else "stream"))
    print(f"{_about(case)}; prepared in {time.monotonic() - began:.0f} s", flush=True)
    return case


def _about(case: Case) -> str:
    """A stream in a line."""
    posts, acts = (case.truth.fates[name] for name in ("posts", "engagements"))
    kinds = Counter(alert["kind"] for alert in case.reference.alerts)
    return (
        f"seed {case.shape.seed}, {case.shape.hours:g} h at {case.shape.rate:g} posts/s on {case.shape.partitions}"
        f" partitions: {sum(posts.values()):,} posts ({_listed(posts)}), {sum(acts.values()):,} engagements"
        f" ({_listed(acts)}), {case.truth.size:,} subjects, {len(case.shape.ticks)} buckets, {kinds.total()} alerts"
        f" ({_listed(kinds)})"
    )


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {n:,}" for name, n in sorted(counts.items()))


def _run(runner: Runner, fault: Fault, case: Case) -> Run:
    run = runner.run(fault, case)
    if fault.do is nothing:
        case.reference = Outcome(run.outcome.ticks, case.reference.alerts)
    print("\n".join([row(run), *examples(run)]), flush=True)
    return run


if __name__ == "__main__":
    sys.exit(main())
