"""`freshet topics`: makes the topics, says what differs, lists them."""

import json

import click
import msgspec

from config.settings import load
from streams import topics

as_json = click.option("--json", "json_lines", is_flag=True, help="One JSON object a line.")


@click.group()
def command() -> None:
    """Administer the topics: posts, engagements, alerts and the rest, as the settings declare them.

    \b
    Examples:
      freshet topics apply          make what is missing, mend what differs
      freshet topics check          exit 1 if anything differs
      freshet topics list --json
    """  # noqa: D301 - \b is click's mark for "do not rewrap"


@command.command("apply")
def apply_command() -> None:
    """Make missing topics and mend settings that differ.

    A number of partitions is never changed, as it decides where every key lives: that fails before anything is done.
    """
    for each in topics.apply(load()):
        done = "made" if each.setting == topics.MISSING else f"{each.setting}: {each.found} -> {each.wanted}"
        click.echo(f"{each.topic}: {done}")
    click.echo("all topics are as declared")


@command.command("check")
@as_json
@click.pass_context
def check_command(ctx: click.Context, json_lines: bool) -> None:
    """Say what differs from the settings; exit 1 if anything does."""
    found = topics.check(load())
    for each in found:
        click.echo(json.dumps(msgspec.to_builtins(each)) if json_lines else str(each))
    if found:
        ctx.exit(1)
    if not json_lines:
        click.echo("all topics are as declared")


@command.command("list")
@as_json
def list_command(json_lines: bool) -> None:
    """List the declared topics that exist, with partitions, copies and settings."""
    for spec in topics.found(load()):
        if json_lines:
            click.echo(json.dumps(msgspec.to_builtins(spec)))
        else:
            configs = " ".join(f"{key}={value}" for key, value in spec.configs.items())
            click.echo(f"{spec.name}  partitions={spec.partitions} copies={spec.replication_factor} {configs}")
