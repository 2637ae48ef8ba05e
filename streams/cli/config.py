"""`freshet config`: the settings as they are in force, whether they are good, and what there is to set."""

import json
from collections.abc import Iterator
from typing import Any

import click

from config.places import config_file
from config.settings import Settings, detection_digest, load


@click.group()
def command() -> None:
    """Show and check the settings.

    Sources, the later wins: config/freshet.toml (or the file of --config), the environment.

    \b
    Examples:
      freshet config show
      FRESHET_DETECTION__WINDOW_S=1800 freshet config check
      freshet config schema > freshet.schema.json
    """  # noqa: D301 - \b is click's mark for "do not rewrap"


@command.command("show")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def show_command(as_json: bool) -> None:
    """Print every setting in force, as TOML; secrets masked."""
    shown = load().model_dump(mode="json")
    if as_json:
        click.echo(json.dumps(shown, indent=2))
        return
    click.echo(f"# from {config_file()} and the environment")
    for section, values in shown.items():
        for line in _table(section, values):
            click.echo(line)


def _table(name: str, values: dict[str, Any]) -> Iterator[str]:
    """A TOML table and those inside it, one line after the other."""
    yield f"\n[{name}]"
    for key, value in values.items():
        if not isinstance(value, dict):
            yield f"{key} = {json.dumps(value)}"  # a JSON string, number, boolean or list of them is a TOML one
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _table(f"{name}.{key}", value)


@command.command("check")
def check_command() -> None:
    """Say whether the settings are good, and a prepared model that they name; exit 2 with every problem if not."""
    settings = load()
    if settings.detection.forecast_model:
        from streams.prepared import prepared  # noqa: PLC0415 - brings the models, for which all others need not wait

        prepared(settings.detection)
    click.echo(f"settings are good: {config_file()}, config_digest {detection_digest(settings)}")


@command.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of the settings: every name, default, range and meaning."""
    click.echo(json.dumps(Settings.model_json_schema(), indent=2))
