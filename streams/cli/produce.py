"""`freshet produce`: a JSONL file to a topic, keyed as the contract says."""

import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from config.settings import Settings, load
from streams import files
from streams.admin import client_settings
from streams.codec import decode_engagement, decode_post
from streams.delivery import Delivery
from streams.keys import engagement_key, post_key
from streams.refusals import UNREADABLE, Reason, Refused, from_error

Keying = Callable[[bytes], bytes | Refused | None]
"""A record's key; None: it needs none; refused: it has none, as it is not what its topic takes."""

FIELDS = {"campaigns": "campaign_id", "rules": "rule_id", "feedback": "alert_id"}
"""Which field is the key, for the topics whose records are not decoded here."""


@click.command()
@click.argument("topic")
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--key-field", metavar="NAME", help="Field that holds the key, instead of what the contract says.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="Records per second, at most.")
def command(topic: str, file: str, key_field: str | None, rate: float | None) -> None:
    """Send the lines of FILE to TOPIC as they are, under the keys of the contract.

    TOPIC is posts, engagements, campaigns, rules, feedback, or a topic's full name. FILE is JSONL, may end in .gz or
    .zst, and may be - for standard input. Lines that the worker will refuse are sent too, without a key, and counted.

    \b
    Examples:
      freshet produce posts posts.jsonl
      freshet generate --hours 1 --posts - | freshet produce posts - --rate 500
    """  # noqa: D301 - \b is click's mark for "do not rewrap"
    settings = load()
    topic_name, keying = _destination(settings, topic, key_field)
    refused: Counter[Reason] = Counter()
    sent = 0
    with Delivery(client_settings(settings), topic_name) as delivery, _progress() as progress:
        task = progress.add_task("sent")
        for line in _paced(files.records([file]), rate):
            key = keying(line.value)
            if isinstance(key, Refused):
                refused[key.reason] += 1
                key = None
            delivery.send(f"{line.path} line {line.number}", key, line.value)
            sent += 1
            progress.update(task, completed=sent)
    click.echo(_summary(topic_name, sent, refused))


def _destination(settings: Settings, topic: str, key_field: str | None) -> tuple[str, Keying]:
    """The topic's full name, and how its records are keyed."""
    names = settings.topics.names()
    name = names.get(topic, topic)
    setting = next((setting for setting, full in names.items() if full == name), "")
    field = key_field or FIELDS.get(setting)
    if field:
        return name, lambda value: _field(value, field)
    keyings: dict[str, Keying] = {"posts": _post, "engagements": _engagement}
    return name, keyings.get(setting, lambda _: None)


def _post(value: bytes) -> bytes | Refused:
    post = decode_post(value, math.inf)
    return post if isinstance(post, Refused) else post_key(post)


def _engagement(value: bytes) -> bytes | Refused | None:
    engagement = decode_engagement(value, math.inf)
    return engagement if isinstance(engagement, Refused) else engagement_key(engagement)


def _field(value: bytes, field: str) -> bytes | Refused:
    try:
        key = msgspec.json.decode(value, type=dict[str, Any]).get(field)
    except UNREADABLE as error:
        return from_error(error)
    if key is None:
        return Refused(Reason.MISSING_FIELD, f"`{field}` is required: it is the key")
    return key.encode() if isinstance(key, str) else Refused(Reason.WRONG_TYPE, f"`{field}`: must be a string")


def _paced(lines: Iterator[files.Line], rate: float | None) -> Iterator[files.Line]:
    """The same lines, no more than `rate` a second."""
    started_at = time.monotonic()
    for number, line in enumerate(lines):
        if rate is not None:
            time.sleep(max(0.0, started_at + number / rate - time.monotonic()))
        yield line


def _progress() -> Progress:
    columns = SpinnerColumn(), TextColumn("{task.description} {task.completed:,.0f} records")
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def _summary(topic: str, sent: int, refused: Counter[Reason]) -> str:
    said = f"sent {sent} record{'' if sent == 1 else 's'} to {topic}"
    if not refused:
        return said
    reasons = ", ".join(f"{reason.value} {count}" for reason, count in sorted(refused.items()))
    return f"{said}; {refused.total()} without a key, as they are not what the topic takes: {reasons}"
