"""`freshet page`: the live page, until it is stopped."""

import click

from config import settings as knobs
from streams.admin import client_settings


@click.command()
@click.option("--host", metavar="HOST", help="Address to listen on instead of page.host.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65_535), metavar="PORT", help="Port instead of page.port.")
@click.option(
    "--worker", "workers", multiple=True, metavar="URL", help="A worker whose health is shown; may be repeated."
)
def command(host: str | None, port: int | None, workers: tuple[str, ...]) -> None:
    """Serve the live page: open trends, alerts of the day, health of the stream.

    It only reads the public topics of alerts and trends, so any number of pages can run beside the workers, and a page
    that ends loses nothing. Health needs to know where a worker serves /metrics: without, the page says it is unknown.

    Nothing can be changed through it, and it has no login: it listens on loopback unless told otherwise. Put a proxy
    with a login in front of it before others can reach it.

    \b
    Examples:
      freshet page --worker http://127.0.0.1:6066      then open http://127.0.0.1:6080/
      FRESHET_KAFKA__BOOTSTRAP_SERVERS=broker-1:9092 freshet page --port 8000
    """  # noqa: D301 - \b is click's mark for "do not rewrap"
    given = {"host": host, "port": port, "workers": ",".join(workers) or None}
    overrides = {name: value for name, value in given.items() if value is not None}
    settings = knobs.load(page=overrides) if overrides else knobs.load()
    client_settings(settings)
    from streams.page.running import run  # noqa: PLC0415 - imports much, and --help should be quick

    run(settings, lambda address: click.echo(f"the page is at {address} (Ctrl-C ends it)"))
