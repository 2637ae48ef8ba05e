"""A replay that somebody may be looking at."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from detectors.stages.decisions import Decision
from streams.replay import Replay


def watched(replay: Replay, files: Sequence[str], bucket_s: int, *, hidden: bool) -> Iterator[Decision]:
    """The replay's decisions, with a count of what was read where somebody is looking.

    Args:
        bucket_s: width of a bucket, seconds.
        hidden: whether to show nothing even so.
    """
    console = Console(stderr=True)
    columns = SpinnerColumn(), TextColumn("{task.completed:,.0f} records{task.description}")
    with Progress(*columns, console=console, transient=True, disable=hidden or not console.is_terminal) as progress:
        task = progress.add_task("")
        for decision in replay.run(files):
            reached = datetime.fromtimestamp((decision.bucket + 1) * bucket_s, UTC)
            progress.update(
                task, completed=replay.tally.total(), description=f", decided up to {reached:%Y-%m-%d %H:%M}"
            )
            yield decision
