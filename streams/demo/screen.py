"""Where the demo is shown: a live picture on a terminal; elsewhere one line an alert, as it comes."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.text import Text

from detectors.model.alerts import Alert
from streams.demo.live_table import Moment, alert_line, picture
from streams.demo.watch import Watch

DRAWS_PER_S = 4


class Screen:
    """Everything that the demo says, on standard output."""

    def __init__(self) -> None:
        self._console = Console(soft_wrap=True, highlight=False)
        self._live: Live | None = None

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Show on a terminal that a step of the start is being done."""
        with self._console.status(Text(what)):
            yield

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Show what `show` is given, until the block ends."""
        if not self._console.is_terminal:
            yield
            return
        with Live(console=self._console, refresh_per_second=DRAWS_PER_S, vertical_overflow="crop") as self._live:
            yield
        self._live = None

    def show(self, moment: Moment, watch: Watch, new: list[Alert]) -> None:
        """Show a moment."""
        if self._live is not None:
            self._live.update(picture(moment, watch.trends.values(), watch.alerts))
            return
        for alert in new:
            self.say(alert_line(alert))

    def say(self, line: Text | str) -> None:
        """A line that stays."""
        self._console.print(line)
