import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from river import base

from detectors.anomalies.detector import SeriesDetector
from detectors.errors import DetectorError

Traffic = Callable[..., list[int]]
NOON = 5 * 288 + 144
ALARM = 4.5


def scored(counts: list[int], bucket_s: float = 300.0, warm_up: int = 144) -> tuple[list[float | None], SeriesDetector]:
    detector, scores = SeriesDetector(bucket_s=bucket_s, warm_up=warm_up), []
    for i, count in enumerate(counts):
        x: dict[Any, float] = {"at": bucket_s * (i + 0.5), "count": count}
        scores.append(detector.score_one(x))
        detector.learn_one(x)
    return scores, detector


def known(scores: list[float | None]) -> list[float]:
    return [score for score in scores if score is not None]


def test_it_is_a_river_anomaly_detector() -> None:
    """River's pipelines and evaluation accept it."""
    assert isinstance(SeriesDetector(), base.AnomalyDetector)


def test_it_says_none_while_warming_up(traffic: Traffic) -> None:
    """Not knowing yet is None, never 0."""
    scores, _ = scored(traffic(days=1, mean=50, seed=1), warm_up=100)
    assert all(score is None for score in scores[:100])
    assert all(score is not None for score in scores[100:])


def test_scoring_changes_nothing(traffic: Traffic) -> None:
    """However often and whatever one asks, what is learned stays the same."""
    counts = traffic(days=1, mean=50, seed=2)
    asked, left_alone = SeriesDetector(), SeriesDetector()
    for i, count in enumerate(counts):
        x: dict[Any, float] = {"at": 300.0 * i, "count": count}
        asked.score_one({"at": 300.0 * i, "count": 10 * count + 7})
        asked.score_one(x)
        asked.learn_one(x)
        left_alone.learn_one(x)
    later: dict[Any, float] = {"at": 90_000.0, "count": 5}
    assert asked.score_one(later) == left_alone.score_one(later)


@pytest.mark.parametrize("mean", [50, 500, 5000])
def test_a_collapse_is_found_within_three_buckets(traffic: Traffic, mean: float) -> None:
    """A third of the likes left, at noon."""
    scores, _ = scored(traffic(days=6, mean=mean, seed=3, factor={(NOON, 6 * 288): 0.3}))
    assert max(known(scores[NOON : NOON + 3])) >= ALARM
    assert max(known(scores[:NOON])) < ALARM


@pytest.mark.parametrize("times", [8.0, 2.5, 0.15])
def test_a_lasting_shift_is_the_new_level_and_no_more(times: float) -> None:
    """After it was accepted twelve hours are expected as they come: the season does not learn it once more."""
    rng, detector = np.random.default_rng(12), SeriesDetector(bucket_s=300.0, warm_up=36)
    ratios: list[float] = []
    accepted = False
    for i in range(1500 + 240):
        mean = 1000.0 * math.exp(0.6 * math.sin(2 * math.pi * (i / 288 - 0.3))) * (times if i >= 1500 else 1.0)
        x: dict[Any, float] = {"at": 300.0 * (i + 0.5), "count": float(rng.poisson(mean * rng.gamma(50, 1 / 50)))}
        if accepted:
            ratios.append(detector.look(x).forecast.expected / mean)
        detector.learn_one(x)
        accepted = accepted or detector.settled
    assert len(ratios) > 180
    assert 0.8 < min(ratios) <= max(ratios) < 1.2


def test_a_rise_is_found_within_three_buckets(traffic: Traffic) -> None:
    """Four times as many."""
    scores, _ = scored(traffic(days=6, mean=200, seed=4, factor={(NOON, 6 * 288): 4.0}))
    assert max(known(scores[NOON : NOON + 3])) >= ALARM


def test_the_morning_rise_is_nothing_unusual(traffic: Traffic) -> None:
    """Day after day the count rises tenfold in a few hours: no alarm. Needs the season."""
    scores, _ = scored(traffic(days=8, mean=3000, seed=5, wander=0.03, spread=0.002))
    assert max(known(scores[3 * 288 :])) < ALARM


def test_a_collapse_to_the_nightly_level_is_found_at_noon(traffic: Traffic) -> None:
    """The count is one that every night brings: only who knows the hour sees it. Needs the season."""
    counts = traffic(days=6, mean=500, seed=6)
    at_night = min(counts[NOON - 144 : NOON])
    counts[NOON : NOON + 3] = [at_night] * 3
    scores, _ = scored(counts)
    assert max(known(scores[NOON : NOON + 3])) >= 5.5  # a thousand series at one false alert a day


def test_a_lasting_shift_becomes_the_new_level_after_hours(traffic: Traffic) -> None:
    """Alarming for hours, ordinary five hours after it began. Needs ADWIN."""
    scores, _ = scored(traffic(days=6, mean=500, seed=7, factor={(NOON, 6 * 288): 0.15}))
    assert min(known(scores[NOON + 2 : NOON + 30])) >= ALARM
    assert max(known(scores[NOON + 60 : NOON + 96])) < ALARM


def test_a_spike_does_not_hide_the_next_one(traffic: Traffic) -> None:
    """What it learns from a spike is cut."""
    scores, _ = scored(traffic(days=6, mean=200, seed=8, factor={(NOON, NOON + 2): 8.0, (NOON + 40, NOON + 42): 8.0}))
    first, second = max(known(scores[NOON : NOON + 2])), max(known(scores[NOON + 40 : NOON + 42]))
    assert first >= ALARM
    assert second >= ALARM


@pytest.mark.parametrize(("mean", "batch"), [(0.3, 1), (30, 1), (3000, 1), (300, 50)])
def test_calm_series_are_as_surprising_as_they_say(traffic: Traffic, mean: float, batch: int) -> None:
    """A surprise of 3 in calm traffic: at most about once in a thousand buckets."""
    strange = 0
    for seed in range(2):
        scores, _ = scored(traffic(days=10, mean=mean, seed=10 + seed, batch=batch))
        strange += sum(score >= 3 for score in known(scores))
    assert strange <= 2.5 * 2 * 2736 / 1000


def test_the_same_series_gives_the_same_scores(traffic: Traffic) -> None:
    """To the last digit."""
    counts = traffic(days=2, mean=80, seed=11)
    assert scored(counts)[0] == scored(counts)[0]


def test_one_minute_buckets_work_as_well(traffic: Traffic) -> None:
    """A collapse on one-minute buckets, found within five minutes."""
    noon = 2 * 1440 + 720
    counts = traffic(days=2.6, mean=100, seed=12, wander=0.05, a_day=1440, factor={(noon, noon + 90): 0.1})
    scores, _ = scored(counts, bucket_s=60.0, warm_up=720)
    assert max(known(scores[noon : noon + 5])) >= ALARM
    assert max(known(scores[:noon])) < ALARM


def test_a_gap_warms_up_again(traffic: Traffic) -> None:
    """None until as many points have come as at first."""
    _, detector = scored(traffic(days=2, mean=80, seed=13))
    detector.restart()
    assert detector.warming_up == 144
    assert detector.score_one({"at": 10 * 86_400.0, "count": 0}) is None


def test_a_series_fits_its_memory(traffic: Traffic) -> None:
    """At most 64 KiB, whatever its age."""
    _, detector = scored(traffic(days=3, mean=80, seed=14))
    assert len(pickle.dumps(detector)) < 64 * 1024


def test_enormous_and_zero_counts_keep_numbers_finite() -> None:
    """Zeros for a day, then a trillion, then zeros."""
    scores, _ = scored([0] * 300 + [10**12] + [0] * 100)
    assert np.isfinite(known(scores)).all()


def test_impossible_arguments_are_refused() -> None:
    """The error names value and range."""
    with pytest.raises(DetectorError, match=r"bucket_s = 0.* > 0"):
        SeriesDetector(bucket_s=0.0)


@pytest.mark.parametrize("first", [[], [7], [7] + [0] * 9])
@pytest.mark.parametrize("mean", [1_000, 30_000, 3_000_000])
def test_a_large_series_is_judged_from_its_beginning(first: list[int], mean: int) -> None:
    """Its first bucket is a part, or nothing was expected of it; three times as much half a day later is an alarm."""
    rng = np.random.default_rng(3)
    counts = [*first, *(mean * rng.uniform(0.9, 1.1, 144)).astype(int).tolist()]
    scores, _ = scored([*counts, 3 * mean], warm_up=36)
    assert max(known(scores[:-1])) < ALARM <= known(scores[-1:])[0]
