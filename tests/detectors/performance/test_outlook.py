"""Which posts are asked about, what is told, and that nobody learns before a day is over."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.errors import DetectorError
from detectors.outlook.scores import Answered, scores_of
from detectors.performance.horizon import Came
from detectors.performance.judged import Day
from detectors.performance.outlook import PER_HOUR, PostOutlook, judged_of
from tests.detectors.performance.growth import AGES, BUCKET_S, FIRST, Post, Said, Stream, fresh, posts, standout

DAY, HOUR_23, HOUR_18 = AGES[-1], "post-23h", "post-18h"


Lived = tuple[list[Said], list[Came]]


@pytest.fixture(scope="module")
def lived() -> Lived:
    """What was said in a stream of 600 posts, each told of, and what came."""
    stream = Stream(posts(600, seed=1), fresh(least=80))
    return stream.run(FIRST, stream.end), stream.came


def of(came: list[Came], hours: int) -> list[Came]:
    """Those over one horizon."""
    return [one for one in came if one.asked.due - one.asked.as_of == hours * 3600.0]


def test_asked_at_the_ages_before_the_last() -> None:
    """Of what will be after the day; where nobody knows what is usual by then, it is refused."""
    outlook = fresh()
    for age in range(3):
        outlook.ask(FIRST + AGES[age] - 1, standout(age, age, made=FIRST, day=90.0))
    outlook.ask(FIRST, standout(9, made=FIRST))
    assert outlook.tally == {(HOUR_23, "asked"): 1, (HOUR_18, "asked"): 1, (HOUR_23, "refused"): 1}


def test_what_is_known_late_is_not_asked() -> None:
    """Once the next age is over, it would be asked of an old past."""
    for bucket, asked in ((FIRST + AGES[1] - 2, 1), (FIRST + AGES[1] - 1, 0)):
        outlook = fresh()
        outlook.ask(bucket, standout(made=FIRST, day=90.0))
        assert outlook.tally[HOUR_23, "asked"] == asked


@pytest.mark.parametrize("told_at", [FIRST, FIRST + DAY - 2, FIRST + DAY - 1, FIRST + DAY + 3])
def test_learned_when_the_day_is_over_and_never_before(told_at: int) -> None:
    """Whenever the answer is known: nothing is learned of a post made in bucket b before bucket b + 24 h is closed."""
    outlook = fresh()
    outlook.ask(FIRST, standout(made=FIRST, day=90.0))
    before = outlook.snapshot()["post-23h/models"]
    for bucket in range(FIRST, FIRST + DAY + 5):
        outlook.learn(bucket, [Day(7, FIRST, 400)] if bucket == told_at else [])
        over = bucket >= max(told_at, FIRST + DAY - 1)
        assert outlook.tally[HOUR_23, "matured"] == over
        assert (outlook.snapshot()["post-23h/models"] != before) == over


def test_what_comes_later_changes_nothing() -> None:
    """Two streams that are alike but for what posts draw in the end: until the first day is over the same is said."""
    made = posts(120, seed=2)
    other = [Post(post.said, Day(post.day.post_id, post.day.made, 7 * post.day.observed)) for post in made]
    one, two = Stream(made, fresh(least=1)), Stream(other, fresh(least=1))
    assert one.run(FIRST, FIRST + DAY - 1) == two.run(FIRST, FIRST + DAY - 1)
    assert one.outlook.snapshot() == two.outlook.snapshot()
    one.step(FIRST + DAY - 1)
    two.step(FIRST + DAY - 1)
    assert one.outlook.snapshot() != two.outlook.snapshot()


def test_too_little_experience_no_forecast(lived: Lived) -> None:
    """Nothing is told before so many days are learned; then something is, with its record."""
    told = [forecast for said in lived[0] for forecast in said.values()]
    assert len(told) > 400
    assert all(f.n >= 80 and 0 < f.brier < 0.25 and f.model == "posts-1" for f in told)
    assert {f.horizon_hours for f in told} == {23.0, 18.0}
    first = next(n for n, said in enumerate(lived[0]) if said)
    assert first >= DAY + 80 // 2 - 2  # two posts an hour


def test_what_a_forecast_says(lived: Lived) -> None:
    """A round target above what there is, a range around what is expected, and when it is judged."""
    made = {post.said[0].post_id: post for post in posts(600, seed=1)}
    for said in lived[0]:
        for (post_id, age), forecast in said.items():
            post = made[post_id].said[age]
            assert forecast.target > post.observed
            assert f"{forecast.target:.0f}".rstrip("0") in {"1", "15", "2", "3", "5", "7"}
            assert forecast.interval[0] <= forecast.interval[1]
            assert forecast.as_of
            assert forecast.resolves_at
            assert forecast.as_of.timestamp() == (post.made + AGES[age]) * BUCKET_S
            assert forecast.resolves_at.timestamp() == (post.made + DAY) * BUCKET_S


@pytest.mark.parametrize(("hours", "skill"), [(23, 0.06), (18, 0.3)])
def test_forecasts_are_worth_more_than_the_share_of_yes(lived: Lived, hours: int, skill: float) -> None:
    """Replaced by a constant they would have no skill; the range holds about nine of ten."""
    came = of(lived[1], hours)[100:]
    scores = scores_of([Answered(c.asked.reaches.p, c.asked.reaches.base, c.reached) for c in came])
    assert scores is not None
    assert scores.n == 500
    assert scores.brier_skill is not None
    assert scores.brier_skill > skill
    assert scores.calibration_error < 0.1
    assert 0.1 < scores.yes < 0.5
    told = [judged_of(c) for c in came if c.asked.told]
    assert len(told) > 200
    inside = np.array([j.interval[0] <= j.observed <= j.interval[1] for j in told])
    assert abs(inside.mean() - 0.9) < 0.04
    large = np.array([j.target for j in told]) > np.median([j.target for j in told])
    assert abs(inside[large].mean() - inside[~large].mean()) < 0.12  # in percent all sizes are alike


def test_some_are_asked_about_only_to_learn() -> None:
    """So many an hour of each age, by lot; what is told is asked besides."""
    outlook = PostOutlook(bucket_s=300.0, least=30)
    most = round(PER_HOUR * 300.0 / 3600.0)
    crowd = [standout(n, made=FIRST, day=90.0) for n in range(3 * most)]
    outlook.ask_some(FIRST + 11, reversed(crowd))
    again = PostOutlook(bucket_s=300.0, least=30)
    again.ask_some(FIRST + 11, crowd)
    assert outlook.tally == {(HOUR_23, "asked"): most}
    assert outlook.snapshot() == again.snapshot()
    outlook.ask(FIRST + 11, standout(99, made=FIRST, day=90.0))
    assert outlook.tally[HOUR_23, "asked"] == most + 1


def test_what_is_asked_only_to_learn_is_never_told() -> None:
    """But learned as well."""
    stream = Stream(posts(200, seed=3), told=False)
    stream.run(FIRST, stream.end)
    assert not any(came.asked.told for came in stream.came)
    assert stream.outlook.tally[HOUR_23, "matured"] == 200
    assert stream.outlook.tally[HOUR_23, "told"] == 0
    assert dict(stream.outlook.losses()).keys() == {"reaches-post-23h", "reaches-post-18h"}


def test_a_day_that_is_never_known_is_forgotten() -> None:
    """Two days after the post was made: it was deleted, or its platform told no total in time."""
    outlook = fresh()
    outlook.ask(FIRST, standout(made=FIRST, day=90.0))
    for bucket in range(FIRST, FIRST + 2 * DAY):
        outlook.learn(bucket, [])
    assert outlook.tally[HOUR_23, "unanswered"] == 0
    outlook.learn(FIRST + 2 * DAY, [])
    assert (outlook.tally[HOUR_23, "unanswered"], outlook.tally[HOUR_23, "matured"]) == (1, 0)


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 2**32), st.integers(1, 70))
def test_a_restart_changes_nothing(seed: int, cut: int) -> None:
    """Cut anywhere: the same is said, byte for byte, and the state is the same."""
    made = posts(100, seed=seed)
    whole = Stream(made)
    whole.run(FIRST, FIRST + cut)
    again = Stream(made)
    again.outlook.restore(whole.outlook.snapshot())
    assert again.outlook.snapshot() == whole.outlook.snapshot()
    rest = [stream.run(FIRST + cut, whole.end) for stream in (whole, again)]
    assert msgspec.json.encode([sorted(s.items()) for s in rest[0]]) == msgspec.json.encode(
        [sorted(s.items()) for s in rest[1]]
    )
    assert again.outlook.snapshot() == whole.outlook.snapshot()


def test_another_format_is_refused() -> None:
    """A worker does not guess what another version meant."""
    parts = fresh().snapshot()
    changed = parts["state"].replace(b"\xa6format\x01", b"\xa6format\x63")
    with pytest.raises(DetectorError, match="format = 99 of the posts' outlook must be 1"):
        fresh().restore(parts | {"state": changed})
