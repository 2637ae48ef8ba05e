"""The surprise of a count: the bank, its one-subject River twin, and scipy's negative binomial agree."""

import math
from collections.abc import Hashable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from detectors.counts.ticks import Tick
from detectors.errors import DetectorError
from detectors.stages.count import CountStage
from detectors.trends.gamma_poisson import LEAST_P, GammaPoisson, Prior, expected, surprise, tail
from tests.detectors.making import BUCKET_S, count_settings, key_of, make_run

PASTS = st.floats(0, 1e5)
EXPOSURES = st.floats(1, 1e6)


def p_of(observed: float, past: float, exposure: float = 100.0, past_exposure: float = 1000.0, **prior: float) -> float:
    """The tail of one count."""
    a0 = prior.pop("voices", 0.15)
    count, before, voices = (np.array([float(x)]) for x in (observed, past, a0))
    return float(tail(count, before, voices, Prior(**prior), exposure, past_exposure)[0])


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=40), st.integers(1, 5))
def test_the_bank_is_the_river_model_for_many(buckets: list[tuple[int, int]], window: int) -> None:
    """COUNT over a stream of one subject says at each tick what `GammaPoisson` says that learned the same past.

    Replacing the model's score, its learning or the bank by a constant fails here.
    """
    stage = counting(window)
    model = GammaPoisson(half_life=60.0, prior=Prior(0.15, 2.0, 20.0))
    for bucket, (mine, others) in enumerate(buckets, start=100):
        (tick,) = step(stage, bucket, mine, others, people=people_in(buckets[: bucket - 99][-window:]))
        left = buckets[bucket - 100 - window] if bucket - 100 >= window else (0, 0)
        model.learn_one({"voices": left[0], "exposure": sum(left)})
        told = [c for c in tick.candidates if c.key == key_of("glass")]
        for candidate in told:
            x: dict[Hashable, float] = {"voices": candidate.observed, "exposure": tick.exposure}
            assert candidate.observed == sum(n for n, _ in buckets[: bucket - 99][-window:])
            assert candidate.past == pytest.approx(model.past, rel=1e-4, abs=1e-5)
            assert candidate.surprise == pytest.approx(model.score_one(x), rel=1e-3, abs=1e-4)
        assert len(told) == (mine > 0)


def counting(window: int) -> CountStage:
    """COUNT, that tells every subject with a new post."""
    settings = count_settings(window_s=window * BUCKET_S, long_window_s=window * BUCKET_S, half_life_s=60 * BUCKET_S)
    return CountStage(partition=0, partitions=1, settings=settings)


def people_in(buckets: list[tuple[int, int]]) -> int:
    """Authors of some buckets, each with people of its own."""
    return sum(mine + others for mine, others in buckets)


def step(stage: CountStage, bucket: int, mine: int, others: int, people: int) -> list[Tick]:
    """A bucket in which `mine` new people use the subject, and `others` do not."""
    rows = [
        (bucket * 1000 + i, bucket * 1000 + i, key_of("glass" if i < mine else "oil")) for i in range(mine + others)
    ]
    stage.step(make_run(bucket, stream="engagements", voices=0, new_voices=0), 2 * bucket)
    return stage.step(make_run(bucket, rows, voices=people), 2 * bucket + 1)


@given(st.integers(0, 500), PASTS, EXPOSURES, EXPOSURES)
def test_the_tail_is_scipys(observed: int, past: float, exposure: float, past_exposure: float) -> None:
    """P(N >= c) of the negative binomial with shape min(r, r_max) and the predictive mean."""
    mean = (0.15 + past) * exposure / (2.0 * exposure + past_exposure)
    shape = min(0.15 + past, 20.0)
    truth = float(nbinom.sf(observed - 1, shape, shape / (shape + mean)))
    assert p_of(observed, past, exposure, past_exposure) == pytest.approx(truth, rel=1e-8, abs=1e-290)


def test_the_mean_is_the_predictive_one() -> None:
    """By hand: (0.15 + 9.85) voices over 2 + 8 windows' worth of people, one window: 1 voice."""
    mean = expected(np.array([9.85]), np.array([0.15]), Prior(exposure=2.0), 100.0, 800.0)
    assert mean.tolist() == pytest.approx([1.0])


@given(st.integers(0, 300), PASTS, EXPOSURES, EXPOSURES)
def test_more_voices_surprise_more(observed: int, past: float, exposure: float, past_exposure: float) -> None:
    """And the more of them the past had, the less."""
    p = p_of(observed, past, exposure, past_exposure)
    assert 0 <= p_of(observed + 1, past, exposure, past_exposure) <= p <= 1
    assert p_of(observed, past + 1, exposure, past_exposure) >= p - 1e-12


def test_no_voice_is_no_surprise() -> None:
    """Whatever the past: P(N >= 0) = 1."""
    assert [p_of(0, past) for past in (0.0, 1.0, 1e5)] == [1.0, 1.0, 1.0]


def test_exposure_cancels_the_hour_of_the_day() -> None:
    """The same voices among ten times the people surprise far less: nights and busy hours need no tables."""
    assert p_of(10, 100, exposure=200) > 10 * p_of(10, 100, exposure=20)


def test_the_cap_keeps_heavy_subjects_dispersed() -> None:
    """A subject with a huge past does not alarm at a third above its mean; without the cap it would."""
    past, mean = 1e5, 1e5 * 100 / 1200
    assert p_of(mean * 1.3, past) > 1e-4 > p_of(mean * 1.3, past, r_max=1e6)


def test_surprise_is_rounded_and_bounded() -> None:
    """Equal on every processor, never infinite, never minus zero."""
    decades = surprise(np.array([1.0, 0.1234567891, 0.0, LEAST_P]))
    assert decades.tolist() == [0.0, 0.908485, 300.0, 300.0]
    assert math.copysign(1, float(decades[0])) == 1


def test_the_past_decays_by_half() -> None:
    """A voice weighs half after the half-life."""
    model = GammaPoisson(half_life=4)
    model.learn_one({"voices": 8, "exposure": 80})
    for _ in range(4):
        model.learn_one({"voices": 0, "exposure": 0})
    assert (model.past, model.past_exposure) == pytest.approx((4, 40))


def test_score_does_not_learn() -> None:
    """Scoring twice gives the same twice."""
    model = GammaPoisson()
    x: dict[Hashable, float] = {"voices": 9, "exposure": 100}
    assert model.score_one(x) == model.score_one(x) > 5


@pytest.mark.parametrize("half_life", [0.0, -1.0])
def test_an_impossible_half_life_is_refused(half_life: float) -> None:
    """The error names the value and the range."""
    with pytest.raises(DetectorError, match=rf"half_life={half_life}: must be > 0"):
        GammaPoisson(half_life=half_life)


def test_it_is_a_river_model() -> None:
    """It can be cloned with its arguments, as River's own tools do."""
    clone: Any = GammaPoisson(half_life=7, prior=Prior(0.05)).clone()
    assert (clone.half_life, clone.prior, clone.past) == (7, Prior(0.05), 0.0)
