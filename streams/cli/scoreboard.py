"""`freshet scoreboard`: how good forecasts and alerts were, from the public topics or from files of their records."""

import click
import msgspec
from rich.console import Console

from config.settings import Settings, load
from detectors.model.alerts import Alert, Trend
from streams import files
from streams.admin import client_settings
from streams.errors import StreamsError
from streams.follow import follow
from streams.scoreboard.board import board_of
from streams.scoreboard.gathered import Gathered
from streams.scoreboard.report import as_json, as_tables

_read_alert = msgspec.json.Decoder(Alert).decode
_read_trend = msgspec.json.Decoder(Trend).decode


@click.command()
@click.argument("files_", metavar="[FILE]...", nargs=-1, type=click.Path(allow_dash=True))
@click.option("--json", "json_line", is_flag=True, help="One JSON object instead of tables.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=3.0,
    show_default=True,
    metavar="S",
    help="Topics: they are read when nothing came for S seconds.",
)
def command(files_: tuple[str, ...], json_line: bool, timeout: float) -> None:
    """Say how good forecasts and alerts were, by week.

    It reads the alerts and trends topics from their beginning, or FILES of the same records, as `freshet replay
    --alerts --trends` and `freshet tail --json` write them. Forecasts: those that were told and whose hours are over,
    as the trends' lines and alerts about posts show them, beside the share of yes before. Alerts: a trend that ended
    within one window after its first alert, or what was retracted, counts as wrong; the lead is how long before its
    trend was greatest a right alert came.

    \b
    Examples:
      freshet scoreboard
      freshet replay posts.jsonl.zst --alerts a.jsonl --trends t.jsonl && freshet scoreboard a.jsonl t.jsonl --json
    """  # noqa: D301 - \b is click's mark for "do not rewrap"
    settings = load()
    gathered = Gathered(settings.detection.bucket_s)
    _of_files(gathered, files_) if files_ else _of_topics(gathered, settings, timeout)
    board = board_of(gathered)
    if json_line:
        click.echo(as_json(board))
        return
    console = Console()
    for part in as_tables(board):
        console.print(part)


def _of_topics(gathered: Gathered, settings: Settings, quiet_s: float) -> None:
    topics = settings.topics
    names = [topics.alerts, topics.trends]
    with follow(client_settings(settings), names, from_beginning=True, quiet_s=quiet_s) as records:
        for record in records:
            if record.value is not None:  # a trend that is forgotten: what it told is known
                where = f"{record.topic} partition {record.partition} offset {record.offset}"
                _take(gathered, record.value, where, of_alerts=record.topic == topics.alerts)


def _of_files(gathered: Gathered, paths: tuple[str, ...]) -> None:
    for line in files.records(paths):
        if not line.value.startswith(b'{"key"'):  # the same
            of_alerts = line.value.startswith(b'{"alert_id"')
            _take(gathered, line.value, f"{line.path}:{line.number}", of_alerts=of_alerts)


def _take(gathered: Gathered, value: bytes, where: str, *, of_alerts: bool) -> None:
    try:
        if of_alerts:
            gathered.alert(_read_alert(value))
        else:
            gathered.trend(_read_trend(value))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StreamsError(f"{where}: neither an alert nor a trend's line: {error}") from error
