"""`freshet replay`: the worker's detection over files, without Kafka."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import click
import msgspec

from config import settings as knobs
from detectors.stages.decisions import Decision
from streams import codec, wiring
from streams.errors import UsageError
from streams.files import STANDARD_INPUT
from streams.generator.output import STANDARD_OUTPUT, output
from streams.replay import Replay
from streams.watched import watched

READ = ("post", "engagement")
"""What the replay's tally calls the readable records; all else in it is a reason."""


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--alerts", metavar="OUT", default=STANDARD_OUTPUT, show_default=True, help="Where alerts go.")
@click.option("--trends", metavar="OUT", help="Where changes of open trends go, as the trends topic holds them.")
@click.option("--kpis", metavar="OUT", help="Where figures go, as the kpis topic holds them.")
@click.option(
    "--partitions",
    type=click.IntRange(1, 512),
    metavar="N",
    help="Partitions to emulate, instead of topics.partitions.",
)
def command(files: tuple[str, ...], alerts: str, trends: str | None, kpis: str | None, partitions: int | None) -> None:
    """Run the same detection as the worker over JSONL files of posts and engagements, without Kafka.

    FILE may end in .gz or .zst, and may be - for standard input; a file may hold both kinds of records, told apart by
    their fields. Several files are read side by side, in the order of their event times. OUT is a file (.gz and .zst
    are compressed) or - for standard output. The same files and settings give the same bytes.

    --alerts gets one alert a line. --trends gets a line whenever an open trend changed, the latest of a trend_id
    counts, and {"key": TREND_ID, "tombstone": true} when it is forgotten. --kpis gets the figures of a scope and window
    when the window closes, and again under a higher revision when they were corrected. Records that cannot be read are
    skipped and counted; the count goes to standard error.

    \b
    Examples:
      freshet replay posts.jsonl.zst engagements.jsonl.zst --alerts alerts.jsonl --trends trends.jsonl
      freshet replay posts.jsonl engagements.jsonl --alerts alerts.jsonl --kpis kpis.jsonl
      freshet generate --hours 36 | freshet replay - --alerts -
    """  # noqa: D301 - \b is click's mark for "do not rewrap"
    _check_names(files, {"--alerts": alerts, "--trends": trends, "--kpis": kpis})
    settings = knobs.load(**({"topics": {"partitions": partitions}} if partitions else {}))
    replay = Replay(wiring.detection(settings))
    told: Counter[str] = Counter()
    with ExitStack() as stack:
        to_alerts = stack.enter_context(output(alerts))
        to_trends = stack.enter_context(output(trends)) if trends is not None else None
        to_kpis = stack.enter_context(output(kpis)) if kpis is not None else None
        hidden = (
            STANDARD_OUTPUT in (alerts, trends, kpis) and sys.stdout.isatty()
        )  # the bar would run through the lines
        for decision in watched(replay, files, settings.detection.bucket_s, hidden=hidden):
            to_alerts.writelines(codec.encode_alert(alert) + b"\n" for alert in decision.alerts)
            if to_trends is not None:
                to_trends.writelines(_trend_lines(decision))
            if to_kpis is not None:
                to_kpis.writelines(codec.encode_kpi(kpi) + b"\n" for kpi in decision.kpis)
            if decision.alerts and alerts == STANDARD_OUTPUT:
                to_alerts.flush()  # somebody, or the next command, reads as they come
            told.update(alert.kind for alert in decision.alerts)
    click.echo(_summary(replay.tally, told), err=True)


def _check_names(files: Sequence[str], outputs: Mapping[str, str | None]) -> None:
    """Nothing may be written over what is read, or over other output."""
    owners: dict[str, str] = {}
    for option, name in outputs.items():
        if name is not None and owners.setdefault(name, option) != option:
            raise UsageError(f"{option} is {name}, as {owners[name]} is: give it a file of its own")
    if files.count(STANDARD_INPUT) > 1:
        raise UsageError("standard input (-) is named twice: it can be read once")
    sources = {Path(name).resolve() for name in files if name != STANDARD_INPUT}
    for option, name in outputs.items():
        if name not in (None, STANDARD_OUTPUT) and Path(name).resolve() in sources:
            raise UsageError(f"{option} is {name}, which is also to be read: name another file")


def _trend_lines(decision: Decision) -> Iterator[bytes]:
    for trend_id, trend in decision.trends.items():
        line: bytes = codec.encode_trend(trend) if trend else msgspec.json.encode({"key": trend_id, "tombstone": True})
        yield line + b"\n"


def read_summary(tally: Counter[str]) -> str:
    """How many records were read, and what became of the others."""
    posts, engagements = (tally[kind] for kind in READ)
    refused = {str(reason): count for reason, count in sorted(tally.items()) if reason not in READ}
    said = f"read {posts + engagements:,} records ({posts:,} posts, {engagements:,} engagements)"
    return f"{said}; refused {sum(refused.values()):,}: {_listed(refused)}" if refused else said


def _summary(tally: Counter[str], told: Counter[str]) -> str:
    return f"{read_summary(tally)}; {told.total():,} alerts" + (
        f": {_listed(dict(sorted(told.items())))}" if told else ""
    )


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
