"""`freshet generate`: a made-up stream of posts and engagements, and what is planted in it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from streams.errors import UsageError
from streams.generator.daily import HOUR_S
from streams.generator.merge import Item
from streams.generator.output import STANDARD_OUTPUT, output
from streams.generator.stream import POSTS_PER_HOUR, stream, truth

FIRST_INSTANT = "2025-06-02T00:00:00Z"
RECORDS_PER_STEP = 2_000


@click.command()
@click.option(
    "--hours", type=click.FloatRange(0, 8_784, min_open=True), default=36.0, show_default=True, help="Length."
)
@click.option("--seed", type=click.IntRange(min=0), default=7, show_default=True, help="Another seed, another stream.")
@click.option("--posts", metavar="OUT", help="Where posts go.")
@click.option("--engagements", metavar="OUT", help="Where engagements go; may be the same as --posts.")
@click.option("--truth", "truth_out", metavar="OUT", help="Where the truth goes: what is planted, as one JSON object.")
@click.option("--quiet-stream", is_flag=True, help="The same background with nothing planted.")
@click.option(
    "--posts-per-hour",
    type=click.FloatRange(1, 1_000_000),
    default=POSTS_PER_HOUR,
    show_default=True,
    help="Mean over a day; about four engagements each.",
)
@click.option(
    "--start", default=FIRST_INSTANT, show_default=True, metavar="RFC3339", help="Event time of the beginning."
)
def command(
    hours: float,
    seed: int,
    posts: str | None,
    engagements: str | None,
    truth_out: str | None,
    quiet_stream: bool,
    posts_per_hour: float,
    start: str,
) -> None:
    """Write a made-up social stream as JSONL, in event-time order: the same for the same options.

    OUT is a file (.gz and .zst are compressed) or - for standard output. Without any OUT, posts and engagements go to
    standard output together, which `freshet replay -` reads. Planted: trends of several sizes and speeds, two attacks,
    posts that outperform, a collapse of one platform's engagement, an outage; never in the first 60 % of a stream up to
    30 hours, nor in the first 24 hours of one of 36 or more.

    \b
    Examples:
      freshet generate --hours 48 --posts posts.jsonl.zst --engagements engagements.jsonl.zst --truth truth.json
      freshet generate --hours 36 | freshet replay - --alerts -
    """  # noqa: D301 - \b is click's mark for "do not rewrap"
    if posts is None and engagements is None and truth_out is None:
        posts = engagements = STANDARD_OUTPUT
    if truth_out is not None and truth_out in (posts, engagements):
        raise UsageError(f"--truth is {truth_out}, as is the stream: give it a file of its own")
    made: dict[str, Any] = {
        "hours": hours,
        "seed": seed,
        "start_at": _instant(start),
        "posts_per_hour": posts_per_hour,
        "quiet": quiet_stream,
    }
    targets = {topic: name for topic, name in (("post", posts), ("engagement", engagements)) if name is not None}
    if truth_out is not None:
        with output(truth_out) as file:
            file.write(msgspec.json.format(msgspec.json.encode(truth(**made)), indent=2) + b"\n")
    if targets:
        _write(_watched(stream(**made), made["start_at"], hours), targets)


def _instant(start: str) -> float:
    """Epoch seconds of an RFC 3339 text."""
    try:
        at = datetime.fromisoformat(start)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise UsageError(f"--start is {start!r}: needed is a date and time with a zone, such as {FIRST_INSTANT}")
    return at.timestamp()


def _write(items: Iterable[Item], targets: Mapping[str, str]) -> None:
    """Each record as a line of its topic's target; topics that share a name share a file, in time order."""
    encode = msgspec.json.Encoder().encode
    with ExitStack() as stack:
        files = {name: stack.enter_context(output(name)) for name in dict.fromkeys(targets.values())}
        write = {topic: files[name].write for topic, name in targets.items()}
        for _, topic, record in items:
            if topic in write:
                write[topic](encode(record) + b"\n")


def _watched(items: Iterable[Item], start_at: float, hours: float) -> Iterator[Item]:
    """The items, with a progress bar in event time where somebody is looking."""
    console = Console(stderr=True)
    columns = (TextColumn("generating"), BarColumn(), TextColumn("{task.completed:.1f} of {task.total:g} h"))
    with Progress(
        *columns, TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("generating", total=hours)
        for number, item in enumerate(items):
            if number % RECORDS_PER_STEP == 0:
                bar.update(task, completed=(item[0] - start_at) / HOUR_S)
            yield item
