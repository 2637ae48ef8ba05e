"""`freshet rules`: what subscribers want to be told."""

import click
import msgspec

from config.settings import Settings, load
from detectors.model.alerts import Alert
from detectors.model.rules import Rule
from streams import clock
from streams.admin import client_settings
from streams.codec import decode_alert
from streams.delivery import Delivery
from streams.display import printable
from streams.errors import StreamsError
from streams.recent import recent
from streams.rules.files import rule_in
from streams.rules.reading import encode_rule
from streams.rules.topic import Rules, rule_named, rules_of
from streams.rules.trial import Trial, trial_of

as_json = click.option("--json", "json_lines", is_flag=True, help="One JSON object a line.")

MOST_ALERTS = 20_000
"""Alerts that `test` looks at, the latest."""


@click.group()
def command() -> None:
    """Administer the rules of subscribers: which alerts a reader is sent (docs/rules.md).

    `freshet notify` and `freshet tail alerts --rule` keep to them, and take changes while they run.

    \b
    Examples:
      freshet rules set team.toml     add a rule, or change the one of the same rule_id
      freshet rules list --json
      freshet rules test team         what it would have sent of the alerts that are there
    """  # noqa: D301 - \b is click's mark for "do not rewrap"


@command.command("list")
@as_json
def list_command(json_lines: bool) -> None:
    """List the rules; records that cannot be used go to standard error."""
    rules = _rules(load())
    for rule in rules.by_id.values():
        if json_lines:
            click.echo(encode_rule(rule))
        else:
            off = "" if rule.enabled else "  (disabled)"
            click.echo(f"{rule.rule_id:<24}  {printable(rule.name)}{off}")
    if not (rules.by_id or json_lines):
        click.echo("no rules: `freshet rules set FILE` adds one")


@command.command("show")
@click.argument("rule_id", metavar="ID")
@as_json
def show_command(rule_id: str, json_lines: bool) -> None:
    """Print a rule, as `set` takes it."""
    line = encode_rule(rule_named(_rules(load()), rule_id))
    click.echo(line if json_lines else msgspec.json.format(line, indent=2))


@command.command("set")
@click.argument("file", type=click.Path(allow_dash=True))
def set_command(file: str) -> None:
    """Add the rule of FILE, or change the one that has its rule_id.

    FILE is JSON, or TOML if it ends in .toml, or - for JSON on standard input. A rule that is not good is refused with
    every problem, and nothing changes.
    """
    rule = rule_in(file)
    settings = load()
    _send(settings, rule.rule_id, encode_rule(rule))
    click.echo(f"rule {rule.rule_id}: set on {settings.topics.rules}")


@command.command("remove")
@click.argument("rule_id", metavar="ID")
def remove_command(rule_id: str) -> None:
    """Remove a rule; channels that name it send nothing until there is one again."""
    settings = load()
    rules = rules_of(settings)
    if rule_id not in rules.refused:
        rule_named(rules, rule_id)
    _send(settings, rule_id, None)
    click.echo(f"rule {rule_id}: removed")


@command.command("test")
@click.argument("rule_id", metavar="ID")
@as_json
def test_command(rule_id: str, json_lines: bool) -> None:
    """Say what a rule would have sent of the alerts that the topic still holds, and why not the others.

    Nothing is sent. Whether a channel takes messages: `freshet notify --trial`; files instead: `freshet backtest`.
    """
    settings = load()
    rule = rule_named(_rules(settings), rule_id)
    trial = trial_of(rule, _alerts(settings))
    if json_lines:
        click.echo(msgspec.json.encode(trial.told()))
        return
    for line in _lines(rule, trial):
        click.echo(line)


def _lines(rule: Rule, trial: Trial) -> list[str]:
    began = "" if trial.since is None else f" since {clock.rfc3339(trial.since)[:16]}"
    lines = [f"of {trial.reasons.total()} alerts{began}, rule {rule.rule_id} would have sent {len(trial.sent)}:"]
    lines += [f"  {alert.detected_at:%Y-%m-%d %H:%M}  {printable(alert.subject.label)}" for alert in trial.latest()]
    return [*lines, *(f"  {reason}: {count}" for reason, count in trial.reasons.most_common())]


def _rules(settings: Settings) -> Rules:
    rules = rules_of(settings)
    for name, refused in rules.refused.items():
        click.echo(f"refused: rule {printable(name)}: {printable(refused.message)}", err=True)
    return rules


def _alerts(settings: Settings) -> list[Alert]:
    """In the order of detection: the partitions of the topic have none between them."""
    found = recent(client_settings(settings), settings.topics.alerts, MOST_ALERTS)
    alerts = [alert for each in found if isinstance(alert := decode_alert(each.value), Alert)]
    return sorted(alerts, key=lambda alert: (alert.detected_at, alert.dedup_key, alert.revision))


def _send(settings: Settings, rule_id: str, value: bytes | None) -> None:
    try:
        with Delivery(client_settings(settings), settings.topics.rules) as delivery:
            delivery.send(f"rule {rule_id}", rule_id.encode(), value)
    except StreamsError as error:
        raise StreamsError(f"rule {rule_id} is not changed: {error}") from error
