"""`freshet demo`: everything at work, for somebody who has just installed it."""

import signal
import sys

import click
from rich.text import Text

from streams import clock
from streams.demo import script, verdict
from streams.demo.play import play
from streams.demo.screen import Screen
from streams.errors import StreamsError, UsageError
from streams.files import STANDARD_INPUT

SEED = 7


@click.command()
@click.option(
    "--seconds", type=click.IntRange(20, 900), default=60, show_default=True, metavar="N", help="How long in all."
)
@click.option("--posts", metavar="FILE", help="JSONL of posts and engagements to play, instead of a made-up stream.")
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="S", help=f"Another seed, another stream.  [default: {SEED}]"
)
@click.option("--quiet-stream", is_flag=True, help="The same background with nothing planted: no trend may be told.")
def command(seconds: int, posts: str | None, seed: int | None, quiet_stream: bool) -> None:
    """Start a Kafka, a worker and the live page, play a stream, show alerts as they come, and judge them.

    The stream is made up, in compressed past time: 24 hours, of which the first 14 are sent at once so that models are
    warm. Trends, a collapse and an outage are planted in the rest; the end says which were found. FILE is played in
    its own order, compressed the same way.

    If the settings name a broker, that one is used, and its topics must be empty. Everything that was started ends
    with the demo. On a slow or busy machine the last buckets may take up to two minutes longer than asked. Exit 0 only
    if all worked.

    \b
    Examples:
      freshet demo --seconds 60
      freshet demo --seed 2 --quiet-stream
    """  # noqa: D301 - \b is click's mark for "do not rewrap"
    if posts is not None and (quiet_stream or seed is not None):
        raise UsageError("--seed and --quiet-stream are about the made-up stream: leave them out, or leave out --posts")
    if posts == STANDARD_INPUT:
        raise UsageError("--posts is -: the file is read twice, so it cannot be standard input; name a file")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    began, screen = clock.monotonic(), Screen()
    played = (
        script.generated(SEED if seed is None else seed, quiet=quiet_stream)
        if posts is None
        else script.from_file(posts)
    )
    checks = play(played, seconds, screen)
    screen.say("")
    for check in checks:
        screen.say(verdict.line_of(check))
    failed = [check.what for check in checks if check.good is False]
    if failed:
        raise StreamsError(f"not all worked: {', '.join(failed)}")
    screen.say(Text(f"all worked, in {clock.monotonic() - began:.0f} s", "green"))
