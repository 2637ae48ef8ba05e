"""`freshet backtest`: what rules would have sent, from files."""

from pathlib import Path
from typing import Any

import click
import msgspec

from config import settings as knobs
from detectors.model.rules import Rule
from streams import wiring
from streams.backtest.beside import counting
from streams.backtest.learned import learned_of
from streams.backtest.outcome import everything, only, outcome_of
from streams.backtest.plot import plot
from streams.backtest.report import Backtest, as_json, as_markdown
from streams.backtest.running import told
from streams.cli.replay import read_summary
from streams.errors import UsageError
from streams.files import STANDARD_INPUT
from streams.generator.output import STANDARD_OUTPUT, output
from streams.generator.truth import Truth
from streams.prepared import written
from streams.refusals import UNREADABLE
from streams.replay import Replay
from streams.rules.files import rule_in
from streams.watched import watched


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--rules", "rule_file", metavar="A", help="File of a rule, JSON or TOML.")
@click.option("--against", "other_file", metavar="B", help="File of another rule, to compare with.")
@click.option("--truth", "truth_file", metavar="T", help="What is planted, as `freshet generate --truth` writes it.")
@click.option("--learn", "model_file", metavar="OUT", help="Where models of forecasts go, prepared by these files.")
@click.option("--plot", "plot_file", metavar="OUT", help="Where a picture of first messages a day goes, SVG.")
@click.option("--json", "json_line", is_flag=True, help="One JSON object instead of Markdown.")
def command(
    files: tuple[str, ...],
    rule_file: str | None,
    other_file: str | None,
    truth_file: str | None,
    model_file: str | None,
    plot_file: str | None,
    json_line: bool,
) -> None:
    """Say what rule A would have sent of the alerts that FILES give, and how that differs from rule B; or learn.

    FILES are posts and engagements, as for `freshet replay`; the same detection runs over them once. Told are first
    messages a day, news, digests, why other alerts were not sent, how long before a trend was greatest it was told;
    with --truth also precision, recall and delay. The last column is what a rule that asks for nothing would send.

    --learn prepares the models that forecast trends and posts, from what came of those in FILES: a worker, replay or
    backtest whose setting detection.forecast_model names OUT begins with what they know, where no state is saved yet.
    Named here as well, they go on from it. The same files and settings give the same bytes.

    \b
    Examples:
      freshet backtest posts.jsonl.zst engagements.jsonl.zst --rules team.toml --against calmer.toml
      freshet generate --hours 48 --posts s.jsonl --engagements s.jsonl --truth t.json
      freshet backtest s.jsonl --rules team.toml --truth t.json --plot days.svg
      freshet backtest last-month.jsonl.zst --learn forecasts.model
      FRESHET_DETECTION__FORECAST_MODEL=forecasts.model freshet worker
    """  # noqa: D301 - \b is click's mark for "do not rewrap"
    rules = _rules(files, rule_file, other_file, model_file)
    truth = None if truth_file is None else _truth(truth_file)
    settings = knobs.load()
    bucket_s = settings.detection.bucket_s
    detection = wiring.detection(settings)
    with counting(detection) as ahead:
        replay = Replay(detection, ahead)
        result = told(watched(replay, files, bucket_s, hidden=False), bucket_s)
    outcomes = [outcome_of(rule, result, truth) for rule in rules]
    figures = tuple(each.figures for each in (*outcomes, everything(result, truth)))
    differ = {}
    if len(outcomes) == 2:
        one, other = outcomes
        differ = {one.rule.rule_id: only(one, other), other.rule.rule_id: only(other, one)}
    records = sum(replay.tally[kind] for kind in ("post", "engagement"))
    learned = learned_of(replay.forecasters, settings.detection.forecast_answers) if model_file else ()
    backtest = Backtest(result, records, figures, differ, learned)
    if model_file is not None:
        with output(model_file) as file:
            file.write(written(replay.forecasters, settings.detection))
    if plot_file is not None:
        series = [(each.rule.rule_id, each.trial.firsts) for each in outcomes]
        with output(plot_file) as file:
            file.write(plot(result, [*series, ("all alerts", everything(result, None).trial.firsts)]).encode())
    click.echo(as_json(backtest) if json_line else as_markdown(backtest), nl=json_line)
    click.echo(read_summary(replay.tally), err=True)


def _rules(files: tuple[str, ...], rule_file: str | None, other_file: str | None, model_file: str | None) -> list[Rule]:
    if rule_file is None and (other_file is not None or model_file is None):
        raise UsageError("--rules is missing: name a file of a rule" + (", or --learn OUT" if not other_file else ""))
    if model_file == STANDARD_OUTPUT or (model_file or "").endswith((".gz", ".zst")):
        raise UsageError(f"--learn is {model_file}: name a file, not .gz or .zst: it is packed already")
    names = [name for name in (rule_file, other_file) if name is not None]
    if [*files, *names].count(STANDARD_INPUT) > 1:
        raise UsageError("standard input (-) is named twice: it can be read once")
    rules = [rule_in(name) for name in names]
    if len(rules) == 2 and rules[0].rule_id == rules[1].rule_id:
        renamed = f"{rules[1].rule_id[:61]}-b"  # the same rule changed: the usual question
        rules[1] = msgspec.structs.replace(rules[1], rule_id=renamed)
    return rules


def _truth(name: str) -> dict[str, Any]:
    try:
        value = Path(name).read_bytes()
        msgspec.json.decode(value, type=Truth)
    except OSError as error:
        raise UsageError(f"--truth is {name}: cannot be read: {error.strerror}") from error
    except UNREADABLE as error:
        raise UsageError(f"--truth is {name}: is not what `freshet generate --truth` writes: {error}") from error
    truth: dict[str, Any] = msgspec.json.decode(value)
    return truth
