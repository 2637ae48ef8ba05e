"""False-discovery control against its definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import DetectorError
from detectors.trends.discovery import benjamini_hochberg

P_VALUES = st.lists(st.floats(1e-12, 1.0), min_size=1, max_size=12)


@given(P_VALUES, st.sampled_from([0.001, 0.05, 0.3]), st.integers(1, 50))
def test_benjamini_hochberg_is_its_definition(p_values: list[float], share: float, tracked: int) -> None:
    """Believed is every p at or below the greatest p_(k) <= share k / m."""
    ordered = sorted(p_values)
    limit = max((p for k, p in enumerate(ordered, 1) if p <= share * k / tracked), default=-1.0)
    assert benjamini_hochberg(p_values, share=share, tracked=tracked) == [p <= limit for p in p_values]


def test_the_promise_is_kept() -> None:
    """Of what is believed at most the promised share is false, over a thousand drawn worlds of 50 effects in 500."""
    rng, false_shares = np.random.default_rng(3), []
    for _ in range(1000):
        p = np.concatenate([rng.uniform(size=450), rng.uniform(size=50) ** 12])
        believed = np.array(benjamini_hochberg(p.tolist(), share=0.1, tracked=500))
        false_shares.append(believed[:450].sum() / max(1, believed.sum()))
    assert np.mean(false_shares) < 0.1
    assert np.mean(false_shares) > 0.05


def test_all_that_was_watched_counts() -> None:
    """The same p among more tracked subjects is no discovery any more."""
    assert [benjamini_hochberg([1e-6], share=0.05, tracked=m) for m in (10_000, 100_000)] == [[True], [False]]


def test_what_was_believed_before_lets_more_through() -> None:
    """One after the other: of ten believed earlier a twentieth may be false, so more may be believed now."""
    assert [benjamini_hochberg([0.004], share=0.05, tracked=100, before=n) for n in (0, 10)] == [[False], [True]]


def test_one_after_the_other_the_promise_is_kept() -> None:
    """Effects and ordinary ones come one by one, 30 and 170 of them: of all believed at most the share is false."""
    rng, false_shares = np.random.default_rng(4), []
    for _ in range(500):
        is_effect = rng.permutation(200) < 30
        p_values = np.where(is_effect, rng.uniform(size=200) ** 20, rng.uniform(size=200))
        believed: list[bool] = []
        for n, p in enumerate(p_values.tolist(), 1):
            believed += benjamini_hochberg([p], share=0.1, tracked=n, before=sum(believed))
        false_shares.append((np.array(believed) & ~is_effect).sum() / max(1, sum(believed)))
    assert 0.02 < np.mean(false_shares) < 0.2


def test_nothing_watched_nothing_believed() -> None:
    """No candidates, no decisions; and no division by nothing."""
    assert benjamini_hochberg([], share=0.05, tracked=0) == []
    assert benjamini_hochberg([0.04], share=0.05, tracked=0) == [True]


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1])
def test_an_impossible_share_is_refused(share: float) -> None:
    """The error names the value and the range."""
    with pytest.raises(DetectorError, match=rf"share={share}: must lie between 0 and 1"):
        benjamini_hochberg([0.1], share=share, tracked=1)
