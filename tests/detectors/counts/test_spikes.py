"""What of a spike the past may learn."""

import numpy as np
import pytest

from detectors.counts.spikes import Spikes
from detectors.counts.ticks import Look
from tests.detectors.making import key_of, make_candidate

KEYS = np.sort(np.array([key_of(name) for name in ("glass", "skin", "oil")], np.uint64))
GLASS = int(np.flatnonzero(key_of("glass") == KEYS)[0])
"""Its place among the keys."""


def spikes(warm_up: int = 0) -> Spikes:
    """Windows of six buckets."""
    return Spikes(window=6, surprising=4.0, warm_up=warm_up)


def test_a_spike_is_learned_up_to_what_is_no_news() -> None:
    """Two deviations above the mean, of all the window's voices; other subjects are learned whole."""
    held = spikes()
    held.see(10, [make_candidate("glass", observed=80, expected=10.0, past=300.0), make_candidate("oil", surprise=3.9)])
    shares = held.shares(KEYS, 11)
    assert shares is not None
    assert shares[GLASS] == pytest.approx((10 + 2 * (10 + 100 / 20) ** 0.5) / 80)
    assert np.delete(shares, GLASS).tolist() == [1.0, 1.0]


def test_what_leaves_the_long_window_is_judged_by_it() -> None:
    """Where the subject surprises in it: its posts leave that window, hours later."""
    held = spikes()
    long = Look(observed=200, expected=40.0, shape=20.0, surprise=9.0, posts=(), total=200)
    held.see(10, [make_candidate("glass", observed=80, expected=10.0, surprise=2.0, past=300.0, long=long)])
    shares = held.shares(KEYS, 11)
    assert shares is not None
    assert shares[GLASS] == pytest.approx((40 + 2 * (40 + 1600 / 20) ** 0.5) / 200)


def test_it_holds_for_the_posts_of_the_window() -> None:
    """Those that were in it when the subject surprised last."""
    held = spikes()
    for bucket in (10, 12):
        held.see(bucket, [make_candidate("glass", observed=80, expected=1.0)])
    assert [held.shares(KEYS, bucket) is not None for bucket in (13, 18, 19)] == [True, True, False]


def test_all_is_learned_while_warming_up() -> None:
    """With no past all surprises: nothing would ever be learned."""
    held = spikes(warm_up=3)
    seen = []
    for bucket in (10, 11, 12, 13):
        held.see(bucket, [make_candidate("glass", observed=80, expected=1.0)])
        seen.append(held.shares(KEYS, bucket) is None)
    assert seen == [True, True, True, False]


def test_a_new_level_is_learned_in_some_days() -> None:
    """From 10 voices a window to 60: the past follows, by two deviations a window at most, and then it is no spike."""
    held, past, decay, exposure = spikes(), 10 * 34.6, 0.5 ** (1 / 24), 34.6
    hours = 0
    while past / exposure < 45:
        expected = past / exposure
        held.see(hours, [make_candidate("glass", observed=60, expected=expected, past=past)])
        shares = held.shares(KEYS, hours + 1)
        past = past * decay + 60 * (1.0 if shares is None else shares[GLASS])
        hours += 6
    assert 24 < hours / 6 < 7 * 24


def test_a_restart_changes_nothing() -> None:
    """Plain numbers, by key."""
    held, again = spikes(warm_up=2), spikes(warm_up=2)
    for bucket in (10, 12):
        held.see(bucket, [make_candidate(name, observed=80, expected=1.0) for name in ("skin", "glass")])
    again.restore(held.snapshot(), held.began)
    assert again.snapshot() == held.snapshot() == sorted(held.snapshot())
    assert len(held.snapshot()) == 2
    for one in (held, again):
        one.see(13, [make_candidate("oil", observed=80, expected=1.0)])
    a, b = held.shares(KEYS, 14), again.shares(KEYS, 14)
    assert a is not None
    assert b is not None
    assert a.tolist() == b.tolist()
