"""The cap of the shape is learned: where words have moods it falls, elsewhere it stays."""

import numpy as np
import pytest

from detectors.counts.dispersion import STEPS, Dispersion
from detectors.counts.exposure import Span
from detectors.errors import DetectorError
from detectors.trends.gamma_poisson import Floats, Prior

WELL_KNOWN = 1e6
"""A shape without a cap: only what is learned caps it."""


def counts(n: int, shape: float, seed: int) -> tuple[Floats, Floats]:
    """Voices whose rates differ as a gamma of this shape, and what was expected of them."""
    rng = np.random.default_rng(seed)
    mean = rng.uniform(5, 60, n)
    return rng.poisson(mean * rng.gamma(shape, 1 / shape, n)).astype(np.float64), mean


def learned(*windows: tuple[Floats, Floats], fade: float = 1.0) -> Dispersion:
    """What some windows taught."""
    dispersion = Dispersion(r_max=20.0, fade=fade)
    for observed, mean in windows:
        dispersion.learn(observed, mean, np.full(len(mean), WELL_KNOWN))
    return dispersion


@pytest.mark.parametrize("shape", [4.0, 6.0, 10.0, 15.0])
def test_the_shape_of_the_stream_is_found(shape: float) -> None:
    """Within two of the steps that are tried."""
    assert shape * 0.64 < learned(counts(20_000, shape, 1)).cap < shape / 0.64


def test_calm_words_keep_the_cap_of_the_settings() -> None:
    """It is the greatest that is tried, however calm a stream is."""
    assert learned(counts(20_000, 200.0, 2)).cap == 20.0


def test_what_is_little_known_is_no_mood() -> None:
    """A word of a short past differs from its expectation because that is not known better: its own shape says so."""
    rng = np.random.default_rng(3)
    past = np.full(20_000, 6.0)
    observed = rng.poisson(20 * rng.gamma(6, 1 / 6, 20_000)).astype(np.float64)
    dispersion = Dispersion(r_max=20.0, fade=1.0)
    dispersion.learn(observed, np.full(20_000, 20.0), past)
    assert dispersion.cap == 20.0


def test_a_few_counts_say_nothing() -> None:
    """Of nine hundred, nine might be beyond by promise, and thirty by a bad hour."""
    assert learned(counts(900, 4.0, 4)).cap == 20.0


def test_trends_hardly_count() -> None:
    """A few words ten times as frequent as usual are no moods of all."""
    observed, mean = counts(5000, 200.0, 5)
    observed[:15] *= 10
    assert learned((observed, mean)).cap == 20.0


def test_rare_words_are_not_looked_at() -> None:
    """Of which fewer voices than three are expected."""
    observed, mean = counts(5000, 4.0, 6)
    assert learned((observed, mean), (np.full(50_000, 9.0), np.full(50_000, 2.9))).cap == learned((observed, mean)).cap


def test_moods_are_forgotten() -> None:
    """What was learned fades, window by window."""
    moody, calm = counts(5000, 4.0, 7), counts(5000, 200.0, 8)
    assert learned(moody, calm, fade=0.5).cap < learned(moody, *[calm] * 10, fade=0.5).cap == 20.0


def test_a_snapshot_has_all_that_was_learned() -> None:
    """Learning goes on from it as if nothing had happened."""
    first, second = counts(5000, 6.0, 9), counts(5000, 4.0, 10)
    again = Dispersion(r_max=20.0, fade=0.9)
    again.restore(learned(first, fade=0.9).snapshot())
    again.learn(*second, np.full(5000, WELL_KNOWN))
    assert again.snapshot() == learned(first, second, fade=0.9).snapshot()


def test_an_older_snapshot_has_nothing() -> None:
    """Then it learns from the beginning; of another length it is not ours."""
    dispersion = Dispersion(r_max=20.0, fade=1.0)
    dispersion.restore([])
    assert dispersion.snapshot() == [0.0] * (1 + STEPS)
    with pytest.raises(DetectorError, match="has 2 numbers"):
        dispersion.restore([1.0, 2.0])


def test_a_window_is_capped_by_what_was_learned() -> None:
    """Nothing else of it changes."""
    dispersion = learned(counts(20_000, 4.0, 11))
    span = Span(10.0, 20.0, Prior(voices=0.5, exposure=3.0, r_max=20.0))
    assert dispersion.capped(span) == Span(10.0, 20.0, Prior(voices=0.5, exposure=3.0, r_max=dispersion.cap))
    assert dispersion.cap < 7
