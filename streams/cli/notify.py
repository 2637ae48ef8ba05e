"""`freshet notify`: alerts to chat, mail and webhooks, until it is stopped."""

import asyncio
from collections.abc import Mapping

import click

from config import settings as knobs
from config.settings import Settings
from streams.admin import client_settings
from streams.errors import StreamsError, UsageError
from streams.notify.sender import Sender, Sent


@click.command()
@click.option("--check", is_flag=True, help="Only say what the channels are and whether all is there; sends nothing.")
@click.option("--trial", is_flag=True, help="Only send each channel a trial message; exit 1 if one does not take it.")
@click.option("--channel", "names", multiple=True, metavar="NAME", help="Only this channel; may be repeated.")
def command(check: bool, trial: bool, names: tuple[str, ...]) -> None:
    """Send alerts to people and programs: Slack, Teams, Discord, mail and more, and signed webhooks.

    Channels are settings, docs/alerts-in-chat.md says how. Each begins with the alerts that come after its first start,
    has its own place and pace, and is told each alert once: one message a trend, its news in a thread where the
    service has them. What cannot be sent within notify.give_up_s becomes a dead letter.

    \b
    Examples:
      export FRESHET_NOTIFY__CHANNELS__TEAM__URL=slack://xoxb-.../#trends
      freshet notify --check
      freshet notify --trial --channel team
      freshet notify
    """  # noqa: D301 - \b is click's mark for "do not rewrap"
    settings = _only(knobs.load(), names)
    from streams.notify.running import check_topics, run  # noqa: PLC0415 - imports much, and --help should be quick
    from streams.notify.senders import described, senders  # noqa: PLC0415

    ways = senders(settings.notify)
    if trial:
        _try(ways, settings)
        return
    client_settings(settings)
    if check:
        for name, sender in ways.items():
            click.echo(described(name, settings.notify.channels[name], sender))
        check_topics(settings)
        click.echo("settings and topics are good")
        return
    run(settings, ways, lambda where: click.echo(f"channels: {', '.join(ways)}; metrics at {where} (Ctrl-C ends it)"))


def _only(settings: Settings, names: tuple[str, ...]) -> Settings:
    """The settings with these channels alone; without names, as they are."""
    channels = settings.notify.channels
    for name in names:
        if name not in channels:
            known = ", ".join(sorted(channels)) or "none"
            raise UsageError(f"--channel {name}: no such channel in notify.channels: must be one of {known}")
    if not names:
        return settings
    kept = {name: channels[name] for name in names}
    return settings.model_copy(update={"notify": settings.notify.model_copy(update={"channels": kept})})


def _try(ways: Mapping[str, Sender], settings: Settings) -> None:
    from streams.notify.senders import tried  # noqa: PLC0415

    answers = asyncio.run(tried(ways, settings.notify))
    for name, answer in answers.items():
        click.echo(f"{name}: sent" if isinstance(answer, Sent) else f"{name}: not sent: {answer.why}")
    failed = [name for name, answer in answers.items() if not isinstance(answer, Sent)]
    if failed:
        raise StreamsError(f"no trial message for {', '.join(failed)}: correct the address, or look at the service")
