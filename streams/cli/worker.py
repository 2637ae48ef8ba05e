"""`freshet worker`: the Faust worker with all agents, until it is stopped."""

import click

from config import settings as knobs
from streams import topics
from streams.admin import client_settings
from streams.errors import StreamsError
from streams.prepared import prepared


@click.command()
def command() -> None:
    """Run the worker: reads posts and engagements, writes alerts and trends, serves /metrics, /healthz and /readyz.

    Several workers of one group share the partitions. Ends with exit code 1 and one clear line when it cannot go on.

    \b
    Examples:
      FRESHET_KAFKA__BOOTSTRAP_SERVERS=localhost:9092 freshet worker
      FRESHET_WORKER__WEB_PORT=6067 freshet worker        a second one on the same machine
    """  # noqa: D301 - \b is click's mark for "do not rewrap"
    settings = knobs.load()
    prepared(settings.detection)
    client_settings(settings)
    _topics_must_fit(settings)
    from streams.app import app  # noqa: PLC0415 - the module starts from the settings, which were just checked
    from streams.running import run  # noqa: PLC0415

    run(app, settings)


def _topics_must_fit(settings: knobs.Settings) -> None:
    differing = [d for d in topics.check(settings) if d.setting in (topics.MISSING, topics.PARTITIONS)]
    if differing:
        raise StreamsError("; ".join(str(d) for d in differing))
