"""The past in hashed cells: never below the truth, near it, and forgetting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.counts.past import Past
from detectors.errors import DetectorError
from detectors.subjects.kinds import Keys


def some_keys(n: int, seed: int = 1) -> Keys:
    """N hashed keys."""
    return np.random.default_rng(seed).integers(0, 2**63, n, dtype=np.uint64) * np.uint64(2)


EVENTS = st.lists(
    st.tuples(st.sampled_from(["learn", "decay"]), st.integers(0, 30), st.integers(1, 50)), min_size=1, max_size=40
)


@given(EVENTS)
def test_it_is_never_below_the_truth(events: list[tuple[str, int, int]]) -> None:
    """Collisions, even in the smallest table, only add."""
    keys, past, truth = some_keys(31), Past(8), np.zeros(31)
    for what, i, n in events:
        if what == "learn":
            past.learn(keys[i : i + 1], np.array([n]))
            truth[i] += n
        else:
            past.decay(0.5**n)
            truth *= 0.5**n
    assert (past.of(keys) >= truth * (1 - 1e-5) - 1e-30).all()


def test_a_roomy_table_is_exact() -> None:
    """Where nothing collides in both rows the past is the truth."""
    keys, past = some_keys(1000), Past(20)
    voices = np.arange(1000)
    past.learn(keys, voices)
    past.decay(0.5)
    past.learn(keys, voices)
    assert past.of(keys) == pytest.approx(1.5 * voices)


def test_decay_goes_on_for_ever() -> None:
    """Neither the one scale nor the cells run out of range; what is long gone is zero."""
    keys, past = some_keys(2), Past(10)
    for _ in range(2000):
        past.learn(keys[:1], np.array([1]))
        past.decay(0.9)
    assert past.of(keys)[0] == pytest.approx(9.0, rel=1e-3)
    for _ in range(20_000):
        past.decay(0.9)
    assert past.of(keys).tolist() == [0.0, 0.0]


def test_the_bound_follows_the_window() -> None:
    """Authors come and go; the bound holds those that are in."""
    keys, past = some_keys(100), Past(16)
    past.count(keys, np.full(100, 5))
    past.count(keys[:50], np.full(50, -5))
    assert (past.bound(keys[50:]) >= 5).all()
    past.count(keys[50:], np.full(50, -5))
    assert past.bound(keys).tolist() == [0] * 100


@pytest.mark.parametrize("n", [1000, 50_000, 200_000])
def test_it_estimates_how_many_it_tracks(n: int) -> None:
    """Within 5 %, up to three subjects a cell."""
    past = Past(16)
    past.learn(some_keys(n), np.ones(n, np.int64))
    assert past.tracked() == pytest.approx(n, rel=0.05)


def test_the_forgotten_are_not_tracked() -> None:
    """A subject whose past is worth next to nothing is none; one in the window is."""
    past, keys = Past(16), some_keys(2000)
    past.learn(keys, np.ones(2000, np.int64))
    past.decay(0.01)
    assert past.tracked() == 0
    past.count(keys, np.ones(2000, np.int64))
    assert past.tracked() == pytest.approx(2000, rel=0.05)


@pytest.mark.parametrize("bits", [7, 29])
def test_an_impossible_size_is_refused(bits: int) -> None:
    """The error names the value and the range."""
    with pytest.raises(DetectorError, match=rf"bits={bits}: must be 8 to 28"):
        Past(bits)


def test_it_goes_on_from_its_blocks() -> None:
    """What is remembered is the same; the bound follows from the window and is not in them."""
    keys, past, again = some_keys(1000), Past(18), Past(18)
    past.learn(keys, np.arange(1000))
    past.decay(0.7)
    past.count(keys, np.arange(1000))
    again.restore(past.snapshot(), past.scale)
    assert again.of(keys).tolist() == past.of(keys).tolist()
    assert again.bound(keys).tolist() == [0] * 1000


def test_blocks_that_are_not_touched_are_equal_bytes() -> None:
    """Nor does time change a cell: it is all in the scale."""
    keys, past = some_keys(1000), Past(20)
    past.learn(keys, np.arange(1000))
    before = past.snapshot()
    past.decay(0.9)
    past.learn(keys[:1], np.array([5]))
    after = past.snapshot()
    assert len(before) == 16
    assert sorted({name[:6] for name, block in before.items() if after[name] != block}) == ["past-0", "past-1"]
    assert sum(after[name] != block for name, block in before.items()) == 2
    assert {len(block) for block in after.values()} == {512 * 1024}
