"""The way to each channel of the settings, and a trial of it."""

import asyncio
import importlib.util
from collections.abc import Mapping

from config.channels import Channel, Notify
from streams import clock
from streams.errors import UsageError
from streams.notify.message import trial
from streams.notify.sender import Answer, Later, Sender
from streams.notify.webhook import Webhook


def senders(knobs: Notify) -> dict[str, Sender]:
    """By the channel's name.

    Raises: UsageError if there is no channel, an address is none, or apprise is not installed and needed.
    """
    if not knobs.channels:
        raise UsageError(
            "notify.channels is empty: name a channel, by FRESHET_NOTIFY__CHANNELS__<NAME>__URL or in the settings file"
            " (docs/alerts-in-chat.md)"
        )
    return {name: _sender(name, channel, knobs.attempt_s) for name, channel in sorted(knobs.channels.items())}


def described(name: str, channel: Channel, sender: Sender) -> str:
    """One line about a channel, without its address."""
    kinds = ", ".join(channel.kinds) or "every kind"
    scopes = ", ".join(channel.scopes) or "every scope"
    news = {"auto": "news in threads" if sender.threads else "important news", "none": "no news after a first message"}
    if channel.webhook.get_secret_value():
        news["auto"] = "all news"
    return (
        f"{name}: {sender.service}, {channel.language}, {kinds}, {scopes}, from {channel.min_severity} on, "
        f"{news.get(channel.news, f'{channel.news} news')}, {channel.per_minute} a minute at most"
        f"{f', rule {channel.rule}' if channel.rule else ''}"
    )


async def tried(ways: Mapping[str, Sender], knobs: Notify) -> dict[str, Answer]:
    """Send a trial message to each of these channels, once -> what became of it."""

    async def one(name: str, sender: Sender) -> Answer:
        message = trial(knobs.channels[name].language, knobs.page_url, clock.rfc3339(clock.now()))
        try:
            async with asyncio.timeout(knobs.attempt_s):
                return await sender.send(message)
        except TimeoutError:
            return Later(f"no answer within {knobs.attempt_s:g} s")
        finally:
            await sender.close()

    answers = await asyncio.gather(*(one(name, sender) for name, sender in ways.items()))
    return dict(zip(ways, answers, strict=True))


def _sender(name: str, channel: Channel, attempt_s: float) -> Sender:
    webhook = channel.webhook.get_secret_value()
    if webhook:
        return Webhook(webhook, channel.secret.get_secret_value(), attempt_s)
    if importlib.util.find_spec("apprise") is None:
        raise UsageError(
            f"notify.channels.{name}.url: apprise is not installed: install the extra `notify` of freshet-trends"
        )
    from streams.notify.chat import Chat  # noqa: PLC0415 - an optional extra, and slow to import

    return Chat(name, channel.url.get_secret_value())
