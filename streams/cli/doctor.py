"""`freshet doctor`: one line a check, with what to do."""

import json

import click
import msgspec

from streams import doctor


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check Python, settings, broker, topics, keys and worker. Exit 1 if any check fails.

    \b
    Examples:
      freshet doctor
      freshet doctor --json | grep fail
    """  # noqa: D301 - \b is click's mark for "do not rewrap"
    failed = False
    for finding in doctor.examine():
        failed |= finding.status == "fail"
        line = (
            json.dumps(msgspec.to_builtins(finding))
            if as_json
            else f"{finding.status:4}  {finding.check}: {finding.said}"
        )
        click.echo(line)
    if failed:
        ctx.exit(1)
