import math
import pickle
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from river import base

from detectors.anomalies import for_nab
from detectors.anomalies.novelty.detector import LARGEST, WARM_UP, NoveltyDetector, NoveltyState
from detectors.anomalies.novelty.once import Once, OnceState
from detectors.errors import DetectorError

Make = Callable[..., list[float]]
DAY = 96
NOON = 12 * DAY + 24
"""The top of the hump of the thirteenth day."""
ALARM = 0.35
RARE = 2.5


def scored(values: list[Any], detector: NoveltyDetector | None = None) -> list[tuple[float, float]]:
    """Score and surprise of every value, 0 while not known; score first, then learn."""
    detector, said = detector or NoveltyDetector(), []
    for value in values:
        look = detector.look({"value": value})
        said.append((look.score or 0.0, look.surprise or 0.0) if look else (0.0, 0.0))
        detector.learn_one({"value": value})
    return said


def best(said: list[tuple[float, float]], start: int, length: int) -> tuple[float, float]:
    part = said[start : start + length]
    return max(score for score, _ in part), max(surprise for _, surprise in part)


def test_it_is_a_river_anomaly_detector() -> None:
    """Both; River's pipelines and evaluation accept them."""
    assert isinstance(NoveltyDetector(), base.AnomalyDetector)
    assert isinstance(for_nab(), base.AnomalyDetector)


def happened(values: list[float], what: str) -> list[float]:
    """The series with one thing done to it at noon."""
    after = range(NOON, len(values))
    match what:
        case "spike":
            values[NOON] += 25.0
        case "drop":
            values[NOON : NOON + 4] = [0.0] * 4
        case "step":
            for i in after:
                values[i] += 15.0
        case "missing peak":
            values[NOON - 24 : NOON + 24] = [20.0] * 48
        case "flat":
            values[NOON : NOON + 48] = [values[NOON]] * 48
        case "slow drift":
            for i in after:
                values[i] += 20.0 * min(1.0, (i - NOON) / (1.5 * DAY))
    return values


@pytest.mark.parametrize("what", ["spike", "drop", "step", "missing peak", "flat", "slow drift"])
@pytest.mark.parametrize("seed", range(2))
def test_what_happens_is_found(series: Make, what: str, seed: int) -> None:
    """Within a day and a half, more than anything in the week before, and rare."""
    said = scored(happened(series(days=15, seed=seed, noise=0.5), what))
    score, surprise = best(said, NOON - 24, 2 * DAY)
    assert score > best(said, 5 * DAY, 7 * DAY)[0]
    assert surprise >= RARE


def test_a_day_like_the_others_is_nothing_new(series: Make) -> None:
    """The hump comes every day; the first one is news, the tenth is not."""
    said = scored(series(days=14, seed=3, noise=0.2))
    assert best(said, 5 * DAY, 9 * DAY)[0] < ALARM


def test_a_lower_weekend_is_learned(series: Make) -> None:
    """Days five and six of a week have no hump: news once, ordinary in the third week."""
    values = series(days=28, seed=4, noise=0.3)
    flat = series(days=28, seed=5, noise=0.3, high=0.0)
    values = [flat[i] if (i // DAY) % 7 >= 5 else value for i, value in enumerate(values)]
    said = scored(values)
    assert best(said, 5 * DAY, 2 * DAY)[0] > best(said, 19 * DAY, 2 * DAY)[0]
    assert best(said, 19 * DAY, 9 * DAY)[0] < ALARM


@pytest.mark.parametrize("seed", range(2))
def test_calm_series_are_as_surprising_as_they_say(series: Make, seed: int) -> None:
    """A surprise of 2 in calm data: at most about once in a hundred points."""
    said = scored(series(days=30, seed=10 + seed))[3 * DAY :]
    assert sum(surprise >= 2.0 for _, surprise in said) <= 2.0 * len(said) / 100


def test_it_says_none_while_warming_up(series: Make) -> None:
    """Not knowing yet is None, never 0."""
    detector = NoveltyDetector()
    for i, value in enumerate(series(days=1)):
        assert (detector.score_one({"value": value}) is None) == (i < WARM_UP)
        assert detector.warming_up == max(0, WARM_UP - i)
        detector.learn_one({"value": value})


@pytest.mark.parametrize("missing", [None, math.nan, math.inf, -math.inf])
def test_a_missing_bucket_is_no_zero(series: Make, missing: float | None) -> None:
    """It gets no score and teaches nothing: the scores of the others are those of the series without it."""
    values: list[Any] = list(series(days=5))
    holes = [value for i, value in enumerate(values) for value in ([missing, value] if i % 50 == 49 else [value])]
    detector, said = NoveltyDetector(), []
    for value in holes:
        score = detector.score_one({"value": value})
        detector.learn_one({"value": value})
        if value is missing:
            assert score is None
        else:
            said.append(score or 0.0)
    assert said == [score for score, _ in scored(values)]


@pytest.mark.parametrize("value", [0.0, 5.0, -1e6, 1e300])
def test_a_constant_is_never_strange(value: float) -> None:
    """However large; and its first move is seen, finite."""
    said = scored([value] * 500)
    assert said == [(0.0, 0.0)] * WARM_UP + [(0.0, surprise) for _, surprise in said[WARM_UP:]]
    assert max(surprise for _, surprise in said) < 1.0


def test_enormous_values_keep_numbers_finite(series: Make) -> None:
    """Zeros, the largest there is, the smallest there is, and back."""
    values = [0.0] * 300 + [1e308, -1e308, 5e-324] + series(days=3) + [LARGEST] * 5
    said = scored(values)
    assert all(math.isfinite(number) and number >= 0 for pair in said for number in pair)


def test_the_unit_does_not_matter(series: Make) -> None:
    """The same series in cents, on another zero: the same scores to the digits that are kept, rounding aside."""
    values = series(days=6)
    cents = scored([100.0 * value - 5000.0 for value in values])
    for (a, _), (b, _) in zip(scored(values), cents, strict=True):
        assert a == pytest.approx(b, abs=2e-4)


def test_the_same_series_gives_the_same_scores(series: Make) -> None:
    """To the last digit."""
    values = series(days=6, seed=6)
    assert scored(values) == scored(values)


@pytest.mark.parametrize("stop", [0, 10, 60, 300, 777])
def test_a_restart_changes_nothing(series: Make, stop: int) -> None:
    """Through bytes, at every age: what it says afterwards is what an uninterrupted one says, and so is its state."""
    values = happened(series(days=14, seed=7), "step")
    whole, first, again = for_nab(), for_nab(), for_nab()
    for value in values[:stop]:
        first.learn_one({"value": value})
        whole.learn_one({"value": value})
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(first.snapshot()), type=OnceState))
    for value in values[stop:]:
        x: dict[Any, float] = {"value": value}
        assert again.score_one(x) == whole.score_one(x)
        again.learn_one(x)
        whole.learn_one(x)
    assert msgspec.msgpack.encode(again.snapshot()) == msgspec.msgpack.encode(whole.snapshot())


def test_a_state_of_another_river_is_refused() -> None:
    """Its inside may mean something else."""
    state = NoveltyDetector().snapshot()
    other = NoveltyState(
        {**state.versions, "river": "0.1"}, state.first, state.reach, state.shapes, state.scales, state.rarity
    )
    with pytest.raises(DetectorError, match=r"0\.1"):
        NoveltyDetector().restore(other)


def test_a_series_fits_its_memory(series: Make) -> None:
    """At most 64 KiB, as an object and as a snapshot, and no more after five times as long."""
    detector = NoveltyDetector()
    sizes: list[int] = []
    for _ in range(2):
        scored(series(days=25 if sizes else 50), detector)
        sizes.append(len(pickle.dumps(detector)))
    assert max(sizes) < 64 * 1024
    assert len(msgspec.msgpack.encode(detector.snapshot())) < 64 * 1024
    assert sizes[1] <= 1.02 * sizes[0]


def test_scoring_changes_nothing(series: Make) -> None:
    """However often and whatever one asks, what is learned stays the same."""
    asked, left_alone = for_nab(), for_nab()
    for value in series(days=5):
        asked.score_one({"value": 10 * value})
        asked.score_one({"value": value})
        asked.learn_one({"value": value})
        left_alone.learn_one({"value": value})
    assert msgspec.msgpack.encode(asked.snapshot()) == msgspec.msgpack.encode(left_alone.snapshot())


def test_an_anomaly_is_told_once(series: Make) -> None:
    """The drop is four points long; only a first one, and what is clearly worse, passes."""
    once, passed = Once(), []
    for i, value in enumerate(happened(series(days=14, seed=8), "drop")):
        if (once.score_one({"value": value}) or 0.0) > ALARM:
            passed.append(i)
        once.learn_one({"value": value})
    assert 1 <= sum(NOON <= i < NOON + 100 for i in passed) <= 2


def test_impossible_arguments_of_once_are_refused() -> None:
    """The error names both."""
    with pytest.raises(DetectorError, match=r"margin = -1 .* calm = 100"):
        Once(margin=-1)
