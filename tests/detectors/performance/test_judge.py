"""Which posts are told of, once each."""

import re
from typing import Any

import msgspec
import pytest

from detectors.model.alerts import Alert, Explanation
from detectors.model.forecasts import Forecast
from detectors.model.forecasts import Judged as Judgement
from detectors.model.posts import Post
from detectors.performance import judged
from detectors.performance.judge import MOST_OPEN, PostJudge
from detectors.performance.judged import Day, Judged, KindSums, Standout
from detectors.performance.outlook import PostOutlook
from tests.detectors.making import make_post
from tests.detectors.performance.growth import BUCKET_S, FIRST, by_bucket, posts, standout

LEAST = 30
"""Answers before a forecast is told."""


def new(outlook: PostOutlook | None = None) -> PostJudge:
    """One that has seen nothing."""
    outlook = outlook or PostOutlook(bucket_s=BUCKET_S, least=LEAST)
    return PostJudge(bucket_s=BUCKET_S, false_share=0.05, outlook=outlook, config_digest="digest")


def judge() -> PostJudge:
    """One that has seen a calm day."""
    made = new()
    for bucket in range(FIRST - 48, FIRST):
        step(made, bucket)
    return made


def step(
    made: PostJudge,
    bucket: int,
    *posts: Standout,
    gone: tuple[int, ...] = (),
    days: tuple[Day, ...] = (),
    warm: bool = True,
    doubted: str = "",
) -> list[Alert]:
    """What is told of a bucket in which a hundred posts were compared."""
    told = judged.encode(Judged((KindSums(3, 100, 2, 0.7),), posts, gone, days=days))
    weighing = made.weigh(bucket, [told], warm=warm)
    texts: dict[tuple[int, int], Post | None] = {
        (ref.source, ref.offset): make_post(f"p{ref.post_id}", 0.0, creator="c") for ref in made.refs(weighing)
    }
    return made.tell(bucket, weighing, texts, {doubted})


def seen(alerts: list[Alert]) -> list[tuple[str, int]]:
    return [(alert.action, alert.revision) for alert in alerts]


def test_a_post_is_told_once_and_then_updated() -> None:
    """Under one id, until a day after the last look."""
    made = judge()
    fired = step(made, FIRST, standout())
    updated = step(made, FIRST + 5, standout(age=1, observed=400))
    calm = [alert for bucket in range(FIRST + 6, FIRST + 47) for alert in step(made, bucket)]
    over = step(made, FIRST + 47)
    assert [seen(alerts) for alerts in (fired, updated, calm, over)] == [
        [("fired", 0)],
        [("updated", 1)],
        [],
        [("resolved", 2)],
    ]
    alerts = [*fired, *updated, *over]
    assert len({alert.dedup_key for alert in alerts}) == 1
    assert len({alert.alert_id for alert in alerts}) == 3
    assert [alert.observed for alert in alerts] == [120, 400, 400]
    assert step(made, FIRST + 48) == []


def test_what_could_be_chance_is_not_told() -> None:
    """Among two thousand comparisons a day, one in a thousand is no news."""
    assert step(judge(), FIRST, standout(score=3.5)) == []


def test_two_ages_in_one_bucket_are_one_alert() -> None:
    """What came late is told by its latest age."""
    alerts = step(judge(), FIRST + 30, standout(), standout(age=1, observed=300))
    assert [(alert.action, alert.observed) for alert in alerts] == [("fired", 300)]


def test_a_deleted_post_is_retracted() -> None:
    """Also if it would be news in the same bucket; one that was not told of is not."""
    made = judge()
    step(made, FIRST, standout())
    alerts = step(made, FIRST + 5, standout(age=1), gone=(7, 8))
    assert seen(alerts) == [("retracted", 1)]
    assert step(made, FIRST + 60) == []


def test_a_platform_in_doubt_holds_its_posts_back() -> None:
    """They are counted, and told at the next age if the doubt is over."""
    made = judge()
    assert step(made, FIRST, standout(), doubted="platform:tiktok") == []
    assert made.tally == {"data_quality": 1}
    assert seen(step(made, FIRST + 5, standout(age=1), doubted="platform:x")) == [("fired", 0)]


def test_nothing_is_told_before_it_is_warm() -> None:
    """But counted, and learned."""
    made = judge()
    assert step(made, FIRST, standout(), warm=False) == []
    assert made.tally == {"warming_up": 1}


def test_a_post_that_cannot_be_read_is_not_told() -> None:
    """Nobody could look at it."""
    made = judge()
    weighing = made.weigh(FIRST, [judged.encode(Judged((), (standout(),), ()))], warm=True)
    assert made.tell(FIRST, weighing, {(0, 7): None}, ()) == []


def test_so_many_are_open_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first are closed before their time."""
    assert MOST_OPEN >= 1000
    monkeypatch.setattr("detectors.performance.judge.MOST_OPEN", 2)
    made = judge()
    for n in range(2):
        step(made, FIRST, standout(n))
    alerts = step(made, FIRST, standout(2))
    assert [(alert.action, alert.subject.id) for alert in alerts] == [("fired", "p2"), ("resolved", "p0")]


def test_it_goes_on_from_a_snapshot() -> None:
    """Cut at any bucket, the same alerts, byte for byte."""
    steps: list[tuple[int, tuple[Standout, ...]]] = [
        (FIRST, (standout(1), standout(2, score=4.2))),
        (FIRST + 1, (standout(3, made=FIRST + 1),)),
        (FIRST + 5, (standout(1, age=1), standout(2, age=1, score=7.0))),
        (FIRST + 23, (standout(1, age=2),)),
        (FIRST + 60, ()),
    ]
    whole = judge()
    told = [step(whole, bucket, *posts) for bucket, posts in steps]
    assert sum(map(len, told)) > 5
    for cut in range(len(steps)):
        before, after = judge(), new()
        first = [step(before, bucket, *posts) for bucket, posts in steps[:cut]]
        after.restore(before.snapshot())
        rest = [step(after, bucket, *posts) for bucket, posts in steps[cut:]]
        assert msgspec.json.encode(first + rest) == msgspec.json.encode(told)


def numbers_of(said: Explanation) -> set[float]:
    """All numbers in both languages."""
    return {float(found.replace(",", ".")) for found in re.findall(r"\d+(?:[.,]\d+)?", f"{said.en} {said.fr}")}


def fields_of(alert: Alert) -> set[float]:
    """What an alert's fields say, as sentences round it; probabilities in percent."""
    structs = [alert.performance, alert.forecast, *(alert.judged or ())]
    values = [value for one in structs if isinstance(one, msgspec.Struct) for value in msgspec.structs.astuple(one)]
    values += [alert.observed, alert.expected, alert.interval]
    flat = [v for value in values for v in (value if isinstance(value, tuple) else (value,))]
    known = {round(value, 1) for value in flat if isinstance(value, (int, float))}
    chances = {one.probability for one in structs if isinstance(one, Forecast | Judgement)}
    return known | {float(round(100 * chance)) for chance in chances}


@pytest.mark.parametrize("fields", [{}, {"own": 0, "paid": True}, {"platform": "", "format": "", "tier": ""}])
def test_every_number_said_is_a_field(fields: dict[str, Any]) -> None:
    """In both languages; and what it was compared with is said."""
    made = judge()
    for alert in [*step(made, FIRST, standout(**fields)), *step(made, FIRST + 60)]:
        assert isinstance(alert.performance, msgspec.Struct)
        assert numbers_of(alert.explanation) <= fields_of(alert)
        assert ("paid for" in alert.explanation.en) == alert.performance.paid
        assert ("rémunérée," in alert.explanation.fr) == alert.performance.paid


@pytest.mark.parametrize(
    ("observed", "expected", "severity"),
    [
        (40, 5.0, "info"),
        (120, 15.0, "warning"),
        (1500, 800.0, "info"),
        (1500, 200.0, "warning"),
        (1500, 100.0, "critical"),
    ],
)
def test_severity_is_of_size(observed: int, expected: float, severity: str) -> None:
    """How many times, and how many more; not how sure it is."""
    (alert,) = step(judge(), FIRST, standout(observed=observed, expected=expected))
    assert alert.severity == severity


def test_a_forecast_is_told_and_judged() -> None:
    """In the first alert, once days of others taught enough; what came of it, when its own day is over."""
    made, past = new(), by_bucket(posts(60, seed=4))
    last = max(past) + 1
    for bucket in range(FIRST, last + 1):
        reached, days = past[bucket]
        assert step(made, bucket, *reached, days=tuple(days), warm=False) == []
    (fired,) = step(made, last + 1, standout(999, made=last + 1, day=60.0))
    again = new()
    again.restore(made.snapshot())
    forecast = fired.forecast
    assert isinstance(forecast, Forecast)
    assert (forecast.horizon_hours, forecast.model, forecast.n) == (23.0, "posts-1", 60)
    (resolved,) = [
        alert
        for bucket in range(last + 2, last + 60)
        for alert in step(again, bucket, days=(Day(999, last + 1, 700),) if bucket == last + 24 else ())
    ]
    (judged_,) = resolved.judged or ()
    assert (judged_.observed, judged_.target, judged_.probability) == (700.0, forecast.target, forecast.probability)
    assert (judged_.as_of, judged_.horizon_hours) == (forecast.as_of, 23.0)
    assert not resolved.forecast
    for alert in (fired, resolved):
        assert "chance" in alert.explanation.en
        assert "chance" in alert.explanation.fr
        assert numbers_of(alert.explanation) <= fields_of(alert)


@pytest.mark.parametrize("doubted", ["", "platform:tiktok"])
def test_what_is_in_doubt_is_not_learned_from(doubted: str) -> None:
    """Nobody is asked about a post whose platform's data are in doubt."""
    outlook = PostOutlook(bucket_s=BUCKET_S, least=LEAST)
    step(new(outlook), FIRST, standout(day=60.0), doubted=doubted)
    assert outlook.tally["post-23h", "asked"] == (not doubted)


def test_partitions_and_their_order_change_no_forecast() -> None:
    """What READ sends of a bucket is the same, from however many partitions."""
    past, states = by_bucket(posts(60, seed=5)), []
    for parts in (1, 3):
        made = new()
        for bucket in range(FIRST, FIRST + 40):
            reached, days = past[bucket]
            told = [
                judged.encode(Judged(standouts=tuple(reached[n::parts]), days=tuple(days[n::parts])))
                for n in reversed(range(parts))
            ]
            made.tell(bucket, made.weigh(bucket, told, warm=False), {}, ())
        states.append({name: part for name, part in made.snapshot().items() if name.startswith("outlook/")})
    assert states[0] == states[1]
