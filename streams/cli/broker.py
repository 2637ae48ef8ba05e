"""`freshet broker`: the embedded Apache Kafka in the foreground."""

import signal
import sys
from pathlib import Path

import click

from streams.broker import EmbeddedKafka
from streams.jars import KAFKA_VERSION


@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=9092, show_default=True, help="0 takes a free one.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".freshet/broker"),
    show_default=True,
    help="Directory for topics, configuration and log; they survive a restart.",
)
def command(port: int, data: Path) -> None:
    """Run an Apache Kafka on loopback until Ctrl-C. For development: no copies, no login.

    The first start fetches Kafka's jars (45 MB); neither Java nor Docker is needed.

    \b
    Example:
      freshet broker --port 9092 &
      export FRESHET_KAFKA__BOOTSTRAP_SERVERS=127.0.0.1:9092
      freshet topics apply
    """  # noqa: D301 - \b is click's mark for "do not rewrap"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with EmbeddedKafka(data, port) as kafka:
        click.echo(f"Kafka {KAFKA_VERSION} at {kafka.bootstrap_servers}, data in {data}; Ctrl-C ends it")
        sys.stdout.flush()
        kafka.wait()
