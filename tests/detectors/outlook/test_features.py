"""What is known of a trend when it is asked: worked out once, bounded, never nan."""

import math
from typing import Any

import numpy as np
import pytest

from detectors.counts.people import People
from detectors.forecast.window import MISSING
from detectors.outlook.features import NAMES, features_of
from detectors.trends.lifecycle import Moment
from detectors.trends.trend import OpenTrend
from tests.detectors.making import BUCKET_S, FIRST, make_candidate, make_post


def known_of(curve: list[int], posts: int = 4, **fields: Any) -> dict[str, float]:
    """Features of a trend with this history, the last is now, by name."""
    last = FIRST + len(curve) - 1
    n = curve[-1]
    leader = make_candidate("glass", range(posts), observed=n, people=People(2 * n, n, n // 2, 4 * n, 0, 0))
    trend = OpenTrend("t", FIRST, [leader])
    texts = {(0, i): make_post(f"p{i}", i * 60, **fields) for i in range(posts)}
    trend.take(last, [leader], texts)
    for bucket, observed in enumerate(curve, FIRST):
        moment = Moment(bucket, observed, 1.0, 9.0, key=leader.key)
        trend.history.append(moment)
        trend.peak = moment if trend.peak is None or observed > trend.peak.observed else trend.peak
    values = features_of(trend, leader, 1000.0, bucket_s=BUCKET_S, window=4)
    assert values.dtype == np.float32
    assert np.isfinite(values).all()
    return dict(zip(NAMES, values.tolist(), strict=True))


def test_size_growth_and_age() -> None:
    """Over the last half window, and the half before."""
    known = known_of([3, 5, 9, 10, 20])
    assert known["voices"] == pytest.approx(math.log(21))
    assert known["growth"] == pytest.approx(math.log(25 / 14))
    assert known["growth_before"] == pytest.approx(math.log(14 / 8))
    assert known["age"] == pytest.approx(math.log1p(4 * BUCKET_S / 3600))
    assert (known["below_most"], known["since_most"]) == (0.0, 0.0)
    assert (known["posts_each"], known["once_only"]) == (2.0, 0.5)


def test_below_its_peak() -> None:
    """How far, and since when."""
    known = known_of([10, 20, 10])
    assert known["below_most"] == pytest.approx(math.log(11 / 21))
    assert known["since_most"] == pytest.approx(math.log1p(BUCKET_S / 3600))


def test_of_a_first_moment_no_growth_is_known() -> None:
    """Nor of another subject's past."""
    assert known_of([10])["growth"] == 0.0


def test_who_writes() -> None:
    """Communities, platforms, languages, reach."""
    known = known_of([9], communities=("skincare", "makeup"), language="fr", followers=200_000)
    assert (known["communities"], known["first_community"], known["platforms"], known["languages"]) == (2, 1, 1, 1)
    assert known["reach"] == pytest.approx(math.log1p(200_000), rel=1e-6)
    assert known["large"] == 1.0
    assert known["span"] == pytest.approx(0.05)


def test_what_cannot_be_read_is_missing() -> None:
    """Not 0: nobody is known to have no followers."""
    known = known_of([9], posts=0)
    assert known["reach"] == known["span"] == float(MISSING)
