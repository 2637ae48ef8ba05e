"""`freshet tail`: what arrives on an output topic or among the dead letters, for people or as JSONL."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from config.settings import Settings, load
from detectors.rules.digest import Digest
from streams import display, jsonl
from streams.admin import client_settings
from streams.display import Language
from streams.errors import UsageError
from streams.follow import Received, follow
from streams.refusals import UNREADABLE, from_error
from streams.rules.following import following
from streams.topics import dead_letters

DEAD_LETTERS = "dead-letters"

View = Callable[[Any], Text | str]
"""Of a record, or of a digest."""


@click.command()
@click.argument("what", type=click.Choice(["alerts", "trends", "kpis", DEAD_LETTERS]))
@click.option("--json", "as_json", is_flag=True, help="JSONL; also chosen when the output is no terminal.")
@click.option("--from-beginning", is_flag=True, help="With all that is there already, not only what comes.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="End after N records.")
@click.option("--timeout", type=click.FloatRange(min=0), metavar="S", help="End when nothing came for S seconds.")
@click.option("--lang", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Of explanations.")
@click.option("--rule", "rule_id", metavar="ID", help="Alerts: only what this rule sends, and its digests.")
@click.option("--show-values", is_flag=True, help="Dead letters: also what they hold, which may be personal data.")
def command(
    what: str,
    as_json: bool,
    from_beginning: bool,
    limit: int | None,
    timeout: float | None,
    lang: Language,
    rule_id: str | None,
    show_values: bool,
) -> None:
    """Show what arrives on alerts, trends, kpis or dead-letters, until Ctrl-C.

    \b
    Examples:
      freshet tail alerts --from-beginning
      freshet tail alerts --rule team
      freshet tail trends --json --from-beginning --timeout 5 > trends.jsonl
    """  # noqa: D301 - \b is click's mark for "do not rewrap"
    if rule_id is not None and what != "alerts":
        raise UsageError(f"--rule {rule_id}: goes with alerts only, not with {what}")
    settings = load()
    views = _as_jsonl(show_values) if as_json or not sys.stdout.isatty() else _for_people(lang, show_values)
    console = Console(soft_wrap=True)
    with _records(settings, what, rule_id, from_beginning=from_beginning, quiet_s=timeout) as records:
        for record in islice(records, limit):
            try:
                shown = views[what](record) if isinstance(record, Received) else views["digest"](record)
            except UNREADABLE as error:
                assert isinstance(record, Received)
                where = f"{record.topic} partition {record.partition} offset {record.offset}"
                click.echo(f"{where}: {from_error(error).message}", err=True)
            else:
                console.print(shown) if isinstance(shown, Text) else click.echo(shown)


@contextmanager
def _records(
    settings: Settings, what: str, rule_id: str | None, *, from_beginning: bool, quiet_s: float | None
) -> Iterator[Iterator[Received | Digest]]:
    if rule_id is not None:
        with following(settings, rule_id, from_beginning=from_beginning, quiet_s=quiet_s) as sent:
            yield sent
        return
    topics = _topics(settings, what)
    with follow(client_settings(settings), topics, from_beginning=from_beginning, quiet_s=quiet_s) as records:
        yield records


def _topics(settings: Settings, what: str) -> list[str]:
    topics = settings.topics
    if what == DEAD_LETTERS:
        return [dead_letters(topics.posts), dead_letters(topics.engagements), dead_letters(topics.alerts)]
    return [topics.names()[what]]


def _for_people(lang: Language, show_values: bool) -> dict[str, View]:
    return {
        "alerts": partial(display.alert_line, language=lang),
        "trends": partial(display.trend_line, language=lang),
        "kpis": display.kpi_line,
        "digest": display.digest_line,
        DEAD_LETTERS: partial(display.dead_letter_line, show_value=show_values),
    }


def _as_jsonl(show_values: bool) -> dict[str, View]:
    return {
        **dict.fromkeys(("alerts", "trends", "kpis"), jsonl.record_line),
        "digest": jsonl.digest_line,
        DEAD_LETTERS: partial(jsonl.dead_letter_line, show_value=show_values),
    }
