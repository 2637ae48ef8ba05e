"""The comparison itself: the product's stages are right by brute force, and whatever is spoiled is seen."""

import json
from collections.abc import Callable
from typing import NamedTuple

import msgspec
import pytest

from detectors.counts.ticks import Tick
from streams import codec
from tests.chaos.knowledge import Knowledge
from tests.chaos.local import Local
from tests.chaos.stream import Shape, stream
from tests.chaos.verdict import Outcome, against, against_truth

SHAPE = Shape(seed=3, hours=6, rate=0.5, trends=6, warm_up_hours=4.0, partitions=2, false_share=0.9)


class Case(NamedTuple):
    """A small stream: what is true of it, and what the product makes of it."""

    truth: Knowledge
    outcome: Outcome


@pytest.fixture(scope="module")
def case() -> Case:
    """All in memory."""
    sent = stream(SHAPE)
    local = Local(SHAPE)
    local.read(sent)
    alerts = [json.loads(codec.encode_alert(alert)) for alert in local.alerts]
    return Case(Knowledge(sent, SHAPE.ticks, SHAPE.partitions), Outcome(local.ticks, alerts))


def test_the_stages_are_right_by_brute_force(case: Case) -> None:
    """Late, repeated, changed, deleted and shuffled records included."""
    fates = case.truth.fates
    assert min(fates["posts"][fate] for fate in ("read", "late", "too_late", "duplicate")) > 0
    assert min(fates["engagements"][fate] for fate in ("read", "late", "duplicate")) > 0
    assert sum(alert["kind"] == "trend" for alert in case.outcome.alerts) >= 3
    assert against_truth(case.outcome, case.truth).examples == []


def voices_wrong(tick: Tick) -> Tick:
    first, *rest = tick.candidates
    wrong = msgspec.structs.replace(first, observed=first.observed + 1)
    return msgspec.structs.replace(tick, candidates=(wrong, *rest))


def long_voices_wrong(tick: Tick) -> Tick:
    first, *rest = tick.candidates
    assert first.long is not None
    long = msgspec.structs.replace(first.long, observed=first.long.observed + 1)
    return msgspec.structs.replace(tick, candidates=(msgspec.structs.replace(first, long=long), *rest))


def long_window_left_out(tick: Tick) -> Tick:
    first, *rest = tick.candidates
    return msgspec.structs.replace(tick, candidates=(msgspec.structs.replace(first, long=None), *rest))


def post_lost(tick: Tick) -> Tick:
    (name,) = [name for name in tick.series if name == "posts|all"]
    return msgspec.structs.replace(tick, series={**tick.series, name: tick.series[name] - 1})


def subject_left_out(tick: Tick) -> Tick:
    return msgspec.structs.replace(tick, candidates=tick.candidates[1:])


def telling(tick: Tick, truth: Knowledge) -> bool:
    """Whether a tick sums the posts, and names first what it must name, over both windows."""
    named = truth.subject(tick.candidates[0].key) if tick.candidates else None
    return "posts|all" in tick.series and named in truth.must_name_long(tick.bucket)


@pytest.mark.parametrize("spoil", [voices_wrong, long_voices_wrong, long_window_left_out, post_lost, subject_left_out])
def test_a_spoiled_tick_is_seen(case: Case, spoil: Callable[[Tick], Tick]) -> None:
    """One figure of one tick is enough, against the truth and against a reference."""
    ticks = list(case.outcome.ticks)
    index = next(i for i, tick in enumerate(ticks) if tick.bucket in SHAPE.ticks and telling(tick, case.truth))
    ticks[index] = spoil(ticks[index])
    spoiled = Outcome(ticks, case.outcome.alerts)

    assert sum(against_truth(spoiled, case.truth).count.values()) == 1
    assert against(spoiled, case.outcome, SHAPE.ticks).count == {"tick differs from the reference": 1}


def test_a_lost_tick_and_one_told_again_differently_are_seen(case: Case) -> None:
    """The first of a bucket and partition counts; the second must be the same, its Kafka time aside."""
    ticks = list(case.outcome.ticks)
    again = msgspec.structs.replace(ticks[50], kafka_at=7.0)
    other = msgspec.structs.replace(ticks[50], tracked=-1)

    assert against_truth(Outcome([*ticks, again], []), case.truth).count == {}
    assert against_truth(Outcome([*ticks, other], []), case.truth).count == {"tick told again differently": 1}
    assert against_truth(Outcome(ticks[:50] + ticks[51:], []), case.truth).count == {"tick missing": 1}


def test_a_spoiled_alert_is_seen(case: Case) -> None:
    """Missing, extra, with another figure, or told again with another word."""
    ticks, alerts = case.outcome
    trend = next(alert for alert in alerts if alert["kind"] == "trend")
    wrong = trend | {"observed": trend["observed"] + 1}
    new = trend | {"alert_id": "made up"}
    others = [alert for alert in alerts if alert is not trend]

    assert against(Outcome(ticks, others), case.outcome, SHAPE.ticks).count == {"alert missing": 1}
    assert against(Outcome(ticks, [*alerts, new]), case.outcome, SHAPE.ticks).count == {"alert extra": 1}
    assert against(Outcome(ticks, [wrong, *others]), case.outcome, SHAPE.ticks).count == {"alert differs": 1}
    assert against_truth(Outcome(ticks, [wrong, *others]), case.truth).count == {"alert's figure": 1}
    assert against_truth(Outcome(ticks, [*alerts, wrong]), case.truth).count == {"alert told again differently": 1}


def test_where_posts_stand_can_be_left_out(case: Case) -> None:
    """Records that come before move them; nothing else of a tick differs."""
    moved = Local(SHAPE, begins=100)
    moved.read(stream(SHAPE))
    outcome = Outcome(moved.ticks, case.outcome.alerts)

    assert against(outcome, case.outcome, SHAPE.ticks, offsets=False).count == {}
    assert set(against(outcome, case.outcome, SHAPE.ticks).count) == {"tick differs from the reference"}
