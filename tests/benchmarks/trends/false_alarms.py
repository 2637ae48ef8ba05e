"""Are as many trends false as the user chose, and are the planted ones found? A million subjects, the real stages.

The posts go through READ, COUNT and DECIDE as `detectors/pipeline.py` wires them; nothing is filled in beforehand: the
subjects that are tracked are those that the history named.
"""

import statistics
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from config.settings import load
from tests.benchmarks.records import START_AT
from tests.benchmarks.trends.contenders import BurstAlone, Contender, Product, watch
from tests.benchmarks.trends.planted import HEIGHTS, SIZES, Planted
from tests.benchmarks.trends.verdict import Shown, Verdict, judge, share_of
from tests.benchmarks.trends.world import Plan, World, topic_of

SHARES = (0.05, 0.1)
ALONE = (1e-6, 1e-4)
"""Burst alone, without control: what has a lesser p is told. The second is what COUNT screens by."""

KINDS = (*map(str, SIZES), "1, a sound")


class Outcome(NamedTuple):
    """What one detector told of one stream.

    Attributes:
        before: false alerts a day after warming up, before anything was planted.
        tracked: the fewest subjects tracked in a judged bucket.
    """

    verdict: Verdict
    topics: list[Planted]
    before: float
    tracked: int

    def minutes(self, topic: Planted) -> float:
        """From a topic's beginning to its alert."""
        return (self.verdict.found[topic.number] - START_AT - topic.starts_s) / 60


def table(plan: Plan, seeds: Sequence[int]) -> Iterator[str]:
    """Simulate; the tables, line by line as they come."""
    yield (
        f"{plan.rate:g} posts a second, {plan.history_h} h of history, {plan.judged_h} h judged, {plan.each} topics of"
        f" every size and height, seeds {', '.join(map(str, seeds))}.\n"
    )
    yield (
        "| | told | false | share of false (95 %) | found of planted (95 %) | told again | minutes, median |"
        " false a day before planting | tracked, at least |"
    )
    yield "|---|" + "--:|" * 8
    runs = [_outcomes(plan, seed) for seed in seeds]
    outcomes = {name: [run[name] for run in runs] for name in runs[0]}
    for name, of_all in outcomes.items():
        yield _line(name, of_all)
    for name in (_name(SHARES[0]), _alone_name(ALONE[0])):
        yield ""
        yield from _power(name, outcomes[name])


def _name(false_share: float) -> str:
    return f"false_share {false_share:g}"


def _alone_name(p: float) -> str:
    return f"burst alone, p < {p:g}"


def _outcomes(plan: Plan, seed: int) -> dict[str, Outcome]:
    world = World(plan, seed)
    contenders: dict[str, Contender] = {_name(share): Product(share) for share in SHARES}
    contenders |= {_alone_name(p): BurstAlone(p) for p in ALONE}
    told = watch(world, contenders)
    return {name: _outcome(world, alerts, told.tracked) for name, alerts in told.alerts.items()}


def _outcome(world: World, alerts: Sequence[Shown], tracked: int) -> Outcome:
    warm_at = START_AT + load().detection.warm_up_s
    before = sum(warm_at <= alert.at < world.judged_from for alert in alerts)
    verdict = judge([alert for alert in alerts if alert.at >= world.judged_from], topic_of)
    return Outcome(verdict, world.topics, before / (world.judged_from - warm_at) * 86_400, tracked)


def _line(name: str, runs: Sequence[Outcome]) -> str:
    false, told = sum(len(r.verdict.false) for r in runs), sum(r.verdict.told for r in runs)
    cells = (
        name,
        str(told),
        str(false),
        f"**{share_of(false, told)}**",
        _found(runs, KINDS, HEIGHTS),
        str(sum(r.verdict.repeated.total() for r in runs)),
        _minutes(runs, KINDS),
        f"{statistics.mean(r.before for r in runs):.1f}",
        f"{min(r.tracked for r in runs):,.0f}",
    )
    return f"| {' | '.join(cells)} |"


def _power(name: str, runs: Sequence[Outcome]) -> Iterator[str]:
    """Found of planted, by size and height."""
    heights = " | ".join(f"{height} people" for height in HEIGHTS)
    yield f"| {name}: subjects of a topic | {heights} | all | told again, of those found | minutes, median |"
    yield "|---|" + "--:|" * (len(HEIGHTS) + 3)
    for kind in KINDS:
        found = [_found(runs, (kind,), (height,)) for height in HEIGHTS]
        cells = (kind, *found, _found(runs, (kind,), HEIGHTS), _again(runs, kind), _minutes(runs, (kind,)))
        yield f"| {' | '.join(cells)} |"


def _found(runs: Sequence[Outcome], kinds: Sequence[str], heights: Sequence[int]) -> str:
    planted = [(r, t) for r in runs for t in r.topics if t.kind in kinds and t.height in heights]
    return share_of(sum(t.number in r.verdict.found for r, t in planted), len(planted))


def _again(runs: Sequence[Outcome], kind: str) -> str:
    found = [(r, t) for r in runs for t in r.topics if t.kind == kind and t.number in r.verdict.found]
    return f"{sum(r.verdict.repeated[t.number] for r, t in found)} of {len(found)}"


def _minutes(runs: Sequence[Outcome], kinds: Sequence[str]) -> str:
    took = [r.minutes(t) for r in runs for t in r.topics if t.kind in kinds and t.number in r.verdict.found]
    return f"{statistics.median(took):.0f}" if took else ""
