"""What the chaos runs gave, as a table for people."""

import os
import platform
from collections.abc import Iterable, Sequence

from streams.jars import KAFKA_VERSION
from tests.chaos.faults import FAULTS
from tests.chaos.run import Run

HEAD = """\
| fault | records in | kills | SIGTERM | restarts | rebalances | broker ended | lost | double | other \
against the truth | alerts | missing | extra | other against the reference | besides | s to flow | s |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""

INTRODUCTION = """\
Each run sends the same records through real workers on a real broker, while a fault strikes. Every closed bucket and
every alert is then compared with two references: a brute-force truth in plain Python sets that shares no code with
the product (`tests/chaos/truth.py`), and the uninterrupted run, whose alerts must be those of `freshet replay` over
the same records, byte for byte.
"""

READING = """\
*restarts*: workers that a supervisor started again because they had ended by themselves. *lost*, *double*: posts,
people and engagements missing from or counted too often in the sums of closed buckets. *missing*, *extra*: alerts,
by `alert_id`. *other*: ticks or alerts that differ in anything else, or came again with another content. *s to flow*:
from a measured kill until every partition told a further bucket and DECIDE something of a trend.
"""


def row(run: Run) -> str:
    """A run as a line of the table."""
    lost, double = (run.truth.count[kind] for kind in ("lost", "double"))
    missing, extra = (run.reference.count[f"alert {kind}"] for kind in ("missing", "extra"))
    cells = [
        run.fault,
        f"{run.records:,}",
        *(run.tally[name] for name in ("kills", "terms", "restarts", "rebalances", "bounces")),
        lost,
        double,
        run.truth.count.total() - lost - double,
        run.alerts,
        missing,
        extra,
        run.reference.count.total() - missing - extra,
        run.other.count.total(),
        ", ".join(f"{seconds:.1f}" for seconds in run.flow_s) or "-",
        f"{run.took_s:.0f}",
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


def examples(run: Run) -> list[str]:
    """The first differences of a run, in words."""
    found = (("truth", run.truth), ("reference", run.reference), ("besides", run.other))
    return [f"{run.fault}, {what}: {example}" for what, differences in found for example in differences.examples]


def page(runs: Sequence[Run], command: str, streams: Iterable[str]) -> str:
    """The report, Markdown."""
    bad = [line for run in runs for line in examples(run)]
    about = {fault.name: fault.do.__doc__ or "" for fault in FAULTS}
    verdict = "Every run was exact." if not bad else f"{sum(not run.exact for run in runs)} runs were not exact."
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, Apache Kafka {KAFKA_VERSION}"
    parts = [
        "# Chaos\n",
        f"Written by `{command}` on {machine}. {verdict}\n",
        INTRODUCTION,
        *(f"- {line}" for line in streams),
        "",
        HEAD + "\n".join(map(row, runs)) + "\n",
        READING,
        "## The faults\n",
        *(f"- *{run.fault}*: {about[run.fault].splitlines()[0]}" for run in runs),
        "",
    ]
    if bad:
        parts += ["## Differences\n", *(f"- {line}" for line in bad), ""]
    return "\n".join(parts)
