"""A subject of very many authors: exact up to a number, a fair sample beyond, the same over any runs."""

import numpy as np
import pytest

from detectors.counts.caps import NO_CAPS, NO_LIMIT, SAMPLE, Caps, cap, joined, scaled
from detectors.counts.runs import POST, Posts, Run, columns_of, pieces_of
from detectors.counts.window import Window
from tests.detectors.making import make_run

FYP, OTHER = 2**63 + 8, 2**62 + 8


def posts_by(authors: list[int], texts: list[int] | None = None, bucket: int = 7, start: int = 0) -> Posts:
    """A post of each author, hashed as READ hashes: uniform in 32 bits."""
    posts = np.zeros(len(authors), POST)
    posts["post_id"] = np.random.default_rng(start + bucket).integers(0, 2**63, len(authors), dtype=np.uint64)
    posts["offset"] = np.arange(start, start + len(authors))
    posts["bucket"] = bucket
    posts["author"], posts["signature"] = hashed(authors), hashed(texts or authors)
    return posts


def hashed(numbers: list[int]) -> list[int]:
    """Uniform hashes of small numbers."""
    return [(number * 0x9E3779B97F4A7C15 % 2**64) >> 32 for number in numbers]


def run_of(posts: Posts) -> list[Run]:
    """A run in which all these posts hold the subject, and the first five another."""
    n = len(posts)
    keys = np.array([*[FYP] * n, *[OTHER] * 5], np.uint64)
    return list(pieces_of(make_run(7), posts, np.array([*range(n), *range(5)]), keys))


def voices_in(*runs: list[Run]) -> tuple[int, int]:
    """Voices and posts of the subject in a window that takes one run a tick."""
    window = Window(100)
    for pieces in runs:
        window.add([columns_of(*pieces)])
    found = window.find(np.array([FYP], np.uint64))[0]
    return int(found.voices()[0]), int(found.totals()[0])


@pytest.mark.parametrize("n", [SAMPLE - 1, SAMPLE])
def test_up_to_the_sample_it_is_exact(n: int) -> None:
    """Nothing is left out, nothing estimated, whatever the number of posts."""
    pieces = run_of(posts_by([*range(n), *range(n)]))
    columns = columns_of(*pieces)
    assert columns.caps.keys.tolist() == []
    assert (len(columns.rows), voices_in(pieces)) == (2 * n + 5, (n, 2 * n))


@pytest.mark.parametrize("n", [SAMPLE + 1, 5_000, 40_000])
def test_beyond_it_is_near(n: int) -> None:
    """Voices and posts within 10 %, from few more rows than the sample."""
    pieces = run_of(posts_by(list(range(n))))
    columns = columns_of(*pieces)
    assert columns.caps.keys.tolist() == [FYP]
    assert len(columns.rows) == SAMPLE + 5
    voices, posts = voices_in(pieces)
    assert voices == pytest.approx(n, rel=0.1)
    assert posts == pytest.approx(n, rel=0.1)


def test_authors_are_once_over_the_runs() -> None:
    """Two runs of the same people are as many people; of others, twice as many; the limit is the least of both."""
    n = 20_000
    one, same = posts_by(list(range(n))), posts_by(list(range(n)), bucket=8, start=n)
    others = posts_by(list(range(n, 2 * n)), bucket=8, start=n)
    assert voices_in(run_of(one), run_of(same))[0] == pytest.approx(n, rel=0.1)
    assert voices_in(run_of(one), run_of(others))[0] == pytest.approx(2 * n, rel=0.1)


def test_a_small_run_beside_a_capped_one() -> None:
    """Its rows above the limit do not count: they stand for themselves already."""
    n, few = 20_000, 1_500
    small = posts_by(list(range(n, n + few)), bucket=8, start=n)
    assert voices_in(run_of(posts_by(list(range(n)))), run_of(small))[0] == pytest.approx(n + few, rel=0.1)


def test_copies_are_no_voices_however_many() -> None:
    """A text that thousands copy: the texts are counted from a sample of their own."""
    n = 20_000
    for texts in (1, 500, SAMPLE + 1000):
        pieces = run_of(posts_by(list(range(n)), [n + i % texts for i in range(n)]))
        assert voices_in(pieces)[0] == pytest.approx(texts, rel=0.1)
        assert len(columns_of(*pieces).rows) <= 2 * SAMPLE + 5


def test_other_subjects_are_not_touched() -> None:
    """The cap is per subject."""
    window = Window(100)
    window.add([columns_of(*run_of(posts_by(list(range(10_000)))))])
    found = window.find(np.array([OTHER, FYP], np.uint64))[0]
    assert (int(found.voices()[0]), int(found.totals()[0])) == (5, 5)


def test_a_slice_says_the_estimate() -> None:
    """What enters the bound and the past is the estimate, not the size of the sample."""
    (part,) = Window(100).add([columns_of(*run_of(posts_by(list(range(30_000)))))])
    at = part.keys.tolist().index(FYP)
    assert part.authors[at] == pytest.approx(30_000, rel=0.1)
    assert part.voices[at] == pytest.approx(30_000, rel=0.1)


def test_deletions_reach_what_was_kept() -> None:
    """Half of the posts taken back is half of the voices."""
    posts = posts_by(list(range(20_000)))
    window = Window(100)
    window.add([columns_of(*run_of(posts))])
    ((keys, change, _),) = window.delete(np.sort(posts["post_id"][::2]))
    assert dict(zip(keys.tolist(), change.tolist(), strict=True))[FYP] == pytest.approx(-10_000, rel=0.15)
    assert int(window.find(np.array([FYP], np.uint64))[0].voices()[0]) == pytest.approx(10_000, rel=0.15)


def test_the_error_is_as_small_as_theory_says() -> None:
    """Over many draws: unbiased within its noise, 1 / sqrt(sample) = 2.2 % of standard deviation."""
    errors = []
    for seed in range(200):
        authors = np.random.default_rng(seed).integers(0, 2**32, 8_000, dtype=np.uint32)
        keep, caps = cap(np.array([FYP], np.uint64), np.array([8_000]), authors, authors)
        limit = caps.limits[:, 0]
        errors.append(int(scaled(np.array([len(set(authors[keep].tolist()))]), limit)[0]) / 8_000 - 1)
    assert abs(np.mean(errors)) < 0.005
    assert np.std(errors) < 0.025
    assert np.abs(errors).max() < 0.1


def test_limits_of_several_samples_are_the_least() -> None:
    """And a subject without a cap has none."""
    one = Caps(np.array([8, 16], np.uint64), np.array([[5, 9], [7, NO_LIMIT]], np.uint32))
    two = Caps(np.array([16, 24], np.uint64), np.array([[6, 8], [1, 1]], np.uint32))
    limits = joined([one, NO_CAPS, two]).of(np.array([8, 16, 24, 32], np.uint64))
    assert limits.tolist() == [[5, 9], [6, 8], [1, 1], [NO_LIMIT, NO_LIMIT]]
    assert joined([]).of(np.array([8], np.uint64)).tolist() == [[NO_LIMIT, NO_LIMIT]]
