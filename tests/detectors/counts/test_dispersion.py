"""The cap of the shape is learned: where words have moods it falls, elsewhere it stays."""

import numpy as np
import pytest

from detectors.counts.dispersion import STEPS, Dispersion
from detectors.counts.exposure import Span
from detectors.errors import DetectorError
from detectors.trends.gamma_poisson import Floats, Prior

WELL_KNOWN = 1e6
"""A shape without a cap: only what is learned caps it."""


Window = tuple[Floats, Floats]


def windows(shape: float, seed: int, n: int = 12, words: int = 1000) -> list[Window]:
    """Voices of words whose rates differ as a gamma of this shape, and what was expected of them, window by window."""
    rng = np.random.default_rng(seed)
    mean = rng.uniform(5, 60, words)
    drawn = [rng.poisson(mean * rng.gamma(shape, 1 / shape, words)) for _ in range(n)]
    return [(observed.astype(np.float64), mean) for observed in drawn]


def learned(seen: list[Window], fade: float = 1.0, past: float = WELL_KNOWN) -> Dispersion:
    """What some windows taught."""
    dispersion = Dispersion(r_max=20.0, fade=fade)
    for observed, mean in seen:
        dispersion.learn(observed, mean, np.full(len(mean), past))
    return dispersion


@pytest.mark.parametrize("shape", [4.0, 6.0, 10.0, 15.0])
def test_the_shape_of_the_stream_is_found(shape: float) -> None:
    """Within two of the steps that are tried."""
    assert shape * 0.64 < learned(windows(shape, 1)).cap < shape / 0.64


def test_calm_words_keep_the_cap_of_the_settings() -> None:
    """It is the greatest that is tried, however calm a stream is."""
    assert learned(windows(200.0, 2)).cap == 20.0


def test_what_is_little_known_is_no_mood() -> None:
    """A word of a short past differs from its expectation because that is not known better: its own shape says so."""
    moody = windows(6.0, 3)
    assert learned(moody, past=6.0).cap == 20.0
    assert learned(moody).cap < 10


def test_a_few_windows_say_nothing() -> None:
    """Of four, all may be bad ones."""
    moody = windows(4.0, 4)
    assert learned(moody[:4]).cap == 20.0 > learned(moody[:5]).cap


def test_an_event_is_no_mood() -> None:
    """Though a tenth of all words are ten times as frequent as usual, for half of the day."""
    seen = windows(200.0, 5, n=24)
    for observed, _ in seen[:12]:
        observed[:100] *= 10
    assert learned(seen).cap == 20.0


def test_rare_words_are_not_looked_at() -> None:
    """Of which fewer voices than three are expected; a window without others is none."""
    moody = windows(4.0, 6)
    rare = (np.full(9000, 9.0), np.full(9000, 2.9))
    mixed = [(np.append(observed, rare[0]), np.append(mean, rare[1])) for observed, mean in moody]
    assert learned([*mixed, *[rare] * 50]).snapshot() == learned(moody).snapshot()


def test_moods_are_forgotten() -> None:
    """What was learned fades, window by window."""
    moody, calm = windows(4.0, 7), windows(200.0, 8)
    assert learned(moody, fade=0.9).cap < 7 < learned([*moody, *calm, *calm], fade=0.9).cap == 20.0


def test_a_snapshot_has_all_that_was_learned() -> None:
    """Learning goes on from it as if nothing had happened."""
    *first, (observed, mean) = windows(6.0, 9)
    again = Dispersion(r_max=20.0, fade=0.9)
    again.restore(learned(first, fade=0.9).snapshot())
    again.learn(observed, mean, np.full(len(mean), WELL_KNOWN))
    assert again.snapshot() == learned([*first, (observed, mean)], fade=0.9).snapshot()


def test_an_older_snapshot_has_nothing() -> None:
    """Then it learns from the beginning; of another length it is not ours."""
    dispersion = Dispersion(r_max=20.0, fade=1.0)
    dispersion.restore([])
    assert dispersion.snapshot() == [0.0] * (1 + STEPS)
    with pytest.raises(DetectorError, match="has 2 numbers"):
        dispersion.restore([1.0, 2.0])


def test_a_window_is_capped_by_what_was_learned() -> None:
    """Nothing else of it changes."""
    dispersion = learned(windows(4.0, 11))
    span = Span(10.0, 20.0, Prior(voices=0.5, exposure=3.0, r_max=20.0))
    assert dispersion.capped(span) == Span(10.0, 20.0, Prior(voices=0.5, exposure=3.0, r_max=dispersion.cap))
    assert dispersion.cap < 7
