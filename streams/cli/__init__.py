"""The command `freshet`: one file a command, loaded when it is called. Errors become one line and an exit code."""

import importlib
import logging
import os
import sys
from collections.abc import Sequence

import click

from config.errors import SettingsError
from config.places import FILE_VARIABLE
from streams.errors import StreamsError

COMMANDS = {
    "demo": "Show everything at work: a broker, a made-up stream, the worker, alerts as they come.",
    "worker": "Run the worker: posts and engagements in, alerts out, metrics beside.",
    "broker": "Run the embedded Apache Kafka in the foreground, for development.",
    "topics": "Make the topics, say what differs, list them.",
    "replay": "Run the same detection over files, without Kafka.",
    "generate": "Write a made-up stream of posts and engagements, and its truth.",
    "page": "Serve the live page: open trends, alerts, health of the stream.",
    "notify": "Send alerts to chat, mail and webhooks.",
    "rules": "Say which alerts a reader is sent: list, show, set, remove, test rules.",
    "backtest": "Say what a rule would have sent, from files, against another one.",
    "produce": "Send a file of records to a topic.",
    "tail": "Show what arrives on alerts, trends, kpis or dead letters.",
    "scoreboard": "Say how good forecasts and alerts were, by week.",
    "config": "Show and check the settings.",
    "doctor": "Check the installation and its surroundings, one line each.",
}
"""Name and help of each command; the module `streams.cli.<name>` holds it as `command`."""


class LazyGroup(click.Group):
    """Imports a command only when it is called: `freshet --help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """Every command, in the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command, or None if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"streams.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the table above, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="freshet-trends", prog_name="freshet")
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help=f"Settings file to read instead of config/freshet.toml; the same as {FILE_VARIABLE}.",
)
def freshet(config_file: str | None) -> None:
    """Freshet finds what starts to trend among creators, and says so with evidence.

    \b
    Start here:
      freshet demo --seconds 60                 see it at work, nothing to install
      freshet config show                       the settings, and where to change them
      freshet topics apply && freshet worker    run it on your Kafka
      freshet doctor                            when something is wrong
    """  # noqa: D301 - \b is click's mark for "do not rewrap"
    if config_file is not None:
        os.environ[FILE_VARIABLE] = config_file


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 good, 1 the work failed, 2 wrong usage or settings, 130 interrupted."""
    # what the Kafka client says about a lost connection, our one line says better
    logging.getLogger("kafka").addHandler(logging.NullHandler())
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = freshet.main(args=arguments, prog_name="freshet", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        return _say(_usage(error), error.exit_code)
    except (StreamsError, SettingsError) as error:
        return _say(str(error), error.exit_code)
    except click.Abort:
        return 130
    except BrokenPipeError:  # the reader, `head` for example, has seen enough: quiet, and the code click gives it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if error.filename is None:
            raise
        return _say(f"{error.filename}: {error.strerror}", 1)
    return code if isinstance(code, int) else 0


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    hint = f" (`{context.command_path} --help` shows how)" if context is not None else ""
    return f"{error.format_message()}{hint}"


def _say(message: str, code: int) -> int:
    click.echo(f"freshet: {' '.join(message.split())}", err=True)
    return code
