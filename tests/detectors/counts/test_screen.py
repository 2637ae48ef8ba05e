"""The screen lets nothing slip, and bounds what a tick costs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts import screen
from detectors.counts.draws import Draws
from detectors.counts.exposure import Span
from detectors.counts.looks import Models
from detectors.counts.past import SHORT, Past
from detectors.counts.screen import Screen
from detectors.counts.ticks import Candidate
from detectors.counts.window import Window
from detectors.trends.gamma_poisson import Prior
from tests.detectors.making import Said, columns_of_said

SAID = st.builds(
    Said,
    st.integers(1, 10**6),
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(8, 10),
    st.lists(st.integers(1, 30).map(lambda n: n * (2**58 + 3) // 8 * 8 + n % 7), max_size=4).map(tuple),
)
PASTS = st.lists(st.integers(0, 300), min_size=30, max_size=30)


def candidates(said: list[Said], pasts: list[int], span: Span, screen_p: float = 0.01) -> tuple[Candidate, ...]:
    """What is told of a window of these posts."""
    window, past = Window(5), Past(14)
    fresh = window.add([columns_of_said(said)])
    for part in fresh:
        past.count(part.keys, part.authors)
        past.learn(part.keys, np.array(pasts[: len(part.keys)] + [0] * (len(part.keys) - len(pasts))))
    sought = Screen(
        window,
        past,
        Draws(5),
        Models(0.15, 0.05),
        min_voices=2,
        screen_p=screen_p,
        follow=3,
        evidence_posts=3,
    )
    return sought.told(10, fresh, span, span).candidates


@settings(max_examples=60)
@given(st.lists(SAID, max_size=60), PASTS, st.floats(1, 1e4), st.floats(0, 1e5), st.sampled_from([1e-6, 0.01, 0.5]))
def test_the_short_cut_changes_nothing(
    said: list[Said], pasts: list[int], people: float, before: float, screen_p: float
) -> None:
    """A rough tail before the exact one."""
    span = Span(people, before, Prior())
    told = []
    for few in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(screen, "_FEW", few)
            told.append(candidates(said, pasts, span, screen_p))
    assert told[0] == told[1]


def test_the_most_surprising_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """While everything is new, all surprises; a tick counts the greatest."""
    monkeypatch.setattr(screen, "MAX_COUNTED", 2)
    users = [(key, 100 * key + i) for key in range(1, 6) for i in range(key + 1)]
    said = [Said(number, number, number, 10, (key << 58,)) for key, number in users]
    assert [c.key >> 58 for c in candidates(said, [], Span(1e4, 1e5, Prior()))] == [5, 4]


def test_what_was_as_usual_hours_ago_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A common subject is in the long window's earlier hours what it is now: it takes no place from a rare one."""
    monkeypatch.setattr(screen, "MAX_COUNTED", 1)
    common, rare = 1 << 58, 2 << 58
    window, past = Window(5, 60), Past(14)
    hours = [
        Said(1000 * bucket + i, 1000 * bucket + i, i, bucket, (common,)) for bucket in range(5, 30) for i in range(40)
    ]
    news = [Said(10**6 + i, 10**6 + i, 10**6 + i, 29, (rare,)) for i in range(12)]
    for bucket in range(5, 30):
        fresh = window.add([columns_of_said([one for one in hours + news if one.bucket == bucket])])
        for part in fresh:
            past.count(part.keys, part.authors)
        for part in window.expire(bucket).short:
            past.count(part.keys, -part.authors, SHORT)
    sought = Screen(window, past, Draws(5), Models(0.15, 0.05), min_voices=2, screen_p=0.01, follow=3, evidence_posts=3)
    past.learn(np.array([common], np.uint64), np.array([200.0]))
    told = sought.told(29, fresh, Span(212.0, 1000.0, Prior()), Span(1012.0, 200.0, Prior()))
    assert [c.key for c in told.candidates] == [rare]


def test_a_sample_needs_no_uniform_ids() -> None:
    """Where all ids are great, or one is everywhere, the smallest are still found."""
    ids = [2**64 - 1000 + i // 10 for i in range(600)]
    said = [Said(number, i, i, 10, (8,)) for i, number in enumerate(ids)]
    (told,) = candidates(said, [], Span(1e4, 1e5, Prior()))
    assert (told.total, [ref.post_id for ref in told.posts]) == (600, sorted(set(ids))[:3])
